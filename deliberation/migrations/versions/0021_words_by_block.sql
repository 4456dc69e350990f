CREATE INDEX IF NOT EXISTS ix_subject_words_in_block ON subject
USING gin (words_in(block_name(consultation_id, number / 4096), search, answer))
WITH (fastupdate = off) WHERE kind = 'proposal' AND state = 'published';
