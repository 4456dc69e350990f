"""true sentences: what was announced is kept, an end moves later only"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from deliberation.migrations.files import run_file

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('poll_number', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_version_consultation_id_consultation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version')),
    sa.UniqueConstraint('consultation_id', 'poll_number', 'number', name=op.f('uq_version_consultation_id_poll_number_number'))
    )
    op.create_table('end_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('consultation_id', sa.Uuid(), nullable=False),
    sa.Column('ending', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by', sa.Uuid(), nullable=True),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(ending = 'cancel') = (kind IS NULL)", name=op.f('ck_end_request_kind')),
    sa.CheckConstraint("(ending = 'shorten') = (closes_at IS NOT NULL)", name=op.f('ck_end_request_closes_at')),
    sa.CheckConstraint("ending IN ('shorten', 'drop', 'cancel')", name=op.f('ck_end_request_ending')),
    sa.CheckConstraint("(granted_by IS NULL) = (granted_at IS NULL)", name=op.f('ck_end_request_granted')),
    sa.CheckConstraint('granted_by <> asked_by', name=op.f('ck_end_request_two_persons')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_end_request_asked_by_person')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_end_request_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['granted_by'], ['person.id'], name=op.f('fk_end_request_granted_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_end_request'))
    )
    op.create_index(op.f('ix_end_request_consultation_id'), 'end_request', ['consultation_id'], unique=False)
    op.drop_constraint(op.f('ck_consultation_state'), 'consultation')
    op.create_check_constraint(op.f('ck_consultation_state'), 'consultation', "state IN ('draft', 'open', 'cancelled', 'withdrawn')")
    run_file("0009_announced.sql")
