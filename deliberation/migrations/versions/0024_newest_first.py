"""newest first: what a person did, and the events of a kind, are read by an index in that order"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
# Casts write none of these tables. What is replaced goes last: only then do readers wait.
safe_while_voting = True


def upgrade() -> None:
    for statement in (
        "CREATE INDEX ix_support_voter_id_created_at ON support (voter_id, created_at)",
        "CREATE INDEX ix_follow_person_id_created_at ON follow (person_id, created_at)",
        "CREATE INDEX ix_event_consultation_id_kind_at ON event (consultation_id, kind, at)",
        "CREATE INDEX ix_event_of_authority ON event (authority_id, kind, at)"
        " WHERE consultation_id IS NULL",
        "CREATE INDEX ix_subject_written ON subject (author_id, kind, created_at)",
        "DROP INDEX ix_support_voter_id, ix_follow_person_id, ix_event_authority_id_id,"
        " ix_subject_author",
        "ALTER INDEX ix_subject_written RENAME TO ix_subject_author",
    ):
        op.execute(statement)
