"""limits and secrecy"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("TRUNCATE rate_count")
    op.execute("ALTER TABLE rate_count RENAME started_at TO ends_at")
    op.execute("ALTER TABLE rate_count ALTER key TYPE bytea USING ''::bytea")
    # What voters were told stands: votes already begun publish whole ballots, as past ones did.
    op.execute(
        "UPDATE poll SET whole_ballots = true WHERE profile = 'P0' AND (source = 'import'"
        " OR counted_at IS NOT NULL OR EXISTS (SELECT FROM phase JOIN consultation"
        " ON consultation.id = phase.consultation_id AND consultation.state = 'open'"
        " WHERE phase.consultation_id = poll.consultation_id AND phase.kind = 'vote'"
        " AND phase.opens_at <= clock_now()))"
    )
