"""Rows of moderation."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id
from deliberation.process.subjects.kinds import KINDS

Reason = Literal["off_topic", "personal_attack", "illegal", "advertising", "personal_data"]
REASONS: tuple[Reason, ...] = get_args(Reason)
DECISIONS = ("kept", "hidden")
AGAINST = ("account", *(name for name, kind in KINDS.items() if kind.reportable))


class Report(Row):
    """Somebody's report of a text, and what was decided about it: one for a mailbox."""

    __tablename__ = "report"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"))
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    voter_id: Mapped[UUID]  # the reporter's
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    decision: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    __table_args__ = (
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint(f"decision IN {DECISIONS}", name="decision"),
        Index("uq_report_once", "subject_id", "voter_id", unique=True),
        Index("ix_report_waiting", "consultation_id", postgresql_where=text("decision IS NULL")),
    )


class Measure(Row):
    """A text hidden or an account suspended, in one authority, until another person lifts it.

    `subject`: the kind of the text, or "account"; `voter_id`: against whom. `subject_id`: the text;
    None of an account, and of a text that went with its author. `within`: the suspension that hid
    the text. `reply`: what was answered when the measure was upheld or lifted.
    """

    __tablename__ = "measure"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), index=True)
    consultation_id: Mapped[UUID | None] = mapped_column(ForeignKey("consultation.id"))
    subject: Mapped[str]
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("subject.id", ondelete="SET NULL"))
    voter_id: Mapped[UUID] = mapped_column(index=True)
    reason: Mapped[str]
    note: Mapped[str]
    taken_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime]
    within_id: Mapped[UUID | None] = mapped_column(ForeignKey("measure.id"), index=True)
    appeal: Mapped[str] = mapped_column(server_default="")
    appealed_at: Mapped[datetime | None]
    upheld_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    upheld_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        CheckConstraint(f"subject IN {AGAINST}", name="subject"),
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint("upheld_by <> taken_by", name="upheld_by_another"),
        CheckConstraint("lifted_by <> taken_by", name="lifted_by_another"),
        Index(
            "uq_measure_text_in_force",
            "subject_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index(
            "uq_measure_account_in_force",
            "authority_id",
            "voter_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL AND subject = 'account'"),
        ),
    )
