-- Votes on paper and at the counter.

-- Write the turnout mark of somebody who votes on paper or at a counter, unless they have voted.
CREATE OR REPLACE FUNCTION mark_paper_voter(the_poll uuid, the_number text, the_channel text)
RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
    RETURN CASE WHEN NOT mark_voter(the_poll, voter, the_channel) THEN 'already-voted' END;
END $$;
REVOKE EXECUTE ON FUNCTION mark_paper_voter FROM PUBLIC;

-- Delete a paper or counter mark once two persons have decided it; never the mark of an online vote.
-- Return whether there was one.
CREATE OR REPLACE FUNCTION unmark_paper_voter(the_poll uuid, the_elector uuid)
RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM undoing WHERE poll_id = the_poll AND elector_id = the_elector
               AND granted_at IS NOT NULL) THEN
        RETURN unmark_voter(the_poll, the_elector);
    END IF;
    RETURN false;
END $$;
REVOKE EXECUTE ON FUNCTION unmark_paper_voter FROM PUBLIC;

-- Number of voters marked on paper or at a counter whose ballot has not been typed twice alike.
CREATE OR REPLACE FUNCTION papers_awaited(the_poll uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(0,
        (SELECT count(*) FROM roll_mark WHERE poll_id = the_poll AND channel <> 'online')
        - (SELECT coalesce(sum(jsonb_array_length(first)), 0) FROM paper_batch
           WHERE poll_id = the_poll AND agreed_at IS NOT NULL))
$$;

-- When the count may begin: at the close, or three days after it while papers are awaited.
CREATE OR REPLACE FUNCTION typing_ends(the_poll uuid, the_close timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT the_close + CASE WHEN papers_awaited(the_poll) > 0 THEN interval '3 days'
                            ELSE interval '0' END
$$;

-- Return NULL when papers may be typed and paper marks undone now, or the code of the refusal: as
-- `vote_refusal`, and after the close until the typing period ends.
CREATE OR REPLACE FUNCTION typing_refusal(the_poll uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    refusal text := vote_refusal(the_poll);
BEGIN
    IF refusal = 'voting-closed' THEN
        RETURN (
            SELECT CASE WHEN poll.counted_at IS NOT NULL OR board_is_closed(the_poll)
                          OR clock_now() >= typing_ends(the_poll, phase.closes_at)
                        THEN 'typing-over' END
            FROM poll
            JOIN phase ON phase.id = poll.phase_id
            WHERE poll.id = the_poll);
    END IF;
    RETURN refusal;
END $$;
