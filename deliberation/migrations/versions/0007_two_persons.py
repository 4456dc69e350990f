"""two persons"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from deliberation.migrations.files import run_file

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, default in (("channels", "{}"), ("interventions", "{}"), ("faults", "[]")):
        op.add_column(
            "result", sa.Column(name, postgresql.JSONB(), server_default=default, nullable=False)
        )
    op.create_table(
        "countersigner",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_countersigner_consultation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_countersigner_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "consultation_id", "person_id", name=op.f("pk_countersigner")
        ),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('administrator', 'agent', 'moderator', 'official')",
            name=op.f("ck_offer_role"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_offer_authority_id")
        ),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_offer_invited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint(
            "authority_id", "email", "role", name=op.f("uq_offer_authority_id_email_role")
        ),
    )
    op.create_index(op.f("ix_offer_email"), "offer", ["email"], unique=False)
    op.create_table(
        "undoing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("elector_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("granted_by <> asked_by", name=op.f("ck_undoing_two_persons")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_undoing_poll_id")),
        sa.ForeignKeyConstraint(["elector_id"], ["elector.id"], name=op.f("fk_undoing_elector_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_undoing_asked_by")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_undoing_granted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undoing")),
    )
    op.create_index(op.f("ix_undoing_poll_id"), "undoing", ["poll_id"], unique=False)
    run_file("0007_two_persons.sql")
