"""Moderation's rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kit.database import Row
from deliberation.kit.ids import new_id

REASONS = ("off_topic", "personal_attack", "illegal", "advertising", "personal_data")
SUBJECTS = ("proposal", "comment")
DECISIONS = ("kept", "hidden")


class Report(Row):
    """Somebody's report of a text, and what was decided about it."""

    __tablename__ = "report"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint(f"subject IN {SUBJECTS}", name="subject"),
        CheckConstraint(f"decision IN {DECISIONS}", name="decision"),
        Index("uq_report_once", "subject_id", "reporter_id", unique=True),
        Index("ix_report_waiting", "consultation_id", postgresql_where=text("decision IS NULL")),
    )
