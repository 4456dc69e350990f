"""work that survives"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "job",
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_now()"),
            nullable=False,
        ),
    )
    op.add_column("job", sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mail", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("uq_job_once", "job")
    op.drop_index("ix_job_run_at", "job")
    alive, dead = sa.text("dead_at IS NULL"), sa.text("dead_at IS NOT NULL")
    op.create_index("ix_job_name_run_at", "job", ["name", "run_at"], postgresql_where=alive)
    op.create_index("ix_job_once", "job", ["once"], unique=True, postgresql_where=alive)
    op.create_index("ix_job_dead_at", "job", ["dead_at"], postgresql_where=dead)
    op.create_index("ix_job_run_at", "job", ["run_at"], postgresql_where=alive)
    failing = sa.text("dead_at IS NULL AND tries > 5")
    op.create_index("ix_job_tries", "job", ["tries"], postgresql_where=failing)
    waiting = sa.text("sent_at IS NULL")
    op.create_index("ix_mail_created_at", "mail", ["created_at"], postgresql_where=waiting)
    op.create_table(
        "periodic_run",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "done_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("name", name="pk_periodic_run"),
    )
    # What had been given up after eight tries is tried again: its mail, its count may still go.
    op.execute("UPDATE job SET tries = 0, run_at = clock_now() WHERE tries >= 8")
    op.execute(
        "UPDATE job SET once = 'mail:' || (values ->> 'mail_id') WHERE name = 'deliver-mail'"
    )
