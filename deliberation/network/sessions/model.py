"""Rows of sessions and kept forms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id


class Session(Row):
    """A signed-in browser or program, known by the SHA-256 of its token.

    `seen_at`: its last use, kept to the hour. `confirmed_at`: when its holder last proved who they
    are. `by_passkey`: whether they did so with a passkey.
    """

    __tablename__ = "session"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    browser: Mapped[str]
    by_passkey: Mapped[bool]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    __table_args__ = (Index(None, "person_id"), Index(None, "expires_at"))


class KeptForm(Row):
    """A form kept until its writer signs in, encrypted with the browser's cookie."""

    __tablename__ = "kept_form"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    browser: Mapped[bytes] = mapped_column(LargeBinary, index=True)  # its cookie's fingerprint
    content: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
