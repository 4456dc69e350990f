-- Polls and the phases in which they are voted on.

-- Trigger: a poll that names no phase is voted on in the first vote phase of its consultation.
CREATE OR REPLACE FUNCTION choose_phase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.phase_id := (
        SELECT id FROM phase WHERE consultation_id = NEW.consultation_id AND kind = 'vote'
        ORDER BY opens_at, id LIMIT 1);
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER phase_is_chosen BEFORE INSERT ON poll
    FOR EACH ROW WHEN (NEW.phase_id IS NULL) EXECUTE FUNCTION choose_phase();

-- Trigger: polls written before there was a vote phase are voted on in the first that is added.
CREATE OR REPLACE FUNCTION take_waiting_polls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE poll SET phase_id = NEW.id
        WHERE consultation_id = NEW.consultation_id AND phase_id IS NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER waiting_polls_are_taken AFTER INSERT ON phase
    FOR EACH ROW WHEN (NEW.kind = 'vote') EXECUTE FUNCTION take_waiting_polls();
