-- The electoral roll: turnout marks.

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

-- Whether a voter has a turnout mark in a poll. Without sequential scans, as `cast_ballot`: a plan made
-- while a vote has no mark yet would read all of them for each ballot that a program sends.
CREATE OR REPLACE FUNCTION has_turnout_mark(the_poll uuid, the_voter uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    RETURN EXISTS (SELECT FROM roll_mark WHERE poll_id = the_poll AND voter_id = the_voter);
END $$;

-- Triggers: the electors of a roll and their valid codes, kept by whatever statement writes some. A roll
-- is written by thousands, so each statement is counted once; codes are drawn for electors of a roll.
CREATE OR REPLACE FUNCTION count_electors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO electorate AS kept (consultation_id, electors)
        SELECT consultation_id, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
        FROM changed GROUP BY consultation_id
        ON CONFLICT (consultation_id) DO UPDATE SET electors = kept.electors + excluded.electors;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER electors_are_counted AFTER INSERT ON elector
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_electors();
CREATE OR REPLACE TRIGGER removed_electors_are_counted AFTER DELETE ON elector
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_electors();

CREATE OR REPLACE FUNCTION count_codes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE electorate
        SET codes = codes + CASE TG_OP WHEN 'INSERT' THEN of_roll.count ELSE -of_roll.count END
        FROM (SELECT consultation_id, count(*) FROM changed JOIN elector ON elector.id = elector_id
              WHERE revoked_at IS NULL GROUP BY consultation_id) AS of_roll
        WHERE electorate.consultation_id = of_roll.consultation_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER codes_are_counted AFTER INSERT ON elector_code
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_codes();
CREATE OR REPLACE TRIGGER removed_codes_are_counted AFTER DELETE ON elector_code
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_codes();

CREATE OR REPLACE FUNCTION count_revoked_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE electorate SET codes = codes - 1 FROM elector
        WHERE elector.id = NEW.elector_id AND electorate.consultation_id = elector.consultation_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER revoked_codes_are_counted AFTER UPDATE OF revoked_at ON elector_code
    FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL)
    EXECUTE FUNCTION count_revoked_code();

-- Trigger: the consultation of a request for a code, so that its requests are found without the roll.
CREATE OR REPLACE FUNCTION place_code_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.in_consultation := (SELECT consultation_id FROM elector WHERE id = NEW.elector_id);
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER code_request_is_placed BEFORE INSERT ON code_request
    FOR EACH ROW EXECUTE FUNCTION place_code_request();
