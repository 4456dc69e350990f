-- Measures against texts and accounts; texts that wait for moderation.

CREATE INDEX ix_measure_voter_id ON measure (voter_id);
CREATE INDEX ix_measure_within_id ON measure (within_id);
CREATE UNIQUE INDEX uq_measure_in_force ON measure (authority_id, subject_id)
    WHERE lifted_at IS NULL;

-- What is hidden already can be contested and shown again too.
INSERT INTO measure (id, authority_id, consultation_id, subject, subject_id, voter_id, reason,
                     note, taken_by, taken_at)
SELECT gen_random_uuid(), consultation.authority_id, consultation.id, last.subject, last.subject_id,
       person.voter_id, coalesce(comment.hidden_reason, proposal.hidden_reason),
       coalesce(comment.hidden_note, proposal.hidden_note), last.decided_by, last.decided_at
FROM (
    SELECT DISTINCT ON (subject_id) * FROM report WHERE decision = 'hidden'
    ORDER BY subject_id, decided_at DESC
) AS last
LEFT JOIN comment ON last.subject = 'comment' AND comment.id = last.subject_id
JOIN proposal ON proposal.id = coalesce(comment.proposal_id, last.subject_id)
JOIN consultation ON consultation.id = proposal.consultation_id
JOIN person ON person.id = coalesce(comment.author_id, proposal.author_id)
WHERE coalesce(comment.state, proposal.state) = 'hidden';

ALTER TABLE proposal DROP CONSTRAINT ck_proposal_state, ADD CONSTRAINT ck_proposal_state
    CHECK (state IN ('draft', 'held', 'published', 'withdrawn', 'hidden'));
ALTER TABLE comment DROP CONSTRAINT ck_comment_state, ADD CONSTRAINT ck_comment_state
    CHECK (state IN ('held', 'visible', 'hidden'));
CREATE INDEX ix_proposal_held ON proposal (consultation_id) WHERE state = 'held';
CREATE INDEX ix_comment_held ON comment (proposal_id) WHERE state = 'held';
