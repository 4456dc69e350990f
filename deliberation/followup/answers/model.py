"""Answers' rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id

DECISIONS = ("accepted", "partly", "studied", "declined", "informed")


class Answer(Row):
    """What an official answers to a proposal or to the result of a poll, and what is decided."""

    __tablename__ = "answer"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposal.id"))
    poll_id: Mapped[UUID | None] = mapped_column(ForeignKey("poll.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"decision IN {DECISIONS}", name="decision"),
        CheckConstraint("num_nonnulls(proposal_id, poll_id) = 1", name="one_subject"),
        Index(None, "consultation_id"),
        Index("uq_answer_proposal", "proposal_id", unique=True),
        Index("uq_answer_poll", "poll_id", unique=True),
    )
