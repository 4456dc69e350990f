"""the schema of 0.1.0, the first release, made in one step"""

from alembic import op

from deliberation.migrations.files import run_file, run_functions

revision = "0017"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL check_function_bodies = off")  # they read tables that come after
    for name in ("core", "people"):  # indexes and a generated column use them
        run_functions(name)
    run_file("0017_the_first_release.sql")
