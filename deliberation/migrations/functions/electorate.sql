-- The electoral roll: who is admitted to vote, turnout marks, and new codes.

-- Write the turnout mark of a voter, today, unless there is one; return whether it was written.
CREATE OR REPLACE FUNCTION mark_voter(the_poll uuid, the_voter uuid, the_channel text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO roll_mark (poll_id, voter_id, marked_on, channel) VALUES
        (the_poll, the_voter, (clock_now() AT TIME ZONE 'Europe/Paris')::date, the_channel)
        ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- Delete the turnout mark of a voter on paper or at a counter, never that of an online vote; return
-- whether there was one.
CREATE OR REPLACE FUNCTION unmark_voter(the_poll uuid, the_voter uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM roll_mark
        WHERE poll_id = the_poll AND voter_id = the_voter AND channel <> 'online';
    RETURN FOUND;
END $$;

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

-- Whether a voter has a turnout mark in a poll. Without sequential scans, as `cast_ballot`: a plan made
-- while a vote has no mark yet would read all of them for each ballot that a program sends.
CREATE OR REPLACE FUNCTION has_turnout_mark(the_poll uuid, the_voter uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    RETURN EXISTS (SELECT FROM roll_mark WHERE poll_id = the_poll AND voter_id = the_voter);
END $$;
