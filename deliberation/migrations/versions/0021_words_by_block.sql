UPDATE subject SET author_name = person.name FROM person
WHERE person.id = author_id AND kind = 'proposal' AND person.name <> '';
CREATE INDEX ix_subject_words_in_block ON subject
USING gin (words_in(block_name(consultation_id, number / 4096), search, answer, author_name))
WITH (fastupdate = off) WHERE kind = 'proposal' AND state = 'published';
CREATE INDEX ix_subject_own ON subject (author_id, consultation_id) WHERE kind = 'proposal';
CREATE INDEX ix_board_line_kind ON board_line (poll_id, kind, number);
CREATE INDEX ix_measure_authority_id ON measure (authority_id);
CREATE INDEX ix_consultation_drafts ON consultation (authority_id, created_at) WHERE state = 'draft';
CREATE INDEX ix_phase_votes_of ON phase (authority_id, closes_at) WHERE kind = 'vote';
