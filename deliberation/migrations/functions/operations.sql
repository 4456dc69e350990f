-- The job queue.

-- Trigger: tell the worker, which listens on the channel `job`, the names of new jobs.
CREATE OR REPLACE FUNCTION announce_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('job', new_job.name) FROM (SELECT DISTINCT name FROM added) AS new_job;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER job_is_announced AFTER INSERT ON job REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION announce_job();
