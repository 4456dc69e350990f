"""Rows of extensions of a vote."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id


class Extension(Row):
    """A later close of a vote phase: one agent asks, another grants, before the close."""

    __tablename__ = "extension"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    phase_id: Mapped[UUID] = mapped_column(ForeignKey("phase.id"))
    closes_at: Mapped[datetime]
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("granted_by <> asked_by", name="two_persons"),)
