-- Trigger: the number of public subjects of a kind in a consultation, kept by whatever statement
-- publishes, withdraws, hides or shows one: an older release that runs beside this one keeps it too.
-- Those that are about others are counted beside them.
CREATE OR REPLACE FUNCTION count_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of subject := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    more integer := CASE WHEN TG_OP = 'DELETE' OR NEW.state <> 'published' THEN -1 ELSE 1 END;
BEGIN
    IF of.about_id IS NULL AND of.consultation_id IS NOT NULL THEN
        INSERT INTO published_count AS kept VALUES (of.consultation_id, of.kind, more)
        ON CONFLICT (consultation_id, kind) DO UPDATE SET count = kept.count + more;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER published_is_counted AFTER INSERT ON subject
    FOR EACH ROW WHEN (NEW.state = 'published') EXECUTE FUNCTION count_published();
CREATE OR REPLACE TRIGGER change_is_counted AFTER UPDATE OF state ON subject
    FOR EACH ROW WHEN ((NEW.state = 'published') <> (OLD.state = 'published'))
    EXECUTE FUNCTION count_published();
CREATE OR REPLACE TRIGGER removal_is_counted AFTER DELETE ON subject
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION count_published();
