"""turnout marks of paper and counter, which typing waits for, are found by an index"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
# Casts wait while the marks are read once, a second for some millions; the index holds none of theirs.
safe_while_voting = True


def upgrade() -> None:
    op.execute("CREATE INDEX ix_roll_mark_paper ON roll_mark (poll_id) WHERE channel <> 'online'")
