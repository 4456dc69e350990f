"""What all processes of a site share: a check of its secret, and keys of slots made anew"""

import sqlalchemy as sa
from alembic import op

from deliberation.migrations.files import run_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
safe_while_voting = True


def upgrade() -> None:
    op.execute("ALTER TABLE install ADD COLUMN secret_check text")
    op.create_table('renewed_key',
    sa.Column('poll_id', sa.Uuid(), nullable=False),
    sa.Column('key_check', sa.String(), nullable=False),
    sa.Column('renewed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_renewed_key_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_renewed_key'))
    )
    run_file("0006_unmarking.sql")
