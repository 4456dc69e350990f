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
