"""Rows of comments."""

from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.ids import new_id
from deliberation.process.subjects.model import Subject

Stance = Literal["for", "against", "question"]
STANCES: tuple[Stance, ...] = get_args(Stance)


class Comment(Subject):
    """An argument or a question about a subject, or a reply to one (then without a stance)."""

    __tablename__ = "comment"
    id: Mapped[UUID] = mapped_column(
        ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True, default=new_id
    )
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("comment.id"), index=True)
    stance: Mapped[str | None]
    __mapper_args__ = {"polymorphic_identity": "comment"}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__ = (
        CheckConstraint(f"stance IN {STANCES}", name="stance"),
        CheckConstraint("(stance IS NULL) = (parent_id IS NOT NULL)", name="reply_has_no_stance"),
    )
