"""Rows of answers."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.ids import new_id
from deliberation.process.subjects.model import Subject

Decision = Literal["accepted", "partly", "studied", "declined", "informed"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)


class Answer(Subject):
    """An official's answer to a proposal or to the result of a poll, with the decision."""

    __tablename__ = "answer"
    id: Mapped[UUID] = mapped_column(
        ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True, default=new_id
    )
    decision: Mapped[str]
    edited_at: Mapped[datetime | None]
    __mapper_args__ = {"polymorphic_identity": "answer"}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (CheckConstraint(f"decision IN {DECISIONS}", name="decision"),)
