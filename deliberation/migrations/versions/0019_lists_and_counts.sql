INSERT INTO published_count
SELECT consultation_id, kind, count(*) FROM subject
WHERE state = 'published' AND about_id IS NULL AND consultation_id IS NOT NULL
GROUP BY consultation_id, kind;

INSERT INTO stance_count
SELECT about_id, stance, count(*) FROM subject JOIN comment USING (id)
WHERE state = 'published' AND stance IS NOT NULL
GROUP BY about_id, stance;

INSERT INTO event_count
SELECT consultation_id, (at AT TIME ZONE 'Europe/Paris')::date AS day, kind, count(*), max(at)
FROM event JOIN (
    SELECT consultation_id, min(id) AS first FROM event WHERE kind = 'ConsultationOpened'
    GROUP BY consultation_id
) AS opened USING (consultation_id)
WHERE id >= first AND kind NOT IN ('ProposalSupported', 'SupportWithdrawn')
GROUP BY consultation_id, day, kind;

INSERT INTO electorate
SELECT consultation_id, count(*), count(elector_id) FROM elector
LEFT JOIN elector_code ON elector_id = id AND revoked_at IS NULL
GROUP BY consultation_id;
UPDATE code_request SET in_consultation = consultation_id FROM elector
WHERE elector.id = elector_id;
CREATE INDEX ix_code_request_in_consultation ON code_request (in_consultation);
CREATE INDEX ix_membership_team ON membership (authority_id, role, person_id);

INSERT INTO kept_figures (consultation_id, next_at)
SELECT id, '-infinity' FROM consultation WHERE state <> 'draft';

-- Boards and results are append-only; no announced byte changes.
ALTER TABLE board_line DISABLE TRIGGER board_is_append_only;
UPDATE board_line SET ballots = shown.ballots FROM (
    SELECT poll_id, number, sum(CASE WHEN kind = 'ballots' THEN
        jsonb_array_length(convert_from(line, 'UTF8')::jsonb #> '{entry,body,hashes}')
        ELSE 0 END) OVER (PARTITION BY poll_id ORDER BY number) AS ballots
    FROM board_line
) AS shown WHERE shown.poll_id = board_line.poll_id AND shown.number = board_line.number;
ALTER TABLE board_line ENABLE TRIGGER board_is_append_only;

ALTER TABLE result DISABLE TRIGGER result_is_append_only;
UPDATE result SET marks = marked.marks FROM (
    SELECT poll_id, jsonb_object_agg(channel, voters) AS marks FROM (
        SELECT poll_id, channel, count(*) AS voters FROM roll_mark
        WHERE poll_id IN (SELECT poll_id FROM result) GROUP BY poll_id, channel
    ) AS by_channel GROUP BY poll_id
) AS marked WHERE marked.poll_id = result.poll_id;
ALTER TABLE result ENABLE TRIGGER result_is_append_only;

-- The turn of a comment, n-th of its author on that side, never changes.
UPDATE comment SET thread_id = placed.about_id, said_at = placed.created_at, turn = placed.turn
FROM (
    SELECT id, about_id, created_at, CASE WHEN stance IS NULL THEN 0 ELSE row_number() OVER (
        PARTITION BY about_id, stance, author_id ORDER BY created_at, id) END AS turn
    FROM subject JOIN comment USING (id)
) AS placed WHERE placed.id = comment.id;
CREATE INDEX ix_comment_side ON comment (thread_id, stance, turn, said_at, id)
    WHERE parent_id IS NULL;
CREATE INDEX ix_comment_replies ON comment (parent_id, said_at, id) WHERE parent_id IS NOT NULL;

UPDATE proposal SET in_consultation = consultation_id, as_number = number
FROM subject WHERE subject.id = proposal.id;
CREATE INDEX ix_proposal_supported ON proposal (in_consultation, support_count, as_number)
    INCLUDE (id);

-- The published proposals of a consultation, from the newest: all, of a theme, answered or not. The
-- indexes hold the ids that a list gives, so that its page is found without the texts.
CREATE INDEX ix_subject_newest ON subject (consultation_id, published_at, number)
    INCLUDE (id, answer) WHERE kind = 'proposal' AND state = 'published';
CREATE INDEX ix_subject_theme ON subject (consultation_id, theme, published_at, number)
    INCLUDE (id, answer) WHERE kind = 'proposal' AND state = 'published';
CREATE INDEX ix_subject_answered ON subject (consultation_id, (answer <> ''), published_at, number)
    INCLUDE (id, answer) WHERE kind = 'proposal' AND state = 'published';
CREATE INDEX ix_subject_replied ON subject (consultation_id, state)
    WHERE kind = 'proposal' AND answer <> '';
-- Their words, with one for the consultation: a common word is looked up in one of them, not in all.
-- The last digits of an id are random, the first ones neighbours'.
CREATE INDEX ix_subject_words ON subject USING gin (
    (array_to_tsvector(ARRAY['c' || right(CAST(consultation_id AS text), 8)]) || search)
) WHERE kind = 'proposal' AND state = 'published';
CREATE INDEX ix_subject_answers ON subject (consultation_id, created_at, id) WHERE kind = 'answer';
CREATE INDEX ix_subject_authority_answers ON subject (authority_id, created_at, id)
    WHERE kind = 'answer';
CREATE INDEX ix_subject_network_answers ON subject (created_at, id) WHERE kind = 'answer';
CREATE INDEX ix_subject_exported ON subject (consultation_id, kind, published_at, id)
    WHERE published_at IS NOT NULL;
CREATE INDEX ix_subject_author ON subject (author_id, kind, created_at);

-- What a person did, and the events of a kind, from the newest.
CREATE INDEX ix_support_voter_id_created_at ON support (voter_id, created_at);
CREATE INDEX ix_follow_person_id_created_at ON follow (person_id, created_at);
CREATE INDEX ix_event_consultation_id_kind_at ON event (consultation_id, kind, at);
CREATE INDEX ix_event_of_authority ON event (authority_id, kind, at) WHERE consultation_id IS NULL;
CREATE INDEX ix_version_consultation_id_made_at_id ON version (consultation_id, made_at, id);
CREATE INDEX ix_session_expires_at ON session (expires_at);

-- The lists of the network.
CREATE INDEX ix_authority_listed ON authority (fold(name), id);
CREATE INDEX ix_authority_kind ON authority (kind, fold(name), id);
CREATE INDEX ix_authority_words ON authority USING gin (to_tsvector('simple', searched(name)));
CREATE INDEX ix_consultation_cancelled ON consultation (id) WHERE state = 'cancelled';
CREATE INDEX ix_consultation_words ON consultation
    USING gin (to_tsvector('french', searched(title || ' ' || question)));
CREATE INDEX ix_phase_closes_at_consultation_id ON phase (closes_at, consultation_id);
CREATE INDEX ix_phase_opens_at_consultation_id ON phase (opens_at, consultation_id);
