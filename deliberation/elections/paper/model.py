"""Rows of paper ballots and of marks undone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.elections.electorate.model import ByTwo


class Undoing(ByTwo, Row):
    """A mark on paper or at a counter to be undone: one agent asks, a second person grants."""

    __tablename__ = "undoing"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), index=True)
    elector_id: Mapped[UUID] = mapped_column(ForeignKey("elector.id"))
    __table_args__ = (CheckConstraint("granted_by <> asked_by", name="two_persons"),)


class PaperBatch(Row):
    """Ballots on paper or at a counter, typed twice by two agents; they count once both agree.

    `first`, `second`: the packed ballots as each agent typed them, in the order of the papers.
    """

    __tablename__ = "paper_batch"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    first: Mapped[list[str]] = mapped_column(JSONB)
    first_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    second: Mapped[list[str] | None] = mapped_column(JSONB)
    second_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("channel IN ('paper', 'counter')", name="channel"),
        CheckConstraint("second_by <> first_by", name="two_persons"),
    )
