"""words by block: a search for a frequent word reads a block of proposals, not all that have it"""

from alembic import op

from deliberation.migrations.files import lock_together, run_file, run_functions

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
# Everything can be read and cast meanwhile; who writes a text waits, a second for some 10,000
# proposals.
safe_while_voting = True


def upgrade() -> None:
    _commit()
    lock_together("subject, person", "ACCESS EXCLUSIVE")
    # 0018 adds it, but not in a database that was made between two releases.
    op.execute("ALTER TABLE subject ADD COLUMN IF NOT EXISTS author_name varchar NOT NULL DEFAULT ''")
    op.execute("DROP INDEX IF EXISTS ix_subject_words, ix_person_name_words")
    _commit()
    lock_together("subject, person, board_line, measure, consultation, phase", "SHARE ROW EXCLUSIVE")
    run_functions("core")
    run_functions("subjects")
    run_file("0021_words_by_block.sql")


def _commit() -> None:
    """End the transaction: its locks would keep readers out while rows and indexes are written."""
    with op.get_context().autocommit_block():
        pass
