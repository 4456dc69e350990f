"""the most supported proposals: the index holds their ids, so that what is owed is read in its order"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
# No cast reads this table. Until the old index goes, at the end, its readers do not wait.
safe_while_voting = True


def upgrade() -> None:
    for statement in (
        "CREATE INDEX ix_proposal_owed ON proposal (in_consultation, support_count, as_number)"
        " INCLUDE (id)",
        "DROP INDEX ix_proposal_supported",
        "ALTER INDEX ix_proposal_owed RENAME TO ix_proposal_supported",
    ):
        op.execute(statement)
