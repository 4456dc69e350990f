"""flat networks: phases that ask something, by authority and date; answers counted; votes to count"""

from alembic import op

from deliberation.migrations.files import lock_together, run_file

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
# Casts read phases: they wait while these are written once, a second for some ten thousand.
safe_while_voting = True


def upgrade() -> None:
    # Ends the transaction of the version before: its locks would keep casts out.
    with op.get_context().autocommit_block():
        pass
    lock_together("consultation, phase, poll, subject, offer", "ACCESS EXCLUSIVE")
    run_file("0020_flat_networks.sql")
