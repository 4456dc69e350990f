"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from deliberation.migrations.files import run_file

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("0001_functions.sql")
    op.create_table('authority',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('tagline', sa.String(), nullable=False),
    sa.Column('accent', sa.String(), nullable=False),
    sa.Column('logo', sa.String(), nullable=False),
    sa.Column('contact_email', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('population', sa.Integer(), nullable=True),
    sa.Column('director', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('dpo_email', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('commune', 'epci', 'department', 'region', 'association')", name=op.f('ck_authority_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authority')),
    sa.UniqueConstraint('slug', name=op.f('uq_authority_slug'))
    )
    op.create_table('event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('authority_id', sa.Uuid(), nullable=True),
    sa.Column('consultation_id', sa.Uuid(), nullable=True),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    op.create_index(op.f('ix_event_authority_id_id'), 'event', ['authority_id', 'id'], unique=False)
    op.create_index(op.f('ix_event_consultation_id_id'), 'event', ['consultation_id', 'id'], unique=False)
    op.create_table('job',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('values', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('failure', sa.String(), nullable=True),
    sa.Column('once', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('once', name=op.f('uq_job_once'))
    )
    op.create_index(op.f('ix_job_run_at'), 'job', ['run_at'], unique=False)
    op.create_table('mail',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('unsubscribe', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail'))
    )
    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('lang', sa.String(), nullable=False),
    sa.Column('notify', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_index('uq_person_email', 'person', [sa.literal_column('lower(email)')], unique=True)
    op.create_table('sign_in_code',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('browser', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_code'))
    )
    op.create_table('consultation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('authority_id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('decided', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('undecided', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('not_negotiable', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('promise', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('themes', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('frame_ancestors', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('withdrawal_reason', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proposal_count', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'open', 'withdrawn')", name=op.f('ck_consultation_state')),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_consultation_authority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consultation')),
    sa.UniqueConstraint('slug', name=op.f('uq_consultation_slug'))
    )
    op.create_index(op.f('ix_consultation_authority_id'), 'consultation', ['authority_id'], unique=False)
    op.create_table('membership',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('authority_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('administrator', 'agent', 'moderator', 'official')", name=op.f('ck_membership_role')),
    sa.ForeignKeyConstraint(['authority_id'], ['authority.id'], name=op.f('fk_membership_authority_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'authority_id', 'role', name=op.f('pk_membership'))
    )
    op.create_index(op.f('ix_membership_authority_id'), 'membership', ['authority_id'], unique=False)
    op.create_table('session',
    sa.Column('fingerprint', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_session_person_id')),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_session'))
    )
    op.create_index(op.f('ix_session_person_id'), 'session', ['person_id'], unique=False)
    op.create_table('phase',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('information', 'proposals', 'discussion', 'vote', 'decision', 'follow_up')", name=op.f('ck_phase_kind')),
    sa.CheckConstraint('opens_at < closes_at', name=op.f('ck_phase_order')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_phase_consultation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phase')),
    sa.UniqueConstraint('consultation_id', 'kind', name=op.f('uq_phase_consultation_id_kind'))
    )
    op.create_table('poll',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('method_options', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('compared', sa.String(), nullable=True),
    sa.Column('approved_from', sa.String(), nullable=False),
    sa.Column('grades', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('source_note', sa.String(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("source IN ('live', 'import')", name=op.f('ck_poll_source')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_poll_consultation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll')),
    sa.UniqueConstraint('consultation_id', 'number', name=op.f('uq_poll_consultation_id_number'))
    )
    op.create_table('proposal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('theme', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('hidden_reason', sa.String(), nullable=False),
    sa.Column('hidden_note', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('support_count', sa.Integer(), nullable=False),
    sa.Column('comment_count', sa.Integer(), nullable=False),
    sa.Column('search', postgresql.TSVECTOR(), sa.Computed("setweight(to_tsvector('french', fold(title)), 'A') || setweight(to_tsvector('french', fold(body || ' ' || theme || ' ' || place)), 'B')", persisted=True), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn', 'hidden')", name=op.f('ck_proposal_state')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_proposal_author_id')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_proposal_consultation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
    sa.UniqueConstraint('consultation_id', 'number', name=op.f('uq_proposal_consultation_id_number')),
    postgresql_with={'fillfactor': 85}
    )
    op.create_index(op.f('ix_proposal_author_id'), 'proposal', ['author_id'], unique=False)
    op.create_index('ix_proposal_search', 'proposal', ['search'], unique=False, postgresql_using='gin')
    op.create_table('report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('reporter_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decision', sa.String(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("decision IN ('kept', 'hidden')", name=op.f('ck_report_decision')),
    sa.CheckConstraint("reason IN ('off_topic', 'personal_attack', 'illegal', 'advertising', 'personal_data')", name=op.f('ck_report_reason')),
    sa.CheckConstraint("subject IN ('proposal', 'comment')", name=op.f('ck_report_subject')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_report_consultation_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_report_decided_by')),
    sa.ForeignKeyConstraint(['reporter_id'], ['person.id'], name=op.f('fk_report_reporter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report'))
    )
    op.create_index('ix_report_waiting', 'report', ['consultation_id'], unique=False, postgresql_where=sa.text('decision IS NULL'))
    op.create_index('uq_report_once', 'report', ['subject_id', 'reporter_id'], unique=True)
    op.create_table('answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('proposal_id', sa.Uuid(), nullable=True),
    sa.Column('poll_id', sa.Uuid(), nullable=True),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("decision IN ('accepted', 'partly', 'studied', 'declined', 'informed')", name=op.f('ck_answer_decision')),
    sa.CheckConstraint('num_nonnulls(proposal_id, poll_id) = 1', name=op.f('ck_answer_one_subject')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_answer_author_id')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_answer_consultation_id')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_answer_poll_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_answer_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer'))
    )
    op.create_index(op.f('ix_answer_consultation_id'), 'answer', ['consultation_id'], unique=False)
    op.create_index('uq_answer_poll', 'answer', ['poll_id'], unique=True)
    op.create_index('uq_answer_proposal', 'answer', ['proposal_id'], unique=True)
    op.create_table('ballot_draft',
    sa.Column('browser', sa.LargeBinary(), nullable=False),
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('choice', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('submission', sa.LargeBinary(), nullable=False),
    sa.Column('committed', sa.Boolean(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_ballot_draft_poll_id')),
    sa.PrimaryKeyConstraint('browser', 'poll_id', name=op.f('pk_ballot_draft'))
    )
    op.create_table('comment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('stance', sa.String(), nullable=True),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('hidden_reason', sa.String(), nullable=False),
    sa.Column('hidden_note', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("stance IN ('for', 'against', 'question')", name=op.f('ck_comment_stance')),
    sa.CheckConstraint("state IN ('visible', 'hidden')", name=op.f('ck_comment_state')),
    sa.CheckConstraint('(stance IS NULL) = (parent_id IS NOT NULL)', name=op.f('ck_comment_reply_has_no_stance')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_comment_author_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['comment.id'], name=op.f('fk_comment_parent_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_comment_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    op.create_index(op.f('ix_comment_author_id'), 'comment', ['author_id'], unique=False)
    op.create_index(op.f('ix_comment_proposal_id_created_at'), 'comment', ['proposal_id', 'created_at'], unique=False)
    op.create_table('poll_option',
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('proposal_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_option_poll_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_poll_option_proposal_id')),
    sa.PrimaryKeyConstraint('poll_id', 'number', name=op.f('pk_poll_option')),
    sa.UniqueConstraint('poll_id', 'title', name=op.f('uq_poll_option_poll_id_title'))
    )
    op.create_table('proposal_version',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_version_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'version', name=op.f('pk_proposal_version'))
    )
    op.create_table('result',
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('compared', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('ballots', sa.Integer(), nullable=False),
    sa.Column('recount', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_result_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_result'))
    )
    op.create_table('roll_mark',
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('marked_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_roll_mark_person_id')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_roll_mark_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'person_id', name=op.f('pk_roll_mark'))
    )
    op.create_table('support',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_support_person_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_support_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'person_id', name=op.f('pk_support'))
    )
    op.create_index(op.f('ix_support_person_id'), 'support', ['person_id'], unique=False)
    op.create_table('urn_ballot',
    sa.Column('slot', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('submission', sa.LargeBinary(), nullable=False),
    sa.Column('packed', sa.LargeBinary(), nullable=False),
    sa.Column('receipt', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_urn_ballot_poll_id')),
    sa.PrimaryKeyConstraint('slot', 'version', name=op.f('pk_urn_ballot')),
    sa.UniqueConstraint('receipt', name=op.f('uq_urn_ballot_receipt')),
    sa.UniqueConstraint('slot', 'submission', name=op.f('uq_urn_ballot_slot_submission'))
    )
    op.create_index(op.f('ix_urn_ballot_poll_id'), 'urn_ballot', ['poll_id'], unique=False)
    run_file("0001_rules.sql")
