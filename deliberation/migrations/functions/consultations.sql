-- Trigger: which phases of a consultation ask people something, those up to the vote or, without any
-- of them, all; and whose they are. Lists of consultations find them by their dates.
CREATE OR REPLACE FUNCTION mark_asking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE phase SET authority_id = listed.authority_id, asks = listed.asks FROM (
        SELECT one.id, consultation.authority_id,
            kind IN ('vote', 'proposals', 'discussion', 'information')
                OR NOT bool_or(kind IN ('vote', 'proposals', 'discussion', 'information')) OVER ()
                AS asks
        FROM phase AS one JOIN consultation ON consultation.id = consultation_id
        WHERE consultation_id = CASE TG_OP WHEN 'DELETE' THEN OLD.consultation_id
            ELSE NEW.consultation_id END
    ) AS listed WHERE listed.id = phase.id AND phase.asks IS DISTINCT FROM listed.asks;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER asking_is_marked AFTER INSERT OR DELETE ON phase
    FOR EACH ROW EXECUTE FUNCTION mark_asking();
