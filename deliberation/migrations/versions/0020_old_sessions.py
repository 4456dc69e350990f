"""sessions: those that are over are found by an index"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
# An index of a table that no cast writes.
safe_while_voting = True


def upgrade() -> None:
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
