"""Rows of kept figures."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row


class KeptFigures(Row):
    """What people did in a public consultation, as the worker last counted it.

    `next_at`: when to look again; none once nothing more can happen by itself.
    """

    __tablename__ = "kept_figures"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    counted_at: Mapped[datetime | None]  # none: not yet
    next_at: Mapped[datetime | None]
    participants: Mapped[int] = mapped_column(server_default="0")
    proposals: Mapped[int] = mapped_column(server_default="0")
    comments: Mapped[int] = mapped_column(server_default="0")
    supports: Mapped[int] = mapped_column(server_default="0")
    voters: Mapped[int] = mapped_column(server_default="0")
    day_late: Mapped[bool] = mapped_column(server_default="false")
    # (kind, day, count); (number, supports, for, against) of the first proposals by each rule.
    days: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    most_supported: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    uniting: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    dividing: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    anomalies: Mapped[Any | None] = mapped_column(JSONB)  # see `anomalies.COUNTED`
    # Voters by channel of each vote; of a sealed one, no online voter of the day of the count.
    marks: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    __table_args__ = (Index(None, "next_at"),)
