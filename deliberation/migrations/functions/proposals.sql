-- Trigger: a proposal repeats its consultation and number, which never change, beside its supports:
-- one index then holds the order of the most supported.
CREATE OR REPLACE FUNCTION place_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT consultation_id, number INTO NEW.in_consultation, NEW.as_number
    FROM subject WHERE id = NEW.id;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER proposal_is_placed BEFORE INSERT ON proposal
    FOR EACH ROW EXECUTE FUNCTION place_proposal();
