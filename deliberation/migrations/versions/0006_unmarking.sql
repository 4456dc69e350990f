-- A mark on paper or at a counter is taken away once two persons have decided it; one of a vote online
-- never is. Whether there was one.
CREATE FUNCTION unmark_paper_voter(the_poll uuid, the_elector uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM roll_mark
        WHERE poll_id = the_poll AND voter_id = the_elector AND channel <> 'online'
        AND EXISTS (SELECT FROM undoing WHERE poll_id = the_poll AND elector_id = the_elector
                    AND granted_at IS NOT NULL);
    RETURN FOUND;
END $$;
