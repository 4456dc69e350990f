"""Proposals' rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id

STATES = ("draft", "held", "published", "withdrawn", "hidden")
# What a proposal says, of its draft's fields.
WRITTEN = ("title", "body", "theme", "place")


class Proposal(Row):
    """What somebody proposes. Its number, unique in the consultation, is its public name.

    A draft exists for its author; one that is held waits for moderation, and exists for both.
    """

    __tablename__ = "proposal"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str]
    body: Mapped[str]
    theme: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=0)  # of the published text
    hidden_reason: Mapped[str] = mapped_column(default="")
    hidden_note: Mapped[str] = mapped_column(default="")
    submission: Mapped[UUID | None]  # the form that made it: sent twice, it makes one
    reminded_at: Mapped[datetime | None]  # when its author was told that the draft is not public
    answer: Mapped[str] = mapped_column(default="")  # the decision officials answered with
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    # Counts kept by the statements that add and remove; tests compare them with the rows.
    support_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('french', searched(title)), 'A') || setweight("
            "to_tsvector('french', searched(body || ' ' || theme || ' ' || place)), 'B')",
            persisted=True,
        ),
        deferred=True,
    )
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        UniqueConstraint("author_id", "submission"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index(None, "author_id"),
        Index("ix_proposal_held", "consultation_id", postgresql_where=text("state = 'held'")),
        Index("ix_proposal_search", "search", postgresql_using="gin"),
        # No index holds the counts, and pages keep room: a support then rewrites one row of the
        # table and no index entry (a "heap-only tuple").
        {"postgresql_with": {"fillfactor": 85}},
    )


class ProposalVersion(Row):
    """A published text as it was, so that nobody supports one text and finds another."""

    __tablename__ = "proposal_version"
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    published_at: Mapped[datetime]


class Support(Row):
    """One voter's support of one proposal: one for a mailbox, whatever accounts it had."""

    __tablename__ = "support"
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    voter_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    __table_args__ = (Index(None, "voter_id"),)
