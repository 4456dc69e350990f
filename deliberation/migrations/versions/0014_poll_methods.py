"""poll methods: how many are elected, what budget is shared out, what each project costs

Safe while a vote is open: columns that no ballot reads, empty for every poll that exists.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
safe_while_voting = True


def upgrade() -> None:
    op.add_column("poll", sa.Column("seats", sa.Integer(), server_default="1", nullable=False))
    op.add_column("poll", sa.Column("budget", sa.BigInteger()))
    op.create_check_constraint("seats_and_budget", "poll", "seats > 0 AND budget > 0")
    op.add_column("poll_option", sa.Column("cost", sa.BigInteger()))
    op.create_check_constraint("cost", "poll_option", "cost > 0")
