-- Proposals, comments, polls and answers become rows of `subject`; their own tables keep the rest.

-- Every lock at once, or none: whoever votes or writes holds some of these tables and wants others.
-- Each try ends before the server would look for a deadlock (one second).
DO $$
BEGIN
    SET LOCAL lock_timeout = '50ms';
    FOR attempt IN 1..1000 LOOP
        BEGIN
            LOCK TABLE poll, consultation, authority, person, proposal, proposal_version, poll_option,
                support, comment, answer, report, measure IN ACCESS EXCLUSIVE MODE;
            SET LOCAL lock_timeout = 0;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(0.1 * random());
        END;
    END LOOP;
    RAISE EXCEPTION 'the tables are busy: migrate again' USING ERRCODE = 'lock_not_available';
END $$;

CREATE TABLE subject (
    id uuid NOT NULL CONSTRAINT pk_subject PRIMARY KEY,
    authority_id uuid NOT NULL,
    consultation_id uuid,
    kind varchar NOT NULL,
    number integer,
    about_id uuid,
    author_id uuid,
    title varchar NOT NULL DEFAULT '',
    body varchar NOT NULL DEFAULT '',
    theme varchar NOT NULL DEFAULT '',
    place varchar NOT NULL DEFAULT '',
    state varchar NOT NULL DEFAULT 'published',
    hidden_reason varchar NOT NULL DEFAULT '',
    hidden_note varchar NOT NULL DEFAULT '',
    answer varchar NOT NULL DEFAULT '',
    submission uuid,
    created_at timestamptz NOT NULL,
    published_at timestamptz,
    withdrawn_at timestamptz,
    comment_count integer NOT NULL DEFAULT 0,
    search tsvector GENERATED ALWAYS AS (
        CASE WHEN about_id IS NULL THEN
            setweight(to_tsvector('french', searched(title)), 'A') || setweight(
            to_tsvector('french', searched(body || ' ' || theme || ' ' || place)), 'B') END
    ) STORED
) WITH (fillfactor = 85);

-- When a proposal was withdrawn, if its author has not taken that back.
CREATE TEMPORARY TABLE last_withdrawal ON COMMIT DROP AS
SELECT DISTINCT ON (about) CAST(about AS uuid) AS id, at, kind
FROM event, CAST(data ->> 'proposal_id' AS text) AS about
WHERE kind IN ('ProposalWithdrawn', 'ProposalReinstated')
ORDER BY about, event.id DESC;

INSERT INTO subject (id, authority_id, consultation_id, kind, number, author_id, title, body, theme,
                     place, state, hidden_reason, hidden_note, answer, submission, created_at,
                     published_at, withdrawn_at, comment_count)
SELECT proposal.id, authority_id, consultation_id, 'proposal', number, author_id, proposal.title,
       proposal.body, theme, place, proposal.state,
       CASE WHEN proposal.state = 'hidden' THEN hidden_reason ELSE '' END,
       CASE WHEN proposal.state = 'hidden' THEN hidden_note ELSE '' END,
       answer, submission, proposal.created_at, published_at,
       CASE WHEN proposal.state = 'withdrawn' OR proposal.state = 'hidden' AND published_at IS NOT NULL
            THEN CASE WHEN last.kind = 'ProposalWithdrawn' THEN last.at
                      WHEN proposal.state = 'withdrawn' THEN published_at END END,
       comment_count
FROM proposal JOIN consultation ON consultation.id = consultation_id
LEFT JOIN last_withdrawal AS last ON last.id = proposal.id;

-- A hidden comment was public before if the journal tells that it was published.
CREATE TEMPORARY TABLE told_comment ON COMMIT DROP AS
SELECT CAST(data ->> 'comment_id' AS uuid) AS id, min(at) AS at
FROM event WHERE kind = 'ProposalCommented' GROUP BY 1;

INSERT INTO subject (id, authority_id, consultation_id, kind, about_id, author_id, body, state,
                     hidden_reason, hidden_note, created_at, published_at)
SELECT comment.id, authority_id, consultation_id, 'comment', proposal_id, comment.author_id,
       comment.body,
       CASE comment.state WHEN 'visible' THEN 'published' ELSE comment.state END,
       CASE WHEN comment.state = 'hidden' THEN comment.hidden_reason ELSE '' END,
       CASE WHEN comment.state = 'hidden' THEN comment.hidden_note ELSE '' END,
       comment.created_at,
       coalesce(told.at, CASE WHEN comment.state = 'visible' THEN comment.created_at END)
FROM comment JOIN proposal ON proposal.id = proposal_id
JOIN consultation ON consultation.id = consultation_id
LEFT JOIN told_comment AS told ON told.id = comment.id;

INSERT INTO subject (id, authority_id, consultation_id, kind, number, title, answer, created_at,
                     published_at)
SELECT poll.id, authority_id, poll.consultation_id, 'poll', number, poll.question,
       coalesce(decision, ''), consultation.created_at, consultation.created_at
FROM poll JOIN consultation ON consultation.id = poll.consultation_id
LEFT JOIN answer ON answer.poll_id = poll.id;

INSERT INTO subject (id, authority_id, consultation_id, kind, about_id, author_id, body, created_at,
                     published_at)
SELECT answer.id, authority_id, consultation_id, 'answer', coalesce(proposal_id, poll_id),
       author_id, answer.body, answer.created_at, answer.created_at
FROM answer JOIN consultation ON consultation.id = consultation_id;

ALTER TABLE subject
    ADD CONSTRAINT fk_subject_authority_id FOREIGN KEY (authority_id) REFERENCES authority (id),
    ADD CONSTRAINT fk_subject_consultation_id FOREIGN KEY (consultation_id)
        REFERENCES consultation (id),
    ADD CONSTRAINT fk_subject_about_id FOREIGN KEY (about_id) REFERENCES subject (id),
    ADD CONSTRAINT fk_subject_author_id FOREIGN KEY (author_id) REFERENCES person (id),
    ADD CONSTRAINT uq_subject_consultation_id_kind_number UNIQUE (consultation_id, kind, number),
    ADD CONSTRAINT uq_subject_author_id_submission UNIQUE (author_id, submission),
    ADD CONSTRAINT ck_subject_kind CHECK (kind IN ('proposal', 'comment', 'poll', 'answer')),
    ADD CONSTRAINT ck_subject_state CHECK (
        state IN ('draft', 'held', 'published', 'withdrawn', 'hidden')),
    ADD CONSTRAINT ck_subject_only_hidden_has_a_reason CHECK (
        hidden_reason = '' OR state = 'hidden');
CREATE INDEX ix_subject_about_id_created_at ON subject (about_id, created_at);
CREATE UNIQUE INDEX uq_subject_answered ON subject (about_id) WHERE kind = 'answer';
CREATE INDEX ix_subject_held ON subject (authority_id) WHERE state = 'held';
CREATE INDEX ix_subject_listed ON subject (consultation_id, kind, state)
    INCLUDE (id, number, author_id, published_at, answer);
CREATE INDEX ix_subject_search ON subject USING gin (search);

-- What the shared row holds now leaves the tables of the kinds, with its indexes and keys.
ALTER TABLE proposal
    DROP COLUMN search, DROP COLUMN consultation_id, DROP COLUMN number, DROP COLUMN author_id,
    DROP COLUMN title, DROP COLUMN body, DROP COLUMN theme, DROP COLUMN place, DROP COLUMN state,
    DROP COLUMN hidden_reason, DROP COLUMN hidden_note, DROP COLUMN answer,
    DROP COLUMN submission, DROP COLUMN created_at, DROP COLUMN published_at,
    DROP COLUMN comment_count,
    ADD CONSTRAINT fk_proposal_id FOREIGN KEY (id) REFERENCES subject (id) ON DELETE CASCADE;
ALTER TABLE comment
    DROP COLUMN proposal_id, DROP COLUMN author_id, DROP COLUMN body, DROP COLUMN state,
    DROP COLUMN hidden_reason, DROP COLUMN hidden_note, DROP COLUMN created_at,
    ADD CONSTRAINT fk_comment_id FOREIGN KEY (id) REFERENCES subject (id) ON DELETE CASCADE;
CREATE INDEX ix_comment_parent_id ON comment (parent_id);
ALTER TABLE answer
    DROP COLUMN consultation_id, DROP COLUMN proposal_id, DROP COLUMN poll_id,
    DROP COLUMN author_id, DROP COLUMN body, DROP COLUMN created_at,
    ADD CONSTRAINT fk_answer_id FOREIGN KEY (id) REFERENCES subject (id) ON DELETE CASCADE;
ALTER TABLE poll ADD CONSTRAINT fk_poll_id FOREIGN KEY (id) REFERENCES subject (id);

DELETE FROM report WHERE NOT EXISTS (SELECT FROM subject WHERE subject.id = subject_id);
ALTER TABLE report
    DROP COLUMN subject,
    ADD CONSTRAINT fk_report_subject_id FOREIGN KEY (subject_id) REFERENCES subject (id);
-- Of an account `voter_id` says whose; of a text that went with its author, none is left.
ALTER TABLE measure ALTER COLUMN subject_id DROP NOT NULL;
UPDATE measure SET subject_id = NULL
WHERE subject = 'account' OR NOT EXISTS (SELECT FROM subject WHERE subject.id = subject_id);
DROP INDEX uq_measure_in_force;
ALTER TABLE measure ADD CONSTRAINT fk_measure_subject_id
    FOREIGN KEY (subject_id) REFERENCES subject (id) ON DELETE SET NULL;
CREATE UNIQUE INDEX uq_measure_text_in_force ON measure (subject_id) WHERE lifted_at IS NULL;
CREATE UNIQUE INDEX uq_measure_account_in_force ON measure (authority_id, voter_id)
    WHERE lifted_at IS NULL AND subject = 'account';

CREATE TABLE follow (
    subject_id uuid NOT NULL,
    person_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_follow PRIMARY KEY (subject_id, person_id),
    CONSTRAINT fk_follow_subject_id FOREIGN KEY (subject_id) REFERENCES subject (id)
        ON DELETE CASCADE,
    CONSTRAINT fk_follow_person_id FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE INDEX ix_follow_person_id ON follow (person_id);

-- Mails about answers that wait to be written name the answered subject as they do from now on.
UPDATE job SET "values" = jsonb_set("values", '{data}', ("values" -> 'data')
    - 'proposal_id' - 'poll_id' || jsonb_build_object(
        'subject', CASE WHEN "values" #>> '{data,proposal_id}' IS NULL THEN 'poll' ELSE 'proposal' END,
        'subject_id', coalesce("values" #>> '{data,proposal_id}', "values" #>> '{data,poll_id}')))
WHERE name = 'react' AND "values" ->> 'kind' = 'AnswerPublished';
