"""lists: their indexes hold the ids that they give, so that a page is found without the texts"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
# Nothing that a cast reads or writes is locked against it: an index is made beside its readers.
safe_while_voting = True

PUBLISHED = sa.text("kind = 'proposal' AND state = 'published'")
LISTS: dict[str, list[Any]] = {
    "ix_subject_newest": ["consultation_id", "published_at", "number"],
    "ix_subject_theme": ["consultation_id", "theme", "published_at", "number"],
    "ix_subject_answered": [
        "consultation_id", sa.text("(answer <> '')"), "published_at", "number",
    ],
}


def upgrade() -> None:
    op.execute("LOCK TABLE subject IN SHARE ROW EXCLUSIVE MODE")
    for name, columns in LISTS.items():
        op.drop_index(name, "subject")
        op.create_index(
            name,
            "subject",
            columns,
            postgresql_where=PUBLISHED,
            postgresql_include=["id", "answer"],
        )
    op.create_index(
        "ix_subject_replied",
        "subject",
        ["consultation_id", "state"],
        postgresql_where=sa.text("kind = 'proposal' AND answer <> ''"),
    )
