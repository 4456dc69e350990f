"""Comments' rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id

STANCES = ("for", "against", "question")
STATES = ("held", "visible", "hidden")


class Comment(Row):
    """An argument or a question on a proposal, or a reply to one (then without a stance)."""

    __tablename__ = "comment"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("comment.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    stance: Mapped[str | None]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(default="visible")
    hidden_reason: Mapped[str] = mapped_column(default="")
    hidden_note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"stance IN {STANCES}", name="stance"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(stance IS NULL) = (parent_id IS NOT NULL)", name="reply_has_no_stance"),
        Index(None, "proposal_id", "created_at"),
        Index(None, "author_id"),
        Index("ix_comment_held", "proposal_id", postgresql_where=text("state = 'held'")),
    )
