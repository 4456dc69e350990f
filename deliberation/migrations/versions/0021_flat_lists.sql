-- Every lock at once, or none, as in 0016: whoever writes holds some of these tables and wants others.
-- Casts go on. Proposals and comments wait while the indexes are made.
DO $$
BEGIN
    SET LOCAL lock_timeout = '50ms';
    FOR attempt IN 1..1000 LOOP
        BEGIN
            LOCK TABLE proposal, comment IN ACCESS EXCLUSIVE MODE;
            LOCK TABLE consultation, subject, report IN SHARE ROW EXCLUSIVE MODE;
            SET LOCAL lock_timeout = 0;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.1 * random());
        END;
    END LOOP;
    RAISE EXCEPTION 'the tables are busy: migrate again' USING ERRCODE = 'lock_not_available';
END $$;

CREATE TABLE published_count (
    consultation_id uuid NOT NULL,
    kind varchar NOT NULL,
    count integer NOT NULL,
    CONSTRAINT pk_published_count PRIMARY KEY (consultation_id, kind),
    CONSTRAINT fk_published_count_consultation_id FOREIGN KEY (consultation_id)
        REFERENCES consultation (id)
) WITH (fillfactor = 50);
INSERT INTO published_count
SELECT consultation_id, kind, count(*) FROM subject
WHERE state = 'published' AND about_id IS NULL AND consultation_id IS NOT NULL
GROUP BY consultation_id, kind;

CREATE TABLE stance_count (
    subject_id uuid NOT NULL,
    stance varchar NOT NULL,
    count integer NOT NULL,
    CONSTRAINT pk_stance_count PRIMARY KEY (subject_id, stance),
    CONSTRAINT fk_stance_count_subject_id FOREIGN KEY (subject_id)
        REFERENCES subject (id) ON DELETE CASCADE
) WITH (fillfactor = 70);
INSERT INTO stance_count
SELECT about_id, stance, count(*) FROM subject JOIN comment USING (id)
WHERE state = 'published' AND stance IS NOT NULL
GROUP BY about_id, stance;

ALTER TABLE comment ADD thread_id uuid, ADD said_at timestamptz, ADD turn integer;
UPDATE comment SET thread_id = placed.about_id, said_at = placed.created_at, turn = placed.turn
FROM (
    SELECT id, about_id, created_at, CASE WHEN stance IS NULL THEN 0 ELSE row_number() OVER (
        PARTITION BY about_id, stance, author_id ORDER BY created_at, id) END AS turn
    FROM subject JOIN comment USING (id)
) AS placed WHERE placed.id = comment.id;
DROP INDEX ix_comment_parent_id;
CREATE INDEX ix_comment_side ON comment (thread_id, stance, turn, said_at, id)
    WHERE parent_id IS NULL;
CREATE INDEX ix_comment_replies ON comment (parent_id, said_at, id) WHERE parent_id IS NOT NULL;

ALTER TABLE proposal ADD in_consultation uuid, ADD as_number integer;
UPDATE proposal SET in_consultation = consultation_id, as_number = number
FROM subject WHERE subject.id = proposal.id;
CREATE INDEX ix_proposal_supported ON proposal (in_consultation, support_count, as_number);

-- The published proposals of a consultation, from the newest: all, of a theme, answered or not.
CREATE INDEX ix_subject_newest ON subject (consultation_id, published_at, number)
    WHERE kind = 'proposal' AND state = 'published';
CREATE INDEX ix_subject_theme ON subject (consultation_id, theme, published_at, number)
    WHERE kind = 'proposal' AND state = 'published';
CREATE INDEX ix_subject_answered ON subject (consultation_id, (answer <> ''), published_at, number)
    WHERE kind = 'proposal' AND state = 'published';
-- Their words, with one for the consultation: a common word is looked up in one of them, not in all.
-- The last digits of an id are random, the first ones neighbours'.
CREATE INDEX ix_subject_words ON subject USING gin (
    (array_to_tsvector(ARRAY['c' || right(CAST(consultation_id AS text), 8)]) || search)
) WHERE kind = 'proposal' AND state = 'published';
DROP INDEX ix_subject_search;
CREATE INDEX ix_subject_answers ON subject (consultation_id, created_at, id) WHERE kind = 'answer';
CREATE INDEX ix_subject_exported ON subject (consultation_id, kind, published_at, id)
    WHERE published_at IS NOT NULL;
CREATE INDEX ix_subject_author ON subject (author_id, created_at, id);
