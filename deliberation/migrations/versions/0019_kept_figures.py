"""kept figures: what people did in each consultation, counted by the worker"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
# A table of its own: it refers to consultations, which a cast only reads.
safe_while_voting = True


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE kept_figures (
            consultation_id uuid NOT NULL,
            counted_at timestamptz,
            next_at timestamptz,
            participants integer NOT NULL DEFAULT 0,
            proposals integer NOT NULL DEFAULT 0,
            comments integer NOT NULL DEFAULT 0,
            supports integer NOT NULL DEFAULT 0,
            voters integer NOT NULL DEFAULT 0,
            day_late boolean NOT NULL DEFAULT false,
            days jsonb NOT NULL DEFAULT '[]',
            most_supported jsonb NOT NULL DEFAULT '[]',
            uniting jsonb NOT NULL DEFAULT '[]',
            dividing jsonb NOT NULL DEFAULT '[]',
            CONSTRAINT pk_kept_figures PRIMARY KEY (consultation_id),
            CONSTRAINT fk_kept_figures_consultation_id FOREIGN KEY (consultation_id)
                REFERENCES consultation (id)
        )
        """
    )
    op.execute("CREATE INDEX ix_kept_figures_next_at ON kept_figures (next_at)")
    op.execute(
        "INSERT INTO kept_figures (consultation_id, next_at)"
        " SELECT id, clock_now() FROM consultation WHERE state <> 'draft'"
    )
