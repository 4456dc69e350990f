"""flat lists: indexes in the order of each list, totals kept, the turn of a comment written once"""

from deliberation.migrations.files import run_file

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
# No table that a cast reads or writes is locked against it: `consultation` stays readable.
safe_while_voting = True


def upgrade() -> None:
    run_file("0021_flat_lists.sql")
