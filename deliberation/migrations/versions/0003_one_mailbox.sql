-- One mailbox, one voice: whom votes by e-mail and supports know is the mailbox, not the account.

-- The mailbox of an address, as `kit.addresses.mailbox_of` says: a tag after "+" is left out.
CREATE FUNCTION mailbox_of(address text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(address), '^([^+@]+)\+[^@]*@', '\1@')
$$;

-- Existing accounts keep their votes and supports: the voter of an account is what it was, itself.
-- Accounts of one mailbox become one voter: the account that has voted where nothing is counted
-- yet, or the oldest.
ALTER TABLE person ADD COLUMN voter_id uuid, ADD COLUMN trace bytea;
UPDATE person SET voter_id = id;
WITH waiting AS (
    SELECT voter_id, count(*) AS marks FROM roll_mark JOIN poll ON poll.id = poll_id
    WHERE counted_at IS NULL AND eligibility = 'email' GROUP BY voter_id
), chosen AS (
    SELECT DISTINCT ON (mailbox_of(email)) mailbox_of(email) AS mailbox, person.id
    FROM person LEFT JOIN waiting ON waiting.voter_id = person.id
    WHERE email IS NOT NULL
    ORDER BY mailbox_of(email), coalesce(marks, 0) DESC, created_at, person.id
)
UPDATE person SET voter_id = chosen.id FROM chosen
WHERE mailbox_of(email) = chosen.mailbox AND person.id <> chosen.id;
ALTER TABLE person ALTER COLUMN voter_id SET DEFAULT gen_random_uuid(),
                   ALTER COLUMN voter_id SET NOT NULL;
CREATE INDEX ix_person_mailbox ON person (mailbox_of(email));
CREATE INDEX ix_person_voter_id ON person (voter_id);
CREATE INDEX ix_person_trace ON person (trace) WHERE trace IS NOT NULL;

-- A mailbox supports a proposal once: of several supports the first stays.
ALTER TABLE support DROP CONSTRAINT fk_support_person_id;
ALTER TABLE support RENAME COLUMN person_id TO voter_id;
ALTER INDEX ix_support_person_id RENAME TO ix_support_voter_id;
WITH ranked AS (
    SELECT proposal_id, support.voter_id, row_number() OVER (
        PARTITION BY proposal_id, person.voter_id ORDER BY support.created_at, person.id
    ) AS place
    FROM support JOIN person ON person.id = support.voter_id
), gone AS (
    DELETE FROM support USING ranked
    WHERE place > 1 AND (support.proposal_id, support.voter_id)
                      = (ranked.proposal_id, ranked.voter_id)
    RETURNING support.proposal_id
)
UPDATE proposal SET support_count = support_count - gone.number
FROM (SELECT proposal_id, count(*) AS number FROM gone GROUP BY proposal_id) AS gone
WHERE proposal.id = gone.proposal_id;
UPDATE support SET voter_id = person.voter_id FROM person
WHERE person.id = support.voter_id AND person.voter_id <> person.id;

-- As in sealed.sql, but for the voters of a vote by e-mail.
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
