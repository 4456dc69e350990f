-- What the database refuses or does for votes: who is admitted, what is frozen, what only grows.

-- Whether a vote takes ballots now, and if not why. The clock is read after the lock is held, so a
-- cast is either before the close and counted, or after it and refused (whoever closes takes the
-- same lock exclusively).
CREATE FUNCTION vote_refusal(the_poll uuid) RETURNS text LANGUAGE plpgsql AS $$
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
        JOIN phase ON phase.consultation_id = poll.consultation_id AND phase.kind = 'vote'
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

-- A voter comes to an open vote of a profile: refused with a reason, or marked on the roll, once.
-- The mark makes one voter's submissions wait for each other: the first by writing it, the others
-- by its row lock. `the_code`: the hash of the code that says who votes, held until the ballot is
-- in, since a code is not revoked and used at the same moment. `already`: the mark was there before.
CREATE FUNCTION admit_voter(
    the_poll uuid, the_voter uuid, the_profile text, the_code bytea,
    OUT refusal text, OUT already boolean
) LANGUAGE plpgsql AS $$
DECLARE
    vote record;
    marked_by text;
BEGIN
    refusal := vote_refusal(the_poll);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT consultation_id, profile, eligibility INTO vote FROM poll WHERE id = the_poll;
    IF vote.profile <> the_profile THEN
        refusal := 'voting-not-open';
    ELSIF vote.eligibility IN ('code', 'roll', 'oidc') AND NOT EXISTS (
        SELECT FROM elector
        WHERE elector.id = the_voter AND elector.consultation_id = vote.consultation_id
    ) THEN
        refusal := 'not-on-the-roll';
    ELSIF vote.eligibility = 'email' AND NOT EXISTS (
        SELECT FROM person WHERE person.id = the_voter AND deleted_at IS NULL
    ) THEN
        refusal := 'sign-in-needed';
    ELSIF the_code IS NOT NULL THEN
        PERFORM FROM elector_code
            WHERE hash = the_code AND elector_id = the_voter AND revoked_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
            refusal := 'code-wrong';
        END IF;
    END IF;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    INSERT INTO roll_mark (poll_id, voter_id, marked_on)
        VALUES (the_poll, the_voter, (clock_now() AT TIME ZONE 'Europe/Paris')::date)
        ON CONFLICT DO NOTHING;
    already := NOT FOUND;
    IF already THEN
        SELECT channel INTO marked_by FROM roll_mark
            WHERE poll_id = the_poll AND voter_id = the_voter FOR UPDATE;
        IF marked_by <> 'online' THEN
            refusal := 'voted-on-paper';
        END IF;
    END IF;
END $$;

-- Somebody votes on paper or at a counter: marked once, unless they have voted already.
CREATE FUNCTION mark_paper_voter(the_poll uuid, the_number text, the_channel text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    refusal text := vote_refusal(the_poll);
    voter uuid;
BEGIN
    IF refusal IS NOT NULL THEN
        RETURN refusal;
    END IF;
    SELECT elector.id INTO voter FROM elector
        JOIN poll ON poll.consultation_id = elector.consultation_id
        WHERE poll.id = the_poll AND elector.number = the_number;
    IF NOT FOUND THEN
        RETURN 'no-such-elector';
    END IF;
    INSERT INTO roll_mark (poll_id, voter_id, marked_on, channel) VALUES
        (the_poll, voter, (clock_now() AT TIME ZONE 'Europe/Paris')::date, the_channel)
        ON CONFLICT DO NOTHING;
    RETURN CASE WHEN NOT FOUND THEN 'already-voted' END;
END $$;

CREATE FUNCTION board_is_open(the_poll uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM board_line WHERE poll_id = the_poll)
$$;

CREATE FUNCTION board_is_closed(the_poll uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM board_line WHERE poll_id = the_poll AND kind = 'close')
$$;

-- One voter's ballot of a vote that is not secret for the site, recorded whole or not at all.
-- Without sequential scans, because a connection keeps its plans: one made while the urn was empty
-- would read all of it for each ballot.
DROP FUNCTION cast_ballot;
CREATE FUNCTION cast_ballot(
    the_poll uuid, the_voter uuid, the_slot bytea,
    the_submission bytea, the_packed bytea, the_receipt text, the_code bytea,
    OUT refusal text, OUT receipt text, OUT version integer
) LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    SELECT admitted.refusal INTO refusal
        FROM admit_voter(the_poll, the_voter, 'P0', the_code) admitted;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
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

-- One voter's sealed ballot, recorded whole or not at all. A ballot is sealed to its version before
-- it is known here: when another version comes next, nothing is written and `version` says which.
-- `hash`: of the ballot that this form has cast, now or before. A voter with a mark and no ballot in
-- the slot means that the key of the slots is another one: no second ballot.
CREATE FUNCTION cast_sealed(
    the_poll uuid, the_voter uuid, the_slot bytea, the_submission bytea,
    the_version integer, the_sealed bytea, the_hash bytea, the_code bytea,
    OUT refusal text, OUT version integer, OUT hash bytea
) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    already boolean;
BEGIN
    SELECT admitted.refusal, admitted.already INTO refusal, already
        FROM admit_voter(the_poll, the_voter, 'P1', the_code) admitted;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT urn.version, urn.hash INTO version, hash
        FROM sealed_ballot urn WHERE slot = the_slot AND submission = the_submission;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT max(urn.version) + 1 INTO version
        FROM sealed_ballot urn WHERE poll_id = the_poll AND slot = the_slot;
    IF version IS NULL AND already THEN
        refusal := 'revoting-lost';
        RETURN;
    END IF;
    version := coalesce(version, 1);
    IF version = the_version THEN
        hash := the_hash;
        INSERT INTO sealed_ballot (poll_id, slot, version, submission, sealed, hash)
            VALUES (the_poll, the_slot, version, the_submission, the_sealed, the_hash);
    ELSIF NOT already THEN
        RAISE EXCEPTION 'a mark without a ballot' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

-- The board only grows, one number after the other, and ends with its close.
CREATE TRIGGER board_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON board_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER minutes_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON minutes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION keep_board_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    SELECT number, kind INTO last FROM board_line
        WHERE poll_id = NEW.poll_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1
       OR (last.number IS NULL) <> (NEW.kind = 'open')
       OR (last.kind = 'close') <> (NEW.kind = 'result') OR last.kind = 'result' THEN
        RAISE EXCEPTION 'no such line can follow on the board'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER board_is_in_order BEFORE INSERT ON board_line
    FOR EACH ROW EXECUTE FUNCTION keep_board_in_order();

-- Sealed ballots change their place, never their content, and only by the sealer's own statement.
CREATE FUNCTION refuse_unless_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('beffroi.sealing', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'sealed_ballot is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER sealed_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sealed_ballot
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unless_sealing();

-- Once an urn is open: its question, options, roll and trustees stay as they were announced.
CREATE FUNCTION urn_is_open(the_consultation uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM poll JOIN board_line ON board_line.poll_id = poll.id
        WHERE poll.consultation_id = the_consultation
    )
$$;

CREATE FUNCTION refuse_once_open() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER poll_is_frozen BEFORE UPDATE OR DELETE ON poll
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();
CREATE TRIGGER options_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON poll_option
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();
CREATE TRIGGER roll_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON elector
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();
CREATE TRIGGER trustees_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON trustee
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();

-- While an urn is open, a new code needs a request that a second person has granted.
CREATE FUNCTION refuse_ungranted_code() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER codes_are_granted AFTER INSERT ON elector_code
    FOR EACH ROW EXECUTE FUNCTION refuse_ungranted_code();

-- The dates of an open urn: only later, only before the close, only as two persons decided.
CREATE FUNCTION refuse_other_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.kind <> OLD.kind OR NEW.consultation_id <> OLD.consultation_id
       OR NEW.opens_at <> OLD.opens_at OR NOT NEW.sealed
       OR (NEW.closes_at <> OLD.closes_at AND (
           NEW.closes_at < OLD.closes_at OR clock_now() >= OLD.closes_at OR NOT EXISTS (
               SELECT FROM extension WHERE consultation_id = OLD.consultation_id
               AND closes_at = NEW.closes_at AND granted_at IS NOT NULL))) THEN
        RAISE EXCEPTION 'the dates of an open urn are held'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dates_are_held BEFORE UPDATE OR DELETE ON phase
    FOR EACH ROW WHEN (OLD.sealed) EXECUTE FUNCTION refuse_other_dates();
