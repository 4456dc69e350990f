-- The job queue.

-- Trigger: wake the worker, which listens on the channel `job`.
CREATE OR REPLACE FUNCTION announce_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY job;
    RETURN NULL;
END $$;
