-- The dates of an open ballot box.

-- Trigger: dates of an open ballot box move only later, only before the close, and only as a granted
-- extension says.
CREATE OR REPLACE FUNCTION refuse_other_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.kind <> OLD.kind OR NEW.consultation_id <> OLD.consultation_id
       OR NEW.opens_at <> OLD.opens_at OR NOT NEW.sealed
       OR (NEW.closes_at <> OLD.closes_at AND (
           NEW.closes_at < OLD.closes_at OR clock_now() >= OLD.closes_at OR NOT EXISTS (
               SELECT FROM extension WHERE consultation_id = OLD.consultation_id
               AND closes_at = NEW.closes_at AND granted_at IS NOT NULL))) THEN
        RAISE EXCEPTION 'the dates of an open urn are held'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
