"""function files: which content of each file of functions/ this database has applied"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
safe_while_voting = True


def upgrade() -> None:
    op.execute("CREATE TABLE function_file (name text PRIMARY KEY, hash text NOT NULL)")
