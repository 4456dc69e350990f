"""The sealed vote: roll, trustees, board, sealed ballots"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from deliberation.migrations.files import run_file

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('elector',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('subject', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_elector_consultation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elector')),
    sa.UniqueConstraint('consultation_id', 'email', name=op.f('uq_elector_consultation_id_email')),
    sa.UniqueConstraint('consultation_id', 'number', name=op.f('uq_elector_consultation_id_number')),
    sa.UniqueConstraint('consultation_id', 'subject', name=op.f('uq_elector_consultation_id_subject'))
    )
    op.create_table('extension',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by', sa.Uuid(), nullable=True),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('granted_by <> asked_by', name=op.f('ck_extension_two_persons')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_extension_asked_by')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_extension_consultation_id')),
    sa.ForeignKeyConstraint(['granted_by'], ['person.id'], name=op.f('fk_extension_granted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extension'))
    )
    op.create_index(op.f('ix_extension_consultation_id'), 'extension', ['consultation_id'], unique=False)
    op.create_table('rehearsal',
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('bundle', sa.LargeBinary(), nullable=False),
    sa.Column('expected', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_rehearsal_consultation_id')),
    sa.PrimaryKeyConstraint('consultation_id', name=op.f('pk_rehearsal'))
    )
    op.create_table('trustee',
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('public', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('shares', sa.LargeBinary(), nullable=True),
    sa.Column('rehearsed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_trustee_consultation_id')),
    sa.PrimaryKeyConstraint('consultation_id', 'number', name=op.f('pk_trustee'))
    )
    op.create_table('board_line',
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('line', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_board_line_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'number', name=op.f('pk_board_line'))
    )
    op.create_table('code_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('elector_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by', sa.Uuid(), nullable=True),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('granted_by <> asked_by', name=op.f('ck_code_request_two_persons')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_code_request_asked_by')),
    sa.ForeignKeyConstraint(['elector_id'], ['elector.id'], name=op.f('fk_code_request_elector_id')),
    sa.ForeignKeyConstraint(['granted_by'], ['person.id'], name=op.f('fk_code_request_granted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code_request'))
    )
    op.create_index(op.f('ix_code_request_elector_id'), 'code_request', ['elector_id'], unique=False)
    op.create_table('elector_code',
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('elector_id', sa.Uuid(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['elector_id'], ['elector.id'], name=op.f('fk_elector_code_elector_id')),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_elector_code'))
    )
    op.create_index('uq_elector_code_live', 'elector_code', ['elector_id'], unique=True, postgresql_where=sa.text('revoked_at IS NULL'))
    op.create_table('minutes',
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('minutes', sa.LargeBinary(), nullable=False),
    sa.Column('signatures', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('pdf', sa.LargeBinary(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_minutes_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_minutes'))
    )
    op.create_table('paper_batch',
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('first', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('first_by', sa.Uuid(), nullable=False),
    sa.Column('second', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('second_by', sa.Uuid(), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("channel IN ('paper', 'counter')", name=op.f('ck_paper_batch_channel')),
    sa.CheckConstraint('second_by <> first_by', name=op.f('ck_paper_batch_two_persons')),
    sa.ForeignKeyConstraint(['first_by'], ['person.id'], name=op.f('fk_paper_batch_first_by')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_paper_batch_poll_id')),
    sa.ForeignKeyConstraint(['second_by'], ['person.id'], name=op.f('fk_paper_batch_second_by')),
    sa.PrimaryKeyConstraint('poll_id', 'number', name=op.f('pk_paper_batch'))
    )
    op.create_table('sealed_ballot',
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('slot', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('submission', sa.LargeBinary(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('entry', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_sealed_ballot_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'slot', 'version', name=op.f('pk_sealed_ballot')),
    sa.UniqueConstraint('hash', name=op.f('uq_sealed_ballot_hash')),
    sa.UniqueConstraint('slot', 'submission', name=op.f('uq_sealed_ballot_slot_submission'))
    )
    op.create_index('ix_sealed_ballot_waiting', 'sealed_ballot', ['poll_id'], unique=False, postgresql_where=sa.text('entry IS NULL'))
    # Drafts last seven days and can be ticked again; those written before cannot be encrypted now.
    op.execute("DELETE FROM ballot_draft")
    op.execute("ALTER TABLE ballot_draft ALTER choice TYPE bytea USING ''::bytea")
    op.add_column('phase', sa.Column('sealed', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('poll', sa.Column('profile', sa.String(), server_default='P0', nullable=False))
    op.add_column('poll', sa.Column('eligibility', sa.String(), server_default='email', nullable=False))
    op.add_column('poll', sa.Column('whole_ballots', sa.Boolean(), server_default='false', nullable=False))
    op.create_check_constraint('profile', 'poll', "profile IN ('P0', 'P1')")
    op.create_check_constraint(
        'eligibility', 'poll', "eligibility IN ('link', 'email', 'code', 'roll', 'oidc')"
    )
    op.create_check_constraint(
        'sealed_needs_a_roll', 'poll', "profile = 'P0' OR eligibility IN ('code', 'roll', 'oidc')"
    )
    op.drop_constraint(op.f('fk_roll_mark_person_id'), 'roll_mark', type_='foreignkey')
    op.alter_column('roll_mark', 'person_id', new_column_name='voter_id')
    op.add_column('roll_mark', sa.Column('channel', sa.String(), server_default='online', nullable=False))
    op.create_check_constraint('channel', 'roll_mark', "channel IN ('online', 'paper', 'counter')")
    run_file("0002_sealed.sql")
