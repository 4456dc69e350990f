"""one report a mailbox: a text is reported once by a voter, whatever accounts it has"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("voter_id", sa.Uuid()))
    op.execute(
        "UPDATE report SET voter_id = person.voter_id FROM person WHERE person.id = reporter_id"
    )
    op.execute(ONE_EACH)
    op.alter_column("report", "voter_id", nullable=False)
    op.drop_index("uq_report_once", "report")
    op.create_index("uq_report_once", "report", ["subject_id", "voter_id"], unique=True)


# Of two reports of one mailbox the first stays, but a decided one before one that waits.
ONE_EACH = """
DELETE FROM report USING (
    SELECT id, row_number() OVER (
        PARTITION BY subject_id, voter_id ORDER BY decision IS NULL, created_at, id) AS place
    FROM report
) AS placed WHERE placed.id = report.id AND place > 1
"""
