-- How many public subjects of each kind a consultation has.
CREATE TABLE published_count (
    consultation_id uuid NOT NULL,
    kind varchar NOT NULL,
    count integer NOT NULL,
    CONSTRAINT pk_published_count PRIMARY KEY (consultation_id, kind),
    CONSTRAINT fk_published_count_consultation_id FOREIGN KEY (consultation_id)
        REFERENCES consultation (id)
) WITH (fillfactor = 50);

-- How many public arguments of each side a subject has.
CREATE TABLE stance_count (
    subject_id uuid NOT NULL,
    stance varchar NOT NULL,
    count integer NOT NULL,
    CONSTRAINT pk_stance_count PRIMARY KEY (subject_id, stance),
    CONSTRAINT fk_stance_count_subject_id FOREIGN KEY (subject_id)
        REFERENCES subject (id) ON DELETE CASCADE
) WITH (fillfactor = 70);

-- The public journal of a consultation: its events of each kind by day.
CREATE TABLE event_count (
    consultation_id uuid NOT NULL,
    day date NOT NULL,
    kind varchar NOT NULL,
    count integer NOT NULL,
    last_at timestamptz NOT NULL,
    CONSTRAINT pk_event_count PRIMARY KEY (consultation_id, day, kind)
) WITH (fillfactor = 50);

-- What people did in each consultation, counted by the worker.
CREATE TABLE kept_figures (
    consultation_id uuid NOT NULL,
    counted_at timestamptz,
    next_at timestamptz,
    participants integer NOT NULL DEFAULT 0,
    proposals integer NOT NULL DEFAULT 0,
    comments integer NOT NULL DEFAULT 0,
    supports integer NOT NULL DEFAULT 0,
    voters integer NOT NULL DEFAULT 0,
    day_late boolean NOT NULL DEFAULT false,
    days jsonb NOT NULL DEFAULT '[]',
    most_supported jsonb NOT NULL DEFAULT '[]',
    uniting jsonb NOT NULL DEFAULT '[]',
    dividing jsonb NOT NULL DEFAULT '[]',
    anomalies jsonb,
    marks jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT pk_kept_figures PRIMARY KEY (consultation_id),
    CONSTRAINT fk_kept_figures_consultation_id FOREIGN KEY (consultation_id)
        REFERENCES consultation (id)
);
CREATE INDEX ix_kept_figures_next_at ON kept_figures (next_at);

-- How many are on the roll of a consultation, and have a valid code.
CREATE TABLE electorate (
    consultation_id uuid NOT NULL,
    electors integer NOT NULL,
    codes integer NOT NULL DEFAULT 0,
    CONSTRAINT pk_electorate PRIMARY KEY (consultation_id),
    CONSTRAINT fk_electorate_consultation_id FOREIGN KEY (consultation_id)
        REFERENCES consultation (id)
);

ALTER TABLE board_line ADD ballots integer NOT NULL DEFAULT 0;  -- shown up to this line
ALTER TABLE result ADD marks jsonb NOT NULL DEFAULT '{}';  -- turnout marks by channel
ALTER TABLE comment ADD thread_id uuid, ADD said_at timestamptz, ADD turn integer;
ALTER TABLE proposal ADD in_consultation uuid, ADD as_number integer;
ALTER TABLE subject ADD author_name varchar NOT NULL DEFAULT '';
ALTER TABLE code_request ADD in_consultation uuid
    CONSTRAINT fk_code_request_in_consultation REFERENCES consultation (id);

DROP INDEX ix_comment_parent_id, ix_subject_search, ix_support_voter_id, ix_follow_person_id,
    ix_event_authority_id_id, ix_membership_authority_id;
