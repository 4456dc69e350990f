-- Trigger functions: their files, applied after the versions, say what they do.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'keep_board_in_order', 'refuse_earlier_end', 'refuse_once_open', 'refuse_other_dates',
        'refuse_ungranted_code', 'refuse_unless_sealing'
    ] LOOP
        EXECUTE format('CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql'
                       ' AS ''BEGIN RETURN coalesce(NEW, OLD); END''', name);
    END LOOP;
END $$;

CREATE TABLE authority (
    id uuid NOT NULL CONSTRAINT pk_authority PRIMARY KEY,
    slug varchar NOT NULL CONSTRAINT uq_authority_slug UNIQUE,
    kind varchar NOT NULL,
    name varchar NOT NULL,
    tagline varchar NOT NULL,
    accent varchar NOT NULL,
    logo varchar NOT NULL,
    contact_email varchar NOT NULL,
    phone varchar NOT NULL,
    address varchar NOT NULL,
    population integer,
    director varchar NOT NULL,
    host varchar NOT NULL,
    dpo_email varchar NOT NULL,
    created_at timestamptz NOT NULL,
    passkeys_required boolean NOT NULL DEFAULT false,
    CONSTRAINT ck_authority_kind
        CHECK (kind IN ('commune', 'epci', 'department', 'region', 'association'))
);

CREATE TABLE consultation (
    id uuid NOT NULL CONSTRAINT pk_consultation PRIMARY KEY,
    authority_id uuid NOT NULL CONSTRAINT fk_consultation_authority_id REFERENCES authority,
    slug varchar NOT NULL CONSTRAINT uq_consultation_slug UNIQUE,
    title varchar NOT NULL,
    question varchar NOT NULL,
    summary varchar NOT NULL,
    decided text[] NOT NULL,
    undecided text[] NOT NULL,
    not_negotiable text[] NOT NULL,
    promise varchar NOT NULL,
    body varchar NOT NULL,
    themes text[] NOT NULL,
    frame_ancestors text[] NOT NULL,
    state varchar NOT NULL,
    withdrawal_reason varchar NOT NULL,
    created_at timestamptz NOT NULL,
    opened_at timestamptz,
    proposal_count integer NOT NULL,
    CONSTRAINT ck_consultation_state CHECK (state IN ('draft', 'open', 'cancelled', 'withdrawn'))
);
CREATE INDEX ix_consultation_authority_id ON consultation (authority_id);

CREATE TABLE elector (
    id uuid NOT NULL CONSTRAINT pk_elector PRIMARY KEY,
    consultation_id uuid NOT NULL CONSTRAINT fk_elector_consultation_id REFERENCES consultation,
    number varchar NOT NULL,
    name varchar NOT NULL,
    email varchar,
    subject varchar,
    CONSTRAINT uq_elector_consultation_id_email UNIQUE (consultation_id, email),
    CONSTRAINT uq_elector_consultation_id_number UNIQUE (consultation_id, number),
    CONSTRAINT uq_elector_consultation_id_subject UNIQUE (consultation_id, subject)
);
CREATE TRIGGER roll_is_frozen BEFORE INSERT OR DELETE OR UPDATE ON elector
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();

CREATE TABLE elector_code (
    hash bytea NOT NULL CONSTRAINT pk_elector_code PRIMARY KEY,
    elector_id uuid NOT NULL CONSTRAINT fk_elector_code_elector_id REFERENCES elector,
    issued_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX uq_elector_code_live ON elector_code (elector_id) WHERE revoked_at IS NULL;
CREATE TRIGGER codes_are_granted AFTER INSERT ON elector_code
    FOR EACH ROW EXECUTE FUNCTION refuse_ungranted_code();

CREATE TABLE event (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_event PRIMARY KEY,
    at timestamptz NOT NULL,
    kind varchar NOT NULL,
    authority_id uuid,
    consultation_id uuid,
    actor_id uuid,
    data jsonb NOT NULL
);
CREATE INDEX ix_event_authority_id_id ON event (authority_id, id);
CREATE INDEX ix_event_consultation_id_id ON event (consultation_id, id);
CREATE TRIGGER event_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE function_file (
    name text NOT NULL PRIMARY KEY,
    hash text NOT NULL
);

CREATE TABLE install (
    single boolean NOT NULL DEFAULT true PRIMARY KEY,
    kind text NOT NULL DEFAULT 'live',
    clock_offset interval NOT NULL DEFAULT '0',
    secret_check text,
    CONSTRAINT ck_install_live_clock_is_real CHECK (kind <> 'live' OR clock_offset = '0'),
    CHECK (kind IN ('live', 'demo', 'test')),
    CHECK (single)
);

CREATE TABLE job (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_job PRIMARY KEY,
    name varchar NOT NULL,
    values jsonb NOT NULL,
    run_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    failure varchar,
    once varchar,
    since timestamptz NOT NULL DEFAULT clock_now(),
    dead_at timestamptz
);
CREATE INDEX ix_job_dead_at ON job (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX ix_job_name_run_at ON job (name, run_at) WHERE dead_at IS NULL;
CREATE UNIQUE INDEX ix_job_once ON job (once) WHERE dead_at IS NULL;
CREATE INDEX ix_job_run_at ON job (run_at) WHERE dead_at IS NULL;
CREATE INDEX ix_job_tries ON job (tries) WHERE dead_at IS NULL AND tries > 5;

CREATE TABLE kept_form (
    id uuid NOT NULL CONSTRAINT pk_kept_form PRIMARY KEY,
    browser bytea NOT NULL,
    content bytea NOT NULL,
    saved_at timestamptz NOT NULL
);
CREATE INDEX ix_kept_form_browser ON kept_form (browser);

CREATE TABLE mail (
    id uuid NOT NULL CONSTRAINT pk_mail PRIMARY KEY,
    recipient varchar NOT NULL,
    subject varchar NOT NULL,
    body text NOT NULL,
    unsubscribe varchar,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    expires_at timestamptz
);
CREATE INDEX ix_mail_created_at ON mail (created_at) WHERE sent_at IS NULL;

CREATE TABLE periodic_run (
    name varchar NOT NULL CONSTRAINT pk_periodic_run PRIMARY KEY,
    done_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE person (
    id uuid NOT NULL CONSTRAINT pk_person PRIMARY KEY,
    email varchar,
    name varchar NOT NULL,
    lang varchar NOT NULL,
    notify boolean NOT NULL,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    voter_id uuid NOT NULL DEFAULT gen_random_uuid(),
    trace bytea
);
CREATE INDEX ix_person_mailbox ON person (mailbox_of(email));
CREATE INDEX ix_person_name_words ON person USING gin (to_tsvector('french', searched(name)));
CREATE INDEX ix_person_trace ON person (trace) WHERE trace IS NOT NULL;
CREATE INDEX ix_person_voter_id ON person (voter_id);
CREATE UNIQUE INDEX uq_person_email ON person (lower(email));

CREATE TABLE code_request (
    id uuid NOT NULL CONSTRAINT pk_code_request PRIMARY KEY,
    elector_id uuid NOT NULL CONSTRAINT fk_code_request_elector_id REFERENCES elector,
    reason varchar NOT NULL,
    asked_by uuid NOT NULL CONSTRAINT fk_code_request_asked_by REFERENCES person,
    asked_at timestamptz NOT NULL,
    granted_by uuid CONSTRAINT fk_code_request_granted_by REFERENCES person,
    granted_at timestamptz,
    refused_at timestamptz,
    CONSTRAINT ck_code_request_two_persons CHECK (granted_by <> asked_by)
);
CREATE INDEX ix_code_request_elector_id ON code_request (elector_id);

CREATE TABLE countersigner (
    consultation_id uuid NOT NULL CONSTRAINT fk_countersigner_consultation_id REFERENCES
        consultation,
    person_id uuid NOT NULL CONSTRAINT fk_countersigner_person_id REFERENCES person,
    name varchar NOT NULL,
    function varchar NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT pk_countersigner PRIMARY KEY (consultation_id, person_id)
);
CREATE TRIGGER countersigners_are_frozen BEFORE INSERT OR DELETE OR UPDATE ON countersigner
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();

CREATE TABLE end_request (
    id uuid NOT NULL CONSTRAINT pk_end_request PRIMARY KEY,
    consultation_id uuid NOT NULL CONSTRAINT fk_end_request_consultation_id_consultation REFERENCES
        consultation,
    ending varchar NOT NULL,
    kind varchar,
    closes_at timestamptz,
    reason varchar NOT NULL,
    asked_by uuid NOT NULL CONSTRAINT fk_end_request_asked_by_person REFERENCES person,
    asked_at timestamptz NOT NULL,
    granted_by uuid CONSTRAINT fk_end_request_granted_by_person REFERENCES person,
    granted_at timestamptz,
    phase_id uuid,
    CONSTRAINT ck_end_request_closes_at CHECK ((ending = 'shorten') = (closes_at IS NOT NULL)),
    CONSTRAINT ck_end_request_ending CHECK (ending IN ('shorten', 'drop', 'cancel')),
    CONSTRAINT ck_end_request_granted CHECK ((granted_by IS NULL) = (granted_at IS NULL)),
    CONSTRAINT ck_end_request_kind CHECK ((ending = 'cancel') = (kind IS NULL)),
    CONSTRAINT ck_end_request_two_persons CHECK (granted_by <> asked_by)
);
CREATE INDEX ix_end_request_consultation_id ON end_request (consultation_id);

CREATE TABLE membership (
    person_id uuid NOT NULL CONSTRAINT fk_membership_person_id REFERENCES person,
    authority_id uuid NOT NULL CONSTRAINT fk_membership_authority_id REFERENCES authority,
    role varchar NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_membership PRIMARY KEY (person_id, authority_id, role),
    CONSTRAINT ck_membership_role
        CHECK (role IN ('administrator', 'agent', 'moderator', 'official'))
);
CREATE INDEX ix_membership_authority_id ON membership (authority_id);

CREATE TABLE offer (
    id uuid NOT NULL CONSTRAINT pk_offer PRIMARY KEY,
    authority_id uuid NOT NULL CONSTRAINT fk_offer_authority_id REFERENCES authority,
    email varchar NOT NULL,
    role varchar NOT NULL,
    name varchar NOT NULL,
    invited_by uuid NOT NULL CONSTRAINT fk_offer_invited_by REFERENCES person,
    expires_at timestamptz NOT NULL,
    CONSTRAINT uq_offer_authority_id_email_role UNIQUE (authority_id, email, role),
    CONSTRAINT ck_offer_role CHECK (role IN ('administrator', 'agent', 'moderator', 'official'))
);
CREATE INDEX ix_offer_email ON offer (email);

CREATE TABLE passkey (
    id uuid NOT NULL CONSTRAINT pk_passkey PRIMARY KEY,
    person_id uuid NOT NULL CONSTRAINT fk_passkey_person_id REFERENCES person,
    credential bytea NOT NULL CONSTRAINT uq_passkey_credential UNIQUE,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name varchar NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX ix_passkey_person_id ON passkey (person_id);

CREATE TABLE phase (
    id uuid NOT NULL CONSTRAINT pk_phase PRIMARY KEY,
    consultation_id uuid NOT NULL CONSTRAINT fk_phase_consultation_id REFERENCES consultation,
    kind varchar NOT NULL,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    sealed boolean NOT NULL DEFAULT false,
    CONSTRAINT ck_phase_kind
        CHECK (kind IN ('information', 'proposals', 'discussion', 'vote', 'decision', 'follow_up')),
    CONSTRAINT ck_phase_order CHECK (opens_at < closes_at)
);
CREATE INDEX ix_phase_consultation_id ON phase (consultation_id);
CREATE TRIGGER dates_are_held BEFORE DELETE OR UPDATE ON phase
    FOR EACH ROW WHEN (OLD.sealed) EXECUTE FUNCTION refuse_other_dates();
CREATE TRIGGER ends_are_kept BEFORE DELETE OR UPDATE ON phase
    FOR EACH ROW WHEN (NOT OLD.sealed) EXECUTE FUNCTION refuse_earlier_end();

CREATE TABLE extension (
    id uuid NOT NULL CONSTRAINT pk_extension PRIMARY KEY,
    consultation_id uuid NOT NULL CONSTRAINT fk_extension_consultation_id REFERENCES consultation,
    closes_at timestamptz NOT NULL,
    reason varchar NOT NULL,
    asked_by uuid NOT NULL CONSTRAINT fk_extension_asked_by REFERENCES person,
    asked_at timestamptz NOT NULL,
    granted_by uuid CONSTRAINT fk_extension_granted_by REFERENCES person,
    granted_at timestamptz,
    phase_id uuid NOT NULL CONSTRAINT fk_extension_phase_id REFERENCES phase,
    CONSTRAINT ck_extension_two_persons CHECK (granted_by <> asked_by)
);
CREATE INDEX ix_extension_consultation_id ON extension (consultation_id);

CREATE UNLOGGED TABLE rate_count (
    key bytea NOT NULL PRIMARY KEY,
    ends_at timestamptz NOT NULL,
    count integer NOT NULL
);

CREATE TABLE rehearsal (
    consultation_id uuid NOT NULL CONSTRAINT pk_rehearsal PRIMARY KEY CONSTRAINT
        fk_rehearsal_consultation_id REFERENCES consultation,
    bundle bytea NOT NULL,
    expected bytea NOT NULL,
    made_at timestamptz NOT NULL
);

CREATE UNLOGGED TABLE revote_pace (
    slot bytea NOT NULL CONSTRAINT pk_revote_pace PRIMARY KEY,
    waits_until timestamptz NOT NULL
);

CREATE TABLE session (
    fingerprint bytea NOT NULL CONSTRAINT pk_session PRIMARY KEY,
    person_id uuid NOT NULL CONSTRAINT fk_session_person_id REFERENCES person,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    id uuid NOT NULL CONSTRAINT uq_session_id UNIQUE,
    browser varchar NOT NULL,
    by_passkey boolean NOT NULL,
    seen_at timestamptz NOT NULL,
    confirmed_at timestamptz NOT NULL
);
CREATE INDEX ix_session_person_id ON session (person_id);

CREATE TABLE sign_in_code (
    id uuid NOT NULL CONSTRAINT pk_sign_in_code PRIMARY KEY,
    email varchar NOT NULL,
    code_hash bytea NOT NULL,
    browser bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    tries integer NOT NULL,
    used_at timestamptz
);

CREATE TABLE subject (
    id uuid NOT NULL CONSTRAINT pk_subject PRIMARY KEY,
    authority_id uuid NOT NULL CONSTRAINT fk_subject_authority_id REFERENCES authority,
    consultation_id uuid CONSTRAINT fk_subject_consultation_id REFERENCES consultation,
    kind varchar NOT NULL,
    number integer,
    about_id uuid CONSTRAINT fk_subject_about_id REFERENCES subject,
    author_id uuid CONSTRAINT fk_subject_author_id REFERENCES person,
    title varchar NOT NULL DEFAULT '',
    body varchar NOT NULL DEFAULT '',
    theme varchar NOT NULL DEFAULT '',
    place varchar NOT NULL DEFAULT '',
    state varchar NOT NULL DEFAULT 'published',
    hidden_reason varchar NOT NULL DEFAULT '',
    hidden_note varchar NOT NULL DEFAULT '',
    answer varchar NOT NULL DEFAULT '',
    submission uuid,
    created_at timestamptz NOT NULL,
    published_at timestamptz,
    withdrawn_at timestamptz,
    comment_count integer NOT NULL DEFAULT 0,
    search tsvector GENERATED ALWAYS AS (
        CASE WHEN about_id IS NULL THEN
            setweight(to_tsvector('french', searched(title)), 'A') || setweight(
            to_tsvector('french', searched(body || ' ' || theme || ' ' || place)), 'B') END
    ) STORED,
    CONSTRAINT uq_subject_author_id_submission UNIQUE (author_id, submission),
    CONSTRAINT uq_subject_consultation_id_kind_number UNIQUE (consultation_id, kind, number),
    CONSTRAINT ck_subject_kind CHECK (kind IN ('proposal', 'comment', 'poll', 'answer')),
    CONSTRAINT ck_subject_only_hidden_has_a_reason CHECK (hidden_reason = '' OR state = 'hidden'),
    CONSTRAINT ck_subject_state
        CHECK (state IN ('draft', 'held', 'published', 'withdrawn', 'hidden'))
) WITH (fillfactor = 85);
CREATE INDEX ix_subject_about_id_created_at ON subject (about_id, created_at);
CREATE INDEX ix_subject_held ON subject (authority_id) WHERE state = 'held';
CREATE INDEX ix_subject_listed ON subject (consultation_id, kind, state)
    INCLUDE (id, number, author_id, published_at, answer);
CREATE INDEX ix_subject_search ON subject USING gin (search);
CREATE UNIQUE INDEX uq_subject_answered ON subject (about_id) WHERE kind = 'answer';

CREATE TABLE answer (
    id uuid NOT NULL CONSTRAINT pk_answer PRIMARY KEY CONSTRAINT fk_answer_id REFERENCES subject ON
        DELETE CASCADE,
    decision varchar NOT NULL,
    edited_at timestamptz,
    CONSTRAINT ck_answer_decision
        CHECK (decision IN ('accepted', 'partly', 'studied', 'declined', 'informed'))
);

CREATE TABLE comment (
    id uuid NOT NULL CONSTRAINT pk_comment PRIMARY KEY CONSTRAINT fk_comment_id REFERENCES subject
        ON DELETE CASCADE,
    parent_id uuid CONSTRAINT fk_comment_parent_id REFERENCES comment,
    stance varchar,
    CONSTRAINT ck_comment_reply_has_no_stance CHECK ((stance IS NULL) = (parent_id IS NOT NULL)),
    CONSTRAINT ck_comment_stance CHECK (stance IN ('for', 'against', 'question'))
);
CREATE INDEX ix_comment_parent_id ON comment (parent_id);

CREATE TABLE follow (
    subject_id uuid NOT NULL CONSTRAINT fk_follow_subject_id REFERENCES subject ON DELETE CASCADE,
    person_id uuid NOT NULL CONSTRAINT fk_follow_person_id REFERENCES person,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_follow PRIMARY KEY (subject_id, person_id)
);
CREATE INDEX ix_follow_person_id ON follow (person_id);

CREATE TABLE measure (
    id uuid NOT NULL CONSTRAINT pk_measure PRIMARY KEY,
    authority_id uuid NOT NULL CONSTRAINT fk_measure_authority_id REFERENCES authority,
    consultation_id uuid CONSTRAINT fk_measure_consultation_id REFERENCES consultation,
    subject varchar NOT NULL,
    subject_id uuid CONSTRAINT fk_measure_subject_id REFERENCES subject ON DELETE SET NULL,
    voter_id uuid NOT NULL,
    reason varchar NOT NULL,
    note varchar NOT NULL,
    taken_by uuid NOT NULL CONSTRAINT fk_measure_taken_by REFERENCES person,
    taken_at timestamptz NOT NULL,
    within_id uuid CONSTRAINT fk_measure_within_id REFERENCES measure,
    appeal varchar NOT NULL DEFAULT '',
    appealed_at timestamptz,
    upheld_by uuid CONSTRAINT fk_measure_upheld_by REFERENCES person,
    upheld_at timestamptz,
    lifted_by uuid CONSTRAINT fk_measure_lifted_by REFERENCES person,
    lifted_at timestamptz,
    reply varchar NOT NULL DEFAULT '',
    CONSTRAINT ck_measure_lifted_by_another CHECK (lifted_by <> taken_by),
    CONSTRAINT ck_measure_reason
        CHECK (reason IN ('off_topic', 'personal_attack', 'illegal', 'advertising', 'personal_data')),
    CONSTRAINT ck_measure_subject CHECK (subject IN ('proposal', 'comment', 'account')),
    CONSTRAINT ck_measure_upheld_by_another CHECK (upheld_by <> taken_by)
);
CREATE INDEX ix_measure_voter_id ON measure (voter_id);
CREATE INDEX ix_measure_within_id ON measure (within_id);
CREATE UNIQUE INDEX uq_measure_account_in_force ON measure (authority_id, voter_id)
    WHERE lifted_at IS NULL AND subject = 'account';
CREATE UNIQUE INDEX uq_measure_text_in_force ON measure (subject_id) WHERE lifted_at IS NULL;

CREATE TABLE poll (
    id uuid NOT NULL CONSTRAINT pk_poll PRIMARY KEY CONSTRAINT fk_poll_id REFERENCES subject,
    consultation_id uuid NOT NULL CONSTRAINT fk_poll_consultation_id REFERENCES consultation,
    number integer NOT NULL,
    question varchar NOT NULL,
    method varchar NOT NULL,
    method_options jsonb NOT NULL,
    compared varchar,
    approved_from varchar NOT NULL,
    grades text[] NOT NULL,
    source varchar NOT NULL,
    source_note varchar NOT NULL,
    counted_at timestamptz,
    profile varchar NOT NULL DEFAULT 'P0',
    eligibility varchar NOT NULL DEFAULT 'email',
    whole_ballots boolean NOT NULL DEFAULT false,
    seats integer NOT NULL DEFAULT 1,
    budget bigint,
    phase_id uuid CONSTRAINT fk_poll_phase_id REFERENCES phase ON DELETE SET NULL,
    CONSTRAINT uq_poll_consultation_id_number UNIQUE (consultation_id, number),
    CONSTRAINT ck_poll_eligibility CHECK (eligibility IN ('link', 'email', 'code', 'roll', 'oidc')),
    CONSTRAINT ck_poll_profile CHECK (profile IN ('P0', 'P1')),
    CONSTRAINT ck_poll_sealed_needs_a_roll
        CHECK (profile = 'P0' OR eligibility IN ('code', 'roll', 'oidc')),
    CONSTRAINT ck_poll_seats_and_budget CHECK (seats > 0 AND budget > 0),
    CONSTRAINT ck_poll_source CHECK (source IN ('live', 'import'))
);
CREATE INDEX ix_poll_phase_id ON poll (phase_id);
CREATE TRIGGER poll_is_frozen BEFORE DELETE OR UPDATE ON poll
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();

CREATE TABLE ballot_draft (
    browser bytea NOT NULL,
    poll_id uuid NOT NULL CONSTRAINT fk_ballot_draft_poll_id REFERENCES poll,
    choice bytea NOT NULL,
    submission bytea NOT NULL,
    committed boolean NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT pk_ballot_draft PRIMARY KEY (browser, poll_id)
);

CREATE TABLE board_line (
    poll_id uuid NOT NULL CONSTRAINT fk_board_line_poll_id REFERENCES poll,
    number integer NOT NULL,
    kind varchar NOT NULL,
    line bytea NOT NULL,
    CONSTRAINT pk_board_line PRIMARY KEY (poll_id, number)
);
CREATE TRIGGER board_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON board_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER board_is_in_order BEFORE INSERT ON board_line
    FOR EACH ROW EXECUTE FUNCTION keep_board_in_order();

CREATE TABLE minutes (
    poll_id uuid NOT NULL CONSTRAINT pk_minutes PRIMARY KEY CONSTRAINT fk_minutes_poll_id REFERENCES
        poll,
    minutes bytea NOT NULL,
    signatures jsonb NOT NULL,
    pdf bytea NOT NULL,
    published_at timestamptz NOT NULL
);
CREATE TRIGGER minutes_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON minutes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE paper_batch (
    poll_id uuid NOT NULL CONSTRAINT fk_paper_batch_poll_id REFERENCES poll,
    number integer NOT NULL,
    channel varchar NOT NULL,
    first jsonb NOT NULL,
    first_by uuid NOT NULL CONSTRAINT fk_paper_batch_first_by REFERENCES person,
    second jsonb,
    second_by uuid CONSTRAINT fk_paper_batch_second_by REFERENCES person,
    agreed_at timestamptz,
    CONSTRAINT pk_paper_batch PRIMARY KEY (poll_id, number),
    CONSTRAINT ck_paper_batch_channel CHECK (channel IN ('paper', 'counter')),
    CONSTRAINT ck_paper_batch_two_persons CHECK (second_by <> first_by)
);

CREATE TABLE proposal (
    id uuid NOT NULL CONSTRAINT pk_proposal PRIMARY KEY CONSTRAINT fk_proposal_id REFERENCES subject
        ON DELETE CASCADE,
    version integer NOT NULL,
    support_count integer NOT NULL,
    reminded_at timestamptz
) WITH (fillfactor = 85);

CREATE TABLE poll_option (
    poll_id uuid NOT NULL CONSTRAINT fk_poll_option_poll_id REFERENCES poll,
    number integer NOT NULL,
    title varchar NOT NULL,
    description varchar NOT NULL,
    proposal_id uuid CONSTRAINT fk_poll_option_proposal_id REFERENCES proposal,
    cost bigint,
    CONSTRAINT uq_poll_option_poll_id_title UNIQUE (poll_id, title),
    CONSTRAINT pk_poll_option PRIMARY KEY (poll_id, number),
    CONSTRAINT ck_poll_option_cost CHECK (cost > 0)
);
CREATE TRIGGER options_are_frozen BEFORE INSERT OR DELETE OR UPDATE ON poll_option
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();

CREATE TABLE proposal_version (
    proposal_id uuid NOT NULL CONSTRAINT fk_proposal_version_proposal_id REFERENCES proposal,
    version integer NOT NULL,
    title varchar NOT NULL,
    body varchar NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT pk_proposal_version PRIMARY KEY (proposal_id, version)
);

CREATE TABLE renewed_key (
    poll_id uuid NOT NULL CONSTRAINT pk_renewed_key PRIMARY KEY CONSTRAINT fk_renewed_key_poll_id
        REFERENCES poll,
    key_check varchar NOT NULL,
    renewed_at timestamptz NOT NULL
);

CREATE TABLE report (
    id uuid NOT NULL CONSTRAINT pk_report PRIMARY KEY,
    consultation_id uuid NOT NULL CONSTRAINT fk_report_consultation_id REFERENCES consultation,
    subject_id uuid NOT NULL CONSTRAINT fk_report_subject_id REFERENCES subject,
    reporter_id uuid NOT NULL CONSTRAINT fk_report_reporter_id REFERENCES person,
    reason varchar NOT NULL,
    note varchar NOT NULL,
    created_at timestamptz NOT NULL,
    decision varchar,
    decided_at timestamptz,
    decided_by uuid CONSTRAINT fk_report_decided_by REFERENCES person,
    voter_id uuid NOT NULL,
    CONSTRAINT ck_report_decision CHECK (decision IN ('kept', 'hidden')),
    CONSTRAINT ck_report_reason
        CHECK (reason IN ('off_topic', 'personal_attack', 'illegal', 'advertising', 'personal_data'))
);
CREATE INDEX ix_report_waiting ON report (consultation_id) WHERE decision IS NULL;
CREATE UNIQUE INDEX uq_report_once ON report (subject_id, voter_id);

CREATE TABLE result (
    poll_id uuid NOT NULL CONSTRAINT pk_result PRIMARY KEY CONSTRAINT fk_result_poll_id REFERENCES
        poll,
    counted_at timestamptz NOT NULL,
    outcome jsonb NOT NULL,
    compared jsonb,
    digest varchar NOT NULL,
    ballots integer NOT NULL,
    recount bytea NOT NULL,
    channels jsonb NOT NULL DEFAULT '{}',
    interventions jsonb NOT NULL DEFAULT '{}',
    faults jsonb NOT NULL DEFAULT '[]'
);
CREATE TRIGGER result_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON result
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE roll_mark (
    poll_id uuid NOT NULL CONSTRAINT fk_roll_mark_poll_id REFERENCES poll,
    voter_id uuid NOT NULL,
    marked_on date NOT NULL,
    channel varchar NOT NULL DEFAULT 'online',
    CONSTRAINT pk_roll_mark PRIMARY KEY (poll_id, voter_id),
    CONSTRAINT ck_roll_mark_channel CHECK (channel IN ('online', 'paper', 'counter'))
);

CREATE TABLE sealed_ballot (
    poll_id uuid NOT NULL CONSTRAINT fk_sealed_ballot_poll_id REFERENCES poll,
    slot bytea NOT NULL,
    version integer NOT NULL,
    submission bytea NOT NULL,
    sealed bytea NOT NULL,
    hash bytea NOT NULL CONSTRAINT uq_sealed_ballot_hash UNIQUE,
    entry integer,
    CONSTRAINT uq_sealed_ballot_slot_submission UNIQUE (slot, submission),
    CONSTRAINT pk_sealed_ballot PRIMARY KEY (poll_id, slot, version)
);
CREATE INDEX ix_sealed_ballot_waiting ON sealed_ballot (poll_id) WHERE entry IS NULL;
CREATE TRIGGER sealed_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON sealed_ballot
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unless_sealing();

CREATE TABLE support (
    proposal_id uuid NOT NULL CONSTRAINT fk_support_proposal_id REFERENCES proposal,
    voter_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_support PRIMARY KEY (proposal_id, voter_id)
);
CREATE INDEX ix_support_voter_id ON support (voter_id);

CREATE TABLE trustee (
    consultation_id uuid NOT NULL CONSTRAINT fk_trustee_consultation_id REFERENCES consultation,
    number integer NOT NULL,
    public jsonb NOT NULL,
    shares bytea,
    rehearsed_at timestamptz,
    CONSTRAINT pk_trustee PRIMARY KEY (consultation_id, number)
);
CREATE TRIGGER trustees_are_frozen BEFORE INSERT OR DELETE OR UPDATE ON trustee
    FOR EACH ROW EXECUTE FUNCTION refuse_once_open();

CREATE TABLE undoing (
    id uuid NOT NULL CONSTRAINT pk_undoing PRIMARY KEY,
    poll_id uuid NOT NULL CONSTRAINT fk_undoing_poll_id REFERENCES poll,
    elector_id uuid NOT NULL CONSTRAINT fk_undoing_elector_id REFERENCES elector,
    reason varchar NOT NULL,
    asked_by uuid NOT NULL CONSTRAINT fk_undoing_asked_by REFERENCES person,
    asked_at timestamptz NOT NULL,
    granted_by uuid CONSTRAINT fk_undoing_granted_by REFERENCES person,
    granted_at timestamptz,
    CONSTRAINT ck_undoing_two_persons CHECK (granted_by <> asked_by)
);
CREATE INDEX ix_undoing_poll_id ON undoing (poll_id);

CREATE TABLE urn_ballot (
    slot bytea NOT NULL,
    version integer NOT NULL,
    poll_id uuid NOT NULL CONSTRAINT fk_urn_ballot_poll_id REFERENCES poll,
    submission bytea NOT NULL,
    packed bytea NOT NULL,
    receipt varchar NOT NULL CONSTRAINT uq_urn_ballot_receipt UNIQUE,
    CONSTRAINT uq_urn_ballot_slot_submission UNIQUE (slot, submission),
    CONSTRAINT pk_urn_ballot PRIMARY KEY (slot, version)
);
CREATE INDEX ix_urn_ballot_poll_id ON urn_ballot (poll_id);
CREATE TRIGGER urn_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON urn_ballot
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE version (
    id uuid NOT NULL CONSTRAINT pk_version PRIMARY KEY,
    consultation_id uuid NOT NULL CONSTRAINT fk_version_consultation_id_consultation REFERENCES
        consultation,
    poll_number integer NOT NULL,
    number integer NOT NULL,
    made_at timestamptz NOT NULL,
    reason varchar NOT NULL,
    content jsonb NOT NULL,
    CONSTRAINT uq_version_consultation_id_poll_number_number UNIQUE (consultation_id, poll_number,
        number)
);
CREATE TRIGGER version_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO install DEFAULT VALUES;
