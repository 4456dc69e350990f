"""phases: several of one kind in a consultation; polls, extensions and requests name theirs"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
# Ballots are cast by functions that are replaced in the same transaction, and find the same phase.
safe_while_voting = True


def upgrade() -> None:
    # In the order in which a cast reads them, so that neither waits for the other.
    op.execute("LOCK TABLE poll, phase IN ACCESS EXCLUSIVE MODE")
    op.drop_constraint("uq_phase_consultation_id_kind", "phase")
    op.create_index("ix_phase_consultation_id", "phase", ["consultation_id"])
    op.add_column("poll", sa.Column("phase_id", sa.Uuid()))
    op.execute("ALTER TABLE poll DISABLE TRIGGER USER")  # an open sealed vote's poll is frozen
    op.execute(_VOTE.format(table="poll"))
    op.execute("ALTER TABLE poll ENABLE TRIGGER USER")
    op.create_foreign_key(
        "fk_poll_phase_id", "poll", "phase", ["phase_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index("ix_poll_phase_id", "poll", ["phase_id"])
    op.add_column("extension", sa.Column("phase_id", sa.Uuid()))
    op.execute(_VOTE.format(table="extension"))
    op.alter_column("extension", "phase_id", nullable=False)
    op.create_foreign_key(
        "fk_extension_phase_id", "extension", "phase", ["phase_id"], ["id"]
    )
    op.add_column("end_request", sa.Column("phase_id", sa.Uuid()))
    op.execute(
        "UPDATE end_request SET phase_id = phase.id FROM phase"
        " WHERE phase.consultation_id = end_request.consultation_id"
        " AND phase.kind = end_request.kind"
    )


_VOTE = """
UPDATE {table} SET phase_id = phase.id FROM phase
WHERE phase.consultation_id = {table}.consultation_id AND phase.kind = 'vote'
"""
