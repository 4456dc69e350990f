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

-- An urn is open, for what it freezes, from the beginning of its board; that of a plain vote with a
-- roll from its first voter.
CREATE OR REPLACE FUNCTION urn_is_open(the_consultation uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM poll WHERE consultation_id = the_consultation AND (
            EXISTS (SELECT FROM board_line WHERE poll_id = poll.id)
            OR (poll.profile = 'P0' AND poll.eligibility IN ('code', 'roll', 'oidc')
                AND EXISTS (SELECT FROM roll_mark WHERE poll_id = poll.id))))
$$;

-- Votes that had begun when this rule came: whoever could decide second still can.
INSERT INTO countersigner (consultation_id, person_id, name, function, since)
SELECT consultation.id, person.id, person.name, '', min(membership.created_at)
FROM consultation
JOIN membership ON membership.authority_id = consultation.authority_id
     AND membership.role IN ('agent', 'administrator')
JOIN person ON person.id = membership.person_id
WHERE urn_is_open(consultation.id)
GROUP BY consultation.id, person.id, person.name;

CREATE TRIGGER countersigners_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON countersigner
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();
