"""Rows of trustees and of their rehearsal."""

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
