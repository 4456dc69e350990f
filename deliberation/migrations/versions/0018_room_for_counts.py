"""room for counts that are kept: tables, columns; indexes that the next version replaces go"""

from deliberation.migrations.files import lock_together, run_file

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
# No row is read or written: casts wait for an instant.
safe_while_voting = True


def upgrade() -> None:
    lock_together(
        "board_line, result, subject, proposal, comment, consultation, support, follow, event,"
        " code_request, membership",
        "ACCESS EXCLUSIVE",
    )
    run_file("0018_room_for_counts.sql")
