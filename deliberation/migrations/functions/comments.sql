-- Trigger: a comment repeats what it is about and since when, and takes its turn: the n-th of its
-- author on that side. None of it changes, so an index holds the order of a thread.
CREATE OR REPLACE FUNCTION place_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    author uuid;
BEGIN
    SELECT about_id, created_at, author_id INTO NEW.thread_id, NEW.said_at, author
    FROM subject WHERE id = NEW.id;
    NEW.turn := CASE WHEN NEW.stance IS NULL THEN 0 ELSE 1 + (
        SELECT coalesce(max(comment.turn), 0) FROM subject JOIN comment USING (id)
        WHERE subject.author_id = author AND thread_id = NEW.thread_id AND stance = NEW.stance
    ) END;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER comment_is_placed BEFORE INSERT ON comment
    FOR EACH ROW EXECUTE FUNCTION place_comment();

-- Trigger: the number of public arguments for, against, and questions about a subject.
CREATE OR REPLACE FUNCTION count_stances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stance_count AS kept
    SELECT thread_id, stance, CASE WHEN state = 'published' THEN 1 ELSE -1 END
    FROM comment JOIN subject USING (id)
    WHERE id = NEW.id AND stance IS NOT NULL AND (TG_OP = 'UPDATE' OR state = 'published')
    ON CONFLICT (subject_id, stance) DO UPDATE SET count = kept.count + excluded.count;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER stance_is_counted AFTER INSERT ON comment
    FOR EACH ROW EXECUTE FUNCTION count_stances();
CREATE OR REPLACE TRIGGER change_of_stances_is_counted AFTER UPDATE OF state ON subject
    FOR EACH ROW WHEN (
        NEW.kind = 'comment' AND (NEW.state = 'published') <> (OLD.state = 'published'))
    EXECUTE FUNCTION count_stances();
