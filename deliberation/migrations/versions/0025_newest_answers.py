"""newest answers: of an authority and of the network, read by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
# Nothing that a cast reads or writes is locked against it: an index is made beside its readers.
safe_while_voting = True

LISTS = {
    "ix_subject_authority_answers": ["authority_id", "created_at"],
    "ix_subject_network_answers": ["created_at"],
}


def upgrade() -> None:
    for name, columns in LISTS.items():
        op.create_index(name, "subject", columns, postgresql_where=sa.text("kind = 'answer'"))
