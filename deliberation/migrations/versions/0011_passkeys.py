"""passkeys, and sessions that are listed and confirmed"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_passkey_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"])
    op.add_column(
        "authority",
        sa.Column("passkeys_required", sa.Boolean(), server_default="false", nullable=False),
    )
    # Sessions opened before go on; what needs a confirmation asks for one.
    op.execute(
        "ALTER TABLE session ADD id uuid NOT NULL DEFAULT gen_random_uuid(),"
        " ADD browser varchar NOT NULL DEFAULT '',"
        " ADD by_passkey boolean NOT NULL DEFAULT false,"
        " ADD seen_at timestamptz, ADD confirmed_at timestamptz"
    )
    op.execute(
        "UPDATE session SET confirmed_at = created_at, seen_at = date_trunc('hour', clock_now())"
    )
    op.execute(
        "ALTER TABLE session ALTER id DROP DEFAULT, ALTER browser DROP DEFAULT,"
        " ALTER by_passkey DROP DEFAULT, ALTER seen_at SET NOT NULL,"
        " ALTER confirmed_at SET NOT NULL"
    )
    op.create_unique_constraint(op.f("uq_session_id"), "session", ["id"])
