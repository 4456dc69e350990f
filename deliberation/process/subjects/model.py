"""Rows of subjects and follows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id
from deliberation.process.subjects.kinds import KINDS

STATES = ("draft", "held", "published", "withdrawn", "hidden")
HIDEABLE = ("held", "published", "withdrawn")  # states that a decision of moderation hides


# Lists from the newest: all, of a theme, answered or not -> the columns of their index.
PUBLISHED_PROPOSAL = text("kind = 'proposal' AND state = 'published'")
NEWEST: dict[str, tuple[Any, ...]] = {
    "ix_subject_newest": ("consultation_id", "published_at", "number"),
    "ix_subject_theme": ("consultation_id", "theme", "published_at", "number"),
    "ix_subject_answered": ("consultation_id", text("(answer <> '')"), "published_at", "number"),
}
# Newest answers: of a consultation, of an authority, of the network.
NEWEST_ANSWERS = {
    "ix_subject_answers": ("consultation_id", "created_at", "id"),
    "ix_subject_authority_answers": ("authority_id", "created_at", "id"),
    "ix_subject_network_answers": ("created_at", "id"),
}
# Words of a proposal and of its author's name, and whether it is answered, behind the name of its
# block of numbers.
BLOCK = 4096
WORDS = f"words_in(block_name(consultation_id, number / {BLOCK}), search, answer, author_name)"


class Subject(Row):
    """A text that somebody wrote, of one of `KINDS`; the table of its kind holds the rest, by its
    id.

    A draft exists for its author; one that is held waits for moderation, and exists for both.
    `number`, unique among its kind in the consultation, is its public name; a comment has none.
    `about_id`: what a comment or an answer is about.
    """

    __tablename__ = "subject"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    consultation_id: Mapped[UUID | None] = mapped_column(ForeignKey("consultation.id"))
    kind: Mapped[str]
    number: Mapped[int] = mapped_column(nullable=True)  # a comment and an answer have none
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("subject.id"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))  # of a poll: nobody
    author_name: Mapped[str] = mapped_column(server_default="", deferred=True)  # of a proposal
    title: Mapped[str] = mapped_column(server_default="")
    body: Mapped[str] = mapped_column(server_default="")
    theme: Mapped[str] = mapped_column(server_default="")
    place: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="published")
    hidden_reason: Mapped[str] = mapped_column(server_default="")
    hidden_note: Mapped[str] = mapped_column(server_default="")
    answer: Mapped[str] = mapped_column(server_default="")  # the decision officials answered with
    submission: Mapped[UUID | None]  # the form that made it: sent twice, it makes one
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]  # for the first time
    withdrawn_at: Mapped[datetime | None]  # by its author, hidden or not
    # Visible comments, counted by the statements that add, hide and show them.
    comment_count: Mapped[int] = mapped_column(server_default="0")
    search: Mapped[str | None] = mapped_column(
        TSVECTOR,
        Computed(
            "CASE WHEN about_id IS NULL THEN"
            " setweight(to_tsvector('french', searched(title)), 'A') || setweight("
            "to_tsvector('french', searched(body || ' ' || theme || ' ' || place)), 'B') END",
            persisted=True,
        ),
        deferred=True,
    )
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 (SQLAlchemy's own form)
    __table_args__: Any = (
        UniqueConstraint("consultation_id", "kind", "number"),
        UniqueConstraint("author_id", "submission"),
        CheckConstraint(f"kind IN {tuple(KINDS)}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("hidden_reason = '' OR state = 'hidden'", name="only_hidden_has_a_reason"),
        Index(None, "about_id", "created_at"),
        Index(
            "uq_subject_answered", "about_id", unique=True, postgresql_where=text("kind = 'answer'")
        ),
        Index("ix_subject_held", "authority_id", postgresql_where=text("state = 'held'")),
        # Lists and counts read this, not the texts.
        Index(
            "ix_subject_listed",
            "consultation_id",
            "kind",
            "state",
            postgresql_include=["id", "number", "author_id", "published_at", "answer"],
        ),
        *(
            Index(
                name,
                *columns,
                postgresql_where=PUBLISHED_PROPOSAL,
                postgresql_include=["id", "answer"],
            )
            for name, columns in NEWEST.items()
        ),
        Index(
            "ix_subject_words_in_block",
            text(WORDS),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},  # each block would read all that waits
            postgresql_where=PUBLISHED_PROPOSAL,
        ),
        *(
            Index(name, *columns, postgresql_where=text("kind = 'answer'"))
            for name, columns in NEWEST_ANSWERS.items()
        ),
        Index(
            "ix_subject_exported",
            "consultation_id",
            "kind",
            "published_at",
            "id",
            postgresql_where=text("published_at IS NOT NULL"),
        ),
        Index("ix_subject_author", "author_id", "kind", "created_at"),
        Index(
            "ix_subject_own",
            "author_id",
            "consultation_id",
            postgresql_where=text("kind = 'proposal'"),
        ),
        # No index holds the count, and pages keep room: a comment then rewrites one row of the
        # table and no index entry (a "heap-only tuple").
        {"postgresql_with": {"fillfactor": 85}},
    )


class SubjectCount(Row):
    """Number of public subjects of a kind in a consultation; the database keeps it.

    Of those that are about others, only answers to proposals (`migrations/functions/subjects.sql`).
    """

    __tablename__ = "published_count"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)


class Follow(Row):
    """Somebody follows a subject by mail."""

    __tablename__ = "follow"
    subject_id: Mapped[UUID] = mapped_column(
        ForeignKey("subject.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    created_at: Mapped[datetime]
    __table_args__ = (Index(None, "person_id", "created_at"),)
