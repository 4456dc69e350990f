"""journal: the events of each kind are counted by day; versions are read from the newest"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
# No cast reads or writes these tables.
safe_while_voting = True


def upgrade() -> None:
    for statement in (
        "CREATE INDEX ix_version_consultation_id_made_at_id"
        " ON version (consultation_id, made_at, id)",
        "LOCK TABLE event IN SHARE ROW EXCLUSIVE MODE",  # until the trigger counts
        _TABLE,
        _COUNTED,
    ):
        op.execute(statement)


_TABLE = """
CREATE TABLE event_count (
    consultation_id uuid NOT NULL,
    day date NOT NULL,
    kind varchar NOT NULL,
    count integer NOT NULL,
    last_at timestamptz NOT NULL,
    CONSTRAINT pk_event_count PRIMARY KEY (consultation_id, day, kind)
) WITH (fillfactor = 50)
"""
_COUNTED = """
INSERT INTO event_count
SELECT consultation_id, (at AT TIME ZONE 'Europe/Paris')::date AS day, kind, count(*), max(at)
FROM event JOIN (
    SELECT consultation_id, min(id) AS first FROM event WHERE kind = 'ConsultationOpened'
    GROUP BY consultation_id
) AS opened USING (consultation_id)
WHERE id >= first AND kind NOT IN ('ProposalSupported', 'SupportWithdrawn')
GROUP BY consultation_id, day, kind
"""
