-- The bulletin board, and what it decides: whether a vote takes ballots, what is frozen.

-- Whether the board of a poll has begun.
CREATE OR REPLACE FUNCTION board_is_open(the_poll uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM board_line WHERE poll_id = the_poll)
$$;

-- Whether the board of a poll has its closing entry.
CREATE OR REPLACE FUNCTION board_is_closed(the_poll uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM board_line WHERE poll_id = the_poll AND kind = 'close')
$$;

-- How many sealed ballots a board entry shows.
CREATE OR REPLACE FUNCTION ballots_shown(kind text, line bytea) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN kind = 'ballots' THEN
        jsonb_array_length(convert_from(line, 'UTF8')::jsonb #> '{entry,body,hashes}') ELSE 0 END
$$;

-- Trigger: board entries are numbered without gaps, from `open` to `close`, then `result`; each keeps
-- how many ballots the board shows up to it.
CREATE OR REPLACE FUNCTION keep_board_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    SELECT number, kind, ballots INTO last FROM board_line
        WHERE poll_id = NEW.poll_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1
       OR (last.number IS NULL) <> (NEW.kind = 'open')
       OR (last.kind = 'close') <> (NEW.kind = 'result') OR last.kind = 'result' THEN
        RAISE EXCEPTION 'no such line can follow on the board'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.ballots := coalesce(last.ballots, 0) + ballots_shown(NEW.kind, NEW.line);
    RETURN NEW;
END $$;

-- Return NULL when a vote takes ballots now, or the code of the refusal. The clock is read after the
-- lock is taken: a cast is either before the close and counted, or after it and refused, because
-- closing takes the same lock exclusively.
CREATE OR REPLACE FUNCTION vote_refusal(the_poll uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
    vote record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('poll:' || the_poll::text, 0));
    SELECT clock_timestamp() + clock_offset INTO moment FROM install;
    SELECT consultation.state, phase.opens_at, phase.closes_at,
           poll.source, poll.counted_at, poll.profile INTO vote
        FROM poll
        JOIN consultation ON consultation.id = poll.consultation_id
        JOIN phase ON phase.id = poll.phase_id
        WHERE poll.id = the_poll;
    IF NOT FOUND OR vote.state <> 'open' OR vote.source <> 'live' OR moment < vote.opens_at THEN
        RETURN 'voting-not-open';
    ELSIF moment >= vote.closes_at OR vote.counted_at IS NOT NULL
          OR (vote.profile = 'P1' AND board_is_closed(the_poll)) THEN
        RETURN 'voting-closed';
    ELSIF vote.profile = 'P1' AND NOT board_is_open(the_poll) THEN
        RETURN 'urn-not-ready';
    END IF;
    RETURN NULL;
END $$;

-- Whether a consultation has an open ballot box, for the rules that freeze it: from the first entry of
-- the bulletin board, or, for a plain vote with a roll, from the first voter.
CREATE OR REPLACE FUNCTION urn_is_open(the_consultation uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM poll WHERE consultation_id = the_consultation AND (
            EXISTS (SELECT FROM board_line WHERE poll_id = poll.id)
            OR (poll.profile = 'P0' AND poll.eligibility IN ('code', 'roll', 'oidc')
                AND EXISTS (SELECT FROM roll_mark WHERE poll_id = poll.id))))
$$;

-- Trigger: question, options, roll, trustees and countersigners do not change once the ballot box is
-- open.
CREATE OR REPLACE FUNCTION refuse_once_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    one jsonb := coalesce(new_row, old_row);
    frozen boolean;
BEGIN
    IF TG_TABLE_NAME = 'poll' THEN
        frozen := board_is_open((one ->> 'id')::uuid)
            AND (new_row - 'counted_at') IS DISTINCT FROM (old_row - 'counted_at');
    ELSIF TG_TABLE_NAME = 'poll_option' THEN
        frozen := board_is_open((one ->> 'poll_id')::uuid)
            OR EXISTS (SELECT FROM roll_mark WHERE poll_id = (one ->> 'poll_id')::uuid);
    ELSE
        frozen := urn_is_open((one ->> 'consultation_id')::uuid);
    END IF;
    IF frozen THEN
        RAISE EXCEPTION '% is frozen once the urn is open', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

-- Trigger: once a ballot box is open, a new code needs a request that a second person has granted.
CREATE OR REPLACE FUNCTION refuse_ungranted_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT urn_is_open(consultation_id) FROM elector WHERE id = NEW.elector_id)
       AND (SELECT count(*) FROM elector_code WHERE elector_id = NEW.elector_id)
           > 1 + (SELECT count(*) FROM code_request
                  WHERE elector_id = NEW.elector_id AND granted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a new code needs a granted request'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
