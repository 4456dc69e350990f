"""One mailbox, one voice: the voter of an account, suspensions, texts held"""

import sqlalchemy as sa
from alembic import op

from deliberation.core.email_addresses import NotAnAddress, read_address
from deliberation.migrations.files import run_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _encode_domains("person", "true")
    # A roll whose vote was opened is committed to on the board: it stays as it was.
    _encode_domains("elector", "NOT urn_is_open(consultation_id)")
    run_file("0003_one_mailbox.sql")
    op.create_table(
        "measure",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authority.id"), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), sa.ForeignKey("consultation.id")),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("voter_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("within_id", sa.Uuid(), sa.ForeignKey("measure.id")),
        sa.Column("appeal", sa.String(), server_default="", nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True)),
        sa.Column("upheld_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("upheld_at", sa.DateTime(timezone=True)),
        sa.Column("lifted_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.Column("reply", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(f"subject IN {AGAINST}", name="subject"),
        sa.CheckConstraint(f"reason IN {REASONS}", name="reason"),
        sa.CheckConstraint("upheld_by <> taken_by", name="upheld_by_another"),
        sa.CheckConstraint("lifted_by <> taken_by", name="lifted_by_another"),
    )
    run_file("0003_measures.sql")


AGAINST = ("proposal", "comment", "account")
REASONS = ("off_topic", "personal_attack", "illegal", "advertising", "personal_data")


def _encode_domains(table: str, which: str) -> None:
    """Addresses with an internationalised domain get their one spelling, unless it is taken."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(f"SELECT id, email FROM {table} WHERE email ~ '[^ -~]' AND {which} ORDER BY id")
    ).all()
    for row in rows:
        try:
            email = read_address(row.email)
        except NotAnAddress:  # nobody can sign in with it any more
            continue
        with bind.begin_nested() as step:
            try:
                bind.execute(
                    sa.text(f"UPDATE {table} SET email = :email WHERE id = :id"),
                    {"email": email, "id": row.id},
                )
            except sa.exc.IntegrityError:
                step.rollback()
