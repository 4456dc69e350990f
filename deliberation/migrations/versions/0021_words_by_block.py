"""words by block: a search for a frequent word reads a block of proposals, not all that have it"""

from alembic import op

from deliberation.migrations.files import lock_together, run_file, run_functions

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
# Everything can be read and cast meanwhile; who writes a text waits, a second for some 60,000
# proposals.
safe_while_voting = True


def upgrade() -> None:
    _commit()
    run_functions("core")
    lock_together("subject", "SHARE ROW EXCLUSIVE")
    run_file("0021_words_by_block.sql")
    _commit()
    lock_together("subject", "ACCESS EXCLUSIVE")
    op.execute("DROP INDEX IF EXISTS ix_subject_words")


def _commit() -> None:
    """End the transaction: its locks would keep readers out while the index is made."""
    with op.get_context().autocommit_block():
        pass
