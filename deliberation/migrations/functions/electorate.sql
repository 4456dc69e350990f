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
