"""One mailbox, one voice: the voter of an account, suspensions, texts held"""

import sqlalchemy as sa
from alembic import op

from deliberation.kit.addresses import NotAnAddress, read_address
from deliberation.migrations.files import run_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _encode_domains("person", "true")
    # A roll whose vote was opened is committed to on the board: it stays as it was.
    _encode_domains("elector", "NOT urn_is_open(consultation_id)")
    run_file("one_mailbox.sql")


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
