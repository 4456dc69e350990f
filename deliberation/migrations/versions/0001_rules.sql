-- What the database itself refuses or does, whoever asks.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER result_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON result
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER urn_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON urn_ballot
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION announce_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY job;
    RETURN NULL;
END $$;

CREATE TRIGGER job_is_announced AFTER INSERT ON job
    FOR EACH STATEMENT EXECUTE FUNCTION announce_job();

-- One voter's ballot, recorded whole or not at all. The clock is read after the lock is held, so a
-- cast is either before the close and counted, or after it and refused (`close_poll` takes the same
-- lock exclusively). The roll row's lock makes one voter's submissions wait for each other.
CREATE FUNCTION cast_ballot(
    the_poll uuid, the_person uuid, the_slot bytea,
    the_submission bytea, the_packed bytea, the_receipt text,
    OUT refusal text, OUT receipt text, OUT version integer
) LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
    vote record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('poll:' || the_poll::text, 0));
    SELECT clock_timestamp() + clock_offset INTO moment FROM install;
    SELECT consultation.state, phase.opens_at, phase.closes_at, poll.source, poll.counted_at INTO vote
        FROM poll
        JOIN consultation ON consultation.id = poll.consultation_id
        JOIN phase ON phase.consultation_id = poll.consultation_id AND phase.kind = 'vote'
        WHERE poll.id = the_poll;
    IF vote IS NULL OR vote.state <> 'open' OR vote.source <> 'live' OR moment < vote.opens_at THEN
        refusal := 'voting-not-open';
        RETURN;
    ELSIF moment >= vote.closes_at OR vote.counted_at IS NOT NULL THEN
        refusal := 'voting-closed';
        RETURN;
    END IF;
    INSERT INTO roll_mark (poll_id, person_id, marked_on)
        VALUES (the_poll, the_person, (moment AT TIME ZONE 'Europe/Paris')::date)
        ON CONFLICT DO NOTHING;
    PERFORM FROM roll_mark WHERE poll_id = the_poll AND person_id = the_person FOR UPDATE;
    SELECT urn.receipt, urn.version INTO receipt, version
        FROM urn_ballot urn WHERE slot = the_slot AND submission = the_submission;
    IF FOUND THEN
        RETURN;  -- the same form sent again: the same receipt
    END IF;
    SELECT coalesce(max(urn.version), 0) + 1 INTO version FROM urn_ballot urn WHERE slot = the_slot;
    receipt := the_receipt;
    INSERT INTO urn_ballot (slot, version, poll_id, submission, packed, receipt)
        VALUES (the_slot, version, the_poll, the_submission, the_packed, the_receipt);
END $$;
