"""two persons"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from deliberation.migrations.files import run_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, default in (("channels", "{}"), ("faults", "[]")):
        op.add_column(
            "result", sa.Column(name, postgresql.JSONB(), server_default=default, nullable=False)
        )
    run_file("two_persons.sql")
