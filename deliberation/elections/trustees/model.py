"""Rows of trustees, of their rehearsal and of the signed minutes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row


class Trustee(Row):
    """A trustee of a consultation's sealed votes: the public half of their key, as they gave it.

    `rehearsed_at`: when this key opened the dry run's ballots.
    """

    __tablename__ = "trustee"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # 1, 2, …: their place in each ballot
    public: Mapped[dict[str, Any]] = mapped_column(JSONB)
    shares: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # of the dry run
    rehearsed_at: Mapped[datetime | None]


class Rehearsal(Row):
    """The rehearsal of a consultation: the archive of test ballots and the expected count."""

    __tablename__ = "rehearsal"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    archive: Mapped[bytes] = mapped_column("bundle", LargeBinary)
    expected: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class Minutes(Row):
    """The minutes of a sealed count as the trustees signed them, with what is published to check.

    `signatures`: trustee's number -> signature. `pdf`: the same minutes for reading.
    """

    __tablename__ = "minutes"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    minutes: Mapped[bytes] = mapped_column(LargeBinary)
    signatures: Mapped[dict[str, str]] = mapped_column(JSONB)
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    published_at: Mapped[datetime]
