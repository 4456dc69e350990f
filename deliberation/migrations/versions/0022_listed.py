"""lists of the network: indexes in the order of each, and for the words of names and questions"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
# Casts only read these small tables, which stay readable while the indexes are made.
safe_while_voting = True


def upgrade() -> None:
    for statement in (
        "CREATE INDEX ix_authority_listed ON authority (fold(name), id)",
        "CREATE INDEX ix_authority_kind ON authority (kind, fold(name), id)",
        "CREATE INDEX ix_authority_words ON authority"
        " USING gin (to_tsvector('simple', searched(name)))",
        "CREATE INDEX ix_consultation_cancelled ON consultation (id) WHERE state = 'cancelled'",
        "CREATE INDEX ix_consultation_words ON consultation"
        " USING gin (to_tsvector('french', searched(title || ' ' || question)))",
        "CREATE INDEX ix_phase_closes_at_consultation_id ON phase (closes_at, consultation_id)",
        "CREATE INDEX ix_phase_opens_at_consultation_id ON phase (opens_at, consultation_id)",
    ):
        op.execute(statement)
