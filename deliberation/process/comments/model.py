"""Rows of comments."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id
from deliberation.process.subjects.model import Subject

Stance = Literal["for", "against", "question"]
STANCES: tuple[Stance, ...] = get_args(Stance)


class Comment(Subject):
    """An argument or a question about a subject, or a reply to one (then without a stance).

    The database fills `thread_id`, what it is about, `said_at`, since when, and `turn`: the n-th of
    its author on that side, 0 for a reply (`migrations/functions/comments.sql`).
    """

    __tablename__ = "comment"
    id: Mapped[UUID] = mapped_column(
        ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True, default=new_id
    )
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("comment.id"))
    stance: Mapped[str | None]
    thread_id: Mapped[UUID | None]
    said_at: Mapped[datetime | None]
    turn: Mapped[int | None]
    __mapper_args__ = {"polymorphic_identity": "comment"}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint(f"stance IN {STANCES}", name="stance"),
        CheckConstraint("(stance IS NULL) = (parent_id IS NOT NULL)", name="reply_has_no_stance"),
        Index(
            "ix_comment_side",
            "thread_id",
            "stance",
            "turn",
            "said_at",
            "id",
            postgresql_where=text("parent_id IS NULL"),
        ),
        Index(
            "ix_comment_replies",
            "parent_id",
            "said_at",
            "id",
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
    )


class StanceCount(Row):
    """Number of public comments of a stance about a subject; the database keeps it."""

    __tablename__ = "stance_count"
    subject_id: Mapped[UUID] = mapped_column(
        ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True
    )
    stance: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    __table_args__ = ({"postgresql_with": {"fillfactor": 70}},)
