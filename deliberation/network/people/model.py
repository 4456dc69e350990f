"""Rows of people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.context import ROLES
from deliberation.core.database import Row
from deliberation.core.ids import new_id
from deliberation.i18n.catalogue import SOURCE


class Person(Row):
    """An account. When it is deleted, the row stays without name and address.

    `voter_id` is the same for all accounts of a mailbox, deleted ones too: `trace`, a keyed hash of
    the mailbox, is kept from the deletion until nothing that the account took part in is open.
    """

    __tablename__ = "person"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str | None]
    name: Mapped[str]
    lang: Mapped[str] = mapped_column(default=SOURCE)
    notify: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    voter_id: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    trace: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (
        Index("uq_person_email", text("lower(email)"), unique=True),
        Index("ix_person_mailbox", text("mailbox_of(email)")),
        Index(None, "voter_id"),
        Index("ix_person_trace", "trace", postgresql_where=text("trace IS NOT NULL")),
    )


class Membership(Row):
    """A role of a person in an authority."""

    __tablename__ = "membership"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        Index("ix_membership_team", "authority_id", "role", "person_id"),
    )


class RoleOffer(Row):
    """A role offered by mail; it is held once whoever reads the mailbox has accepted.

    `name`: as the inviter typed it. Accepted, refused or too old, the row goes.
    """

    __tablename__ = "offer"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    email: Mapped[str]
    role: Mapped[str]
    name: Mapped[str]
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        UniqueConstraint("authority_id", "email", "role"),
        Index(None, "email"),
        Index(None, "expires_at"),
    )


class SignInCode(Row):
    """A six-digit code on its way; only a keyed hash of it is kept."""

    __tablename__ = "sign_in_code"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    browser: Mapped[bytes] = mapped_column(LargeBinary)  # its cookie's fingerprint
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class Passkey(Row):
    """A passkey of a person (WebAuthn): the public half of a key that their device keeps."""

    __tablename__ = "passkey"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
