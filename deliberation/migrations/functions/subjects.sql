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

-- Trigger: the number of answers to proposals of a consultation that everybody may read, kept as the
-- count of the kind `answer`.
CREATE OR REPLACE FUNCTION count_answered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before integer := 0;
    since integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before := (OLD.answer <> '' AND OLD.state IN ('published', 'withdrawn'))::integer;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        since := (NEW.answer <> '' AND NEW.state IN ('published', 'withdrawn'))::integer;
    END IF;
    IF since <> before THEN
        INSERT INTO published_count AS kept
        VALUES ((coalesce(NEW, OLD)).consultation_id, 'answer', since - before)
        ON CONFLICT (consultation_id, kind) DO UPDATE SET count = kept.count + since - before;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER answered_is_counted AFTER INSERT ON subject
    FOR EACH ROW WHEN (NEW.kind = 'proposal' AND NEW.answer <> '')
    EXECUTE FUNCTION count_answered();
CREATE OR REPLACE TRIGGER answer_is_counted AFTER UPDATE OF answer, state ON subject
    FOR EACH ROW WHEN (NEW.kind = 'proposal' AND (NEW.answer <> '' OR OLD.answer <> ''))
    EXECUTE FUNCTION count_answered();
CREATE OR REPLACE TRIGGER answered_is_removed AFTER DELETE ON subject
    FOR EACH ROW WHEN (OLD.kind = 'proposal' AND OLD.answer <> '')
    EXECUTE FUNCTION count_answered();

-- Triggers: a proposal repeats the name of its author, by which searches find it. The lock keeps the
-- name as it is until the proposal is there to be renamed.
CREATE OR REPLACE FUNCTION name_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT name INTO NEW.author_name FROM person WHERE id = NEW.author_id FOR SHARE;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION rename_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE subject SET author_name = NEW.name WHERE author_id = NEW.id AND kind = 'proposal';
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER author_is_named BEFORE INSERT ON subject
    FOR EACH ROW WHEN (NEW.kind = 'proposal') EXECUTE FUNCTION name_author();
CREATE OR REPLACE TRIGGER author_is_renamed AFTER UPDATE OF name ON person
    FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION rename_author();
