-- Ballots: who is admitted to vote, how ballots are cast, and how often.

-- Admit a voter to an open vote of a profile: return a refusal, or write the turnout mark once.
-- The mark serialises the submissions of one voter: the first inserts it, later ones wait for its row
-- lock. `the_code`: hash of the code that identifies the voter; its row is locked until the ballot is
-- recorded, so that a code is not revoked and used at the same moment. `already`: the mark existed.
-- This check decides; those of `electorate/eligibility.py` only word a refusal earlier.
CREATE OR REPLACE FUNCTION admit_voter(
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
        SELECT FROM person WHERE person.voter_id = the_voter AND deleted_at IS NULL
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
    already := NOT mark_voter(the_poll, the_voter, 'online');
    IF already THEN
        SELECT channel INTO marked_by FROM roll_mark
            WHERE poll_id = the_poll AND voter_id = the_voter FOR UPDATE;
        IF marked_by <> 'online' THEN
            refusal := 'voted-on-paper';
        END IF;
    END IF;
END $$;

-- Return NULL when version `the_version` of a voter's ballot may be cast now, or the code of the
-- refusal. Limits: twenty versions, and twenty more for each new code that two persons granted (whoever
-- copied the old code may have used them up); after the third version, one per minute. The caller holds
-- the lock on the voter's mark, so that no other transaction casts for this pseudonym.
CREATE OR REPLACE FUNCTION revote_refusal(the_slot bytea, the_voter uuid, the_version integer) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    IF the_version > 20 AND the_version > 20 * (1 + (
        SELECT count(*) FROM code_request
        WHERE elector_id = the_voter AND granted_at IS NOT NULL
    )) THEN
        RETURN 'revotes-used-up';
    ELSIF the_version > 3 AND EXISTS (
        SELECT FROM revote_pace WHERE slot = the_slot AND waits_until > clock_now()
    ) THEN
        RETURN 'revote-too-soon';
    END IF;
    RETURN NULL;
END $$;

-- Record until when a pseudonym with three versions or more must wait: the end of the minute.
CREATE OR REPLACE FUNCTION keep_revote_pace(the_slot bytea, the_version integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF the_version >= 3 THEN
        INSERT INTO revote_pace (slot, waits_until)
            VALUES (the_slot, date_trunc('minute', clock_now()) + interval '1 minute')
            ON CONFLICT (slot) DO UPDATE SET waits_until = excluded.waits_until;
    END IF;
END $$;

-- Record one voter's ballot of a plain vote: turnout mark and ballot, or neither. A form that is sent
-- again gets its receipt again, also without its ballot (`the_packed` NULL): after the lock on the mark, a
-- write, so that a standby that confirms commits has the ballot too. A read alone would not show that.
-- Without sequential scans: a connection keeps its plans, and a plan made while the table was empty
-- would read all of it for each ballot.
CREATE OR REPLACE FUNCTION cast_ballot(
    the_poll uuid, the_voter uuid, the_slot bytea,
    the_submission bytea, the_packed bytea, the_receipt text, the_code bytea,
    OUT refusal text, OUT receipt text, OUT version integer
) LANGUAGE plpgsql SET enable_seqscan = off
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF the_packed IS NULL AND NOT EXISTS (
        SELECT FROM urn_ballot urn WHERE slot = the_slot AND submission = the_submission
    ) THEN
        RETURN;
    END IF;
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
    refusal := revote_refusal(the_slot, the_voter, version);
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    receipt := the_receipt;
    INSERT INTO urn_ballot (slot, version, poll_id, submission, packed, receipt)
        VALUES (the_slot, version, the_poll, the_submission, the_packed, the_receipt);
    PERFORM keep_revote_pace(the_slot, version);
END $$;
REVOKE EXECUTE ON FUNCTION cast_ballot FROM PUBLIC;

-- Record one voter's sealed ballot: turnout mark and ballot, or neither. A ballot is encrypted for its
-- version before the version is known here: when another version is due, nothing is written and
-- `version` returns it. `hash`: hash of the ballot that this form cast, now or before. A voter with a
-- mark and without a ballot shows that the pseudonym key was replaced: no second ballot. Without a
-- ballot (`the_sealed` NULL), a form gets the hash that it has, as in `cast_ballot`.
CREATE OR REPLACE FUNCTION cast_sealed(
    the_poll uuid, the_voter uuid, the_slot bytea, the_submission bytea,
    the_version integer, the_sealed bytea, the_hash bytea, the_code bytea,
    OUT refusal text, OUT version integer, OUT hash bytea
) LANGUAGE plpgsql SET enable_seqscan = off
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    already boolean;
BEGIN
    IF the_sealed IS NULL AND NOT EXISTS (
        SELECT FROM sealed_ballot urn WHERE slot = the_slot AND submission = the_submission
    ) THEN
        RETURN;
    END IF;
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
    refusal := revote_refusal(the_slot, the_voter, version);
    IF refusal IS NOT NULL THEN
        RETURN;  -- before anything is sealed for it
    ELSIF version = the_version THEN
        hash := the_hash;
        INSERT INTO sealed_ballot (poll_id, slot, version, submission, sealed, hash)
            VALUES (the_poll, the_slot, version, the_submission, the_sealed, the_hash);
        PERFORM keep_revote_pace(the_slot, version);
    ELSIF NOT already THEN
        RAISE EXCEPTION 'a mark without a ballot' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION cast_sealed FROM PUBLIC;

-- The draft of a browser for a poll, and its deletion once it is cast. Without sequential scans, as
-- `cast_ballot`: drafts come and go by thousands in the last minutes of a vote.
CREATE OR REPLACE FUNCTION ballot_draft_of(the_browser bytea, the_poll uuid) RETURNS SETOF ballot_draft
LANGUAGE plpgsql STABLE ROWS 1 SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY SELECT * FROM ballot_draft WHERE browser = the_browser AND poll_id = the_poll;
END $$;

CREATE OR REPLACE FUNCTION drop_ballot_draft(
    the_browser bytea, the_poll uuid, the_submission bytea
) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    DELETE FROM ballot_draft
        WHERE browser = the_browser AND poll_id = the_poll AND submission = the_submission;
END $$;

-- Trigger: sealed ballots change their order, never their content, and only by the statement of
-- `batch_publisher`, which sets `beffroi.sealing`.
CREATE OR REPLACE FUNCTION refuse_unless_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('beffroi.sealing', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'sealed_ballot is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
