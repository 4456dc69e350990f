"""kept figures: anomalies and marks, which agents' pages counted"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
# A cast neither reads nor writes kept figures.
safe_while_voting = True


def upgrade() -> None:
    op.execute(
        "ALTER TABLE kept_figures ADD COLUMN anomalies jsonb,"
        " ADD COLUMN marks jsonb NOT NULL DEFAULT '{}'"
    )
    op.execute("UPDATE kept_figures SET next_at = '-infinity'")
