DELETE FROM published_count WHERE kind = 'answer';  -- a part: what was written since the version before
INSERT INTO published_count
SELECT consultation_id, 'answer', count(*) FROM subject
WHERE kind = 'proposal' AND answer <> '' AND state IN ('published', 'withdrawn')
GROUP BY consultation_id;
DROP INDEX ix_subject_replied, ix_consultation_cancelled;

ALTER TABLE phase ADD authority_id uuid, ADD asks boolean;
UPDATE phase SET authority_id = listed.authority_id, asks = listed.asks FROM (
    SELECT phase.id, consultation.authority_id, kind IN ('vote', 'proposals', 'discussion', 'information')
        OR NOT bool_or(kind IN ('vote', 'proposals', 'discussion', 'information'))
            OVER (PARTITION BY consultation_id) AS asks
    FROM phase JOIN consultation ON consultation.id = consultation_id
) AS listed WHERE listed.id = phase.id;
CREATE INDEX ix_phase_closing ON phase (closes_at, consultation_id) WHERE asks;
CREATE INDEX ix_phase_opening ON phase (opens_at, consultation_id) WHERE asks;
CREATE INDEX ix_phase_closing_of ON phase (authority_id, closes_at, consultation_id) WHERE asks;
CREATE INDEX ix_phase_opening_of ON phase (authority_id, opens_at, consultation_id) WHERE asks;

CREATE INDEX ix_poll_to_count ON poll (phase_id) WHERE source = 'live' AND counted_at IS NULL;
CREATE INDEX ix_offer_expires_at ON offer (expires_at);
