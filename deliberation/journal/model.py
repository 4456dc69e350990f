"""Rows of the journal."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row


class RecordedEvent(Row):
    """Something that happened. A trigger of the database refuses to change or delete it."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    authority_id: Mapped[UUID | None]
    consultation_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    __table_args__ = (
        Index(None, "consultation_id", "id"),
        Index(None, "consultation_id", "kind", "at"),
        Index(
            "ix_event_of_authority",
            "authority_id",
            "kind",
            "at",
            postgresql_where=text("consultation_id IS NULL"),
        ),
    )


class EventCount(Row):
    """Number of events of a kind in a day of Paris, and the time of the last; the database keeps it
    from a consultation's opening on (`migrations/functions/journal.sql`).
    """

    __tablename__ = "event_count"
    consultation_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)
