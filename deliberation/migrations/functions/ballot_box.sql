-- Dates that only two persons move: those of an open ballot box, and earlier ends of phases.

-- Trigger: dates of an open ballot box move only later, only before the close, and only as a granted
-- extension says.
CREATE OR REPLACE FUNCTION refuse_other_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.kind <> OLD.kind OR NEW.consultation_id <> OLD.consultation_id
       OR NEW.opens_at <> OLD.opens_at OR NOT NEW.sealed
       OR (NEW.closes_at <> OLD.closes_at AND (
           NEW.closes_at < OLD.closes_at OR clock_now() >= OLD.closes_at OR NOT EXISTS (
               SELECT FROM extension WHERE phase_id = OLD.id
               AND closes_at = NEW.closes_at AND granted_at IS NOT NULL))) THEN
        RAISE EXCEPTION 'the dates of an open urn are held'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- Trigger: a phase of a published consultation is not shortened or deleted without a request that a
-- second person has granted. `refuse_other_dates` is stricter once voting rests on the dates. A
-- cancelled consultation has left the state `open` before its phases change.
CREATE OR REPLACE FUNCTION refuse_earlier_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR NEW.closes_at < OLD.closes_at)
       AND EXISTS (SELECT FROM consultation WHERE id = OLD.consultation_id AND state = 'open')
       AND NOT EXISTS (
           SELECT FROM end_request request
           WHERE request.phase_id = OLD.id
             AND request.granted_at IS NOT NULL
             AND CASE TG_OP WHEN 'DELETE' THEN request.ending = 'drop'
                 ELSE request.closes_at = NEW.closes_at END) THEN
        RAISE EXCEPTION 'a phase that was announced ends earlier only as two persons decide'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
