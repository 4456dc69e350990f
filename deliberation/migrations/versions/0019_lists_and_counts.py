"""lists and counts: an index in the order of each list, and the counts of what is there already"""

from alembic import op

from deliberation.migrations.files import lock_together, run_file, run_functions

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
# Everything can be read meanwhile. Casts wait for the last index only, which reads the turnout marks
# once and holds none of theirs: a second for some millions.
safe_while_voting = True


def upgrade() -> None:
    # Ends the transaction of the versions before: their locks would keep readers out.
    with op.get_context().autocommit_block():
        pass
    lock_together(
        "authority, consultation, phase, version, subject, proposal, comment, report, support,"
        " follow, event, session, board_line, result, elector, elector_code, code_request, membership,"
        " person",
        "SHARE ROW EXCLUSIVE",
    )
    run_file("0019_lists_and_counts.sql")
    # Their triggers go on from here: what is written before the next version locks is counted too.
    for name in ("journal", "subjects", "proposals", "comments", "electorate", "bulletin_board"):
        run_functions(name)
    lock_together("roll_mark", "SHARE")
    op.execute("CREATE INDEX ix_roll_mark_paper ON roll_mark (poll_id) WHERE channel <> 'online'")
