"""subjects: proposals, comments, polls and answers share one row of one table, and its id"""


from deliberation.migrations.files import run_file

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
# No row that a ballot reads or writes changes: polls get a foreign key. Votes wait while it copies.
safe_while_voting = True


def upgrade() -> None:
    run_file("0016_subjects.sql")
