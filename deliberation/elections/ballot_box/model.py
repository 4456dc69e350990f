"""Rows of what two agents decide together: a later close of a vote, an earlier end of a phase."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.elections.electorate.model import ByTwo

Ending = Literal["shorten", "drop", "cancel"]
ENDS: tuple[Ending, ...] = get_args(Ending)


class Extension(ByTwo, Row):
    """A later close of a vote phase: one agent asks, another grants, before the close."""

    __tablename__ = "extension"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    phase_id: Mapped[UUID] = mapped_column(ForeignKey("phase.id"))
    closes_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("granted_by <> asked_by", name="two_persons"),)


class EndRequest(ByTwo, Row):
    """A wish to end a phase earlier, drop one to come or cancel all; its reason is public once
    granted.
    """

    __tablename__ = "end_request"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    ending: Mapped[str]
    phase_id: Mapped[UUID | None]  # None: all; no foreign key, since a phase may be dropped
    kind: Mapped[str | None]  # of the phase
    closes_at: Mapped[datetime | None]  # the earlier end
    __table_args__ = (
        CheckConstraint(f"ending IN {ENDS}", name="ending"),
        CheckConstraint("(ending = 'cancel') = (kind IS NULL)", name="kind"),
        CheckConstraint("(ending = 'shorten') = (closes_at IS NOT NULL)", name="closes_at"),
        CheckConstraint("granted_by <> asked_by", name="two_persons"),
        CheckConstraint("(granted_by IS NULL) = (granted_at IS NULL)", name="granted"),
        Index(None, "consultation_id"),
    )
