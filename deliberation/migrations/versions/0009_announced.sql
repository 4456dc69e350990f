-- What was announced to people is kept: old texts stay, ends move later only.

CREATE TRIGGER version_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Of a public consultation, no phase ends earlier or goes away but as two persons decided. (Where an
-- urn is open, `dates_are_held` is stricter.) Cancelling comes after the consultation's own state.
CREATE FUNCTION refuse_earlier_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR NEW.closes_at < OLD.closes_at)
       AND EXISTS (SELECT FROM consultation WHERE id = OLD.consultation_id AND state = 'open')
       AND NOT EXISTS (
           SELECT FROM end_request request
           WHERE request.consultation_id = OLD.consultation_id AND request.kind = OLD.kind
             AND request.granted_at IS NOT NULL
             AND CASE TG_OP WHEN 'DELETE' THEN request.ending = 'drop'
                 ELSE request.closes_at = NEW.closes_at END) THEN
        RAISE EXCEPTION 'a phase that was announced ends earlier only as two persons decide'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER ends_are_kept BEFORE UPDATE OR DELETE ON phase
    FOR EACH ROW WHEN (NOT OLD.sealed) EXECUTE FUNCTION refuse_earlier_end();
