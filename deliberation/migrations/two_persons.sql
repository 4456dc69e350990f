-- What two persons decide of a vote, and until when its papers are typed.

-- Voters marked on paper or at a counter whose ballot has not been typed twice alike.
CREATE FUNCTION papers_awaited(the_poll uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(0,
        (SELECT count(*) FROM roll_mark WHERE poll_id = the_poll AND channel <> 'online')
        - (SELECT coalesce(sum(jsonb_array_length(first)), 0) FROM paper_batch
           WHERE poll_id = the_poll AND agreed_at IS NOT NULL))
$$;

-- When the count may begin: at the close, or, while papers are awaited, three days after it.
CREATE FUNCTION typing_ends(the_poll uuid, the_close timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT the_close + CASE WHEN papers_awaited(the_poll) > 0 THEN interval '3 days'
                            ELSE interval '0' END
$$;

-- Whether papers may be typed and paper marks undone now, and if not why: as `vote_refusal`, and
-- after the close until the typing period ends.
CREATE FUNCTION typing_refusal(the_poll uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    refusal text := vote_refusal(the_poll);
BEGIN
    IF refusal = 'voting-closed' THEN
        RETURN (
            SELECT CASE WHEN poll.counted_at IS NOT NULL OR board_is_closed(the_poll)
                          OR clock_now() >= typing_ends(the_poll, phase.closes_at)
                        THEN 'typing-over' END
            FROM poll
            JOIN phase ON phase.consultation_id = poll.consultation_id AND phase.kind = 'vote'
            WHERE poll.id = the_poll);
    END IF;
    RETURN refusal;
END $$;
