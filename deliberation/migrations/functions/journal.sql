-- Trigger: the number of events of a kind in a day, from a consultation's opening on: its public
-- journal. Supports are not in it; they are so frequent that they would wait for one another.
CREATE OR REPLACE FUNCTION count_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event_count AS kept
    SELECT NEW.consultation_id, (NEW.at AT TIME ZONE 'Europe/Paris')::date, NEW.kind, 1, NEW.at
    WHERE NEW.kind = 'ConsultationOpened' OR EXISTS (
        SELECT FROM event_count WHERE consultation_id = NEW.consultation_id)
    ON CONFLICT (consultation_id, day, kind) DO UPDATE
    SET count = kept.count + 1, last_at = greatest(kept.last_at, excluded.last_at);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER event_is_counted AFTER INSERT ON event
    FOR EACH ROW WHEN (NEW.consultation_id IS NOT NULL
        AND NEW.kind NOT IN ('ProposalSupported', 'SupportWithdrawn'))
    EXECUTE FUNCTION count_event();
