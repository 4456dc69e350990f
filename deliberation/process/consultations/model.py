"""Rows of consultations and phases."""

from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id

STATES = ("draft", "open", "cancelled", "withdrawn")
PhaseKind = Literal["information", "proposals", "discussion", "vote", "decision", "follow_up"]
PHASE_KINDS: tuple[PhaseKind, ...] = get_args(PhaseKind)
# The orders of lists of consultations -> the columns of their index.
LISTED = {
    "ix_phase_closing": ("closes_at", "consultation_id"),
    "ix_phase_opening": ("opens_at", "consultation_id"),
    "ix_phase_closing_of": ("authority_id", "closes_at", "consultation_id"),
    "ix_phase_opening_of": ("authority_id", "opens_at", "consultation_id"),
}


class Consultation(Row):
    """A question that an authority asks. `open` means public: its phases decide what is open in it.

    `cancelled`: ended by two persons while it was public; it stays readable, with the reason.
    """

    __tablename__ = "consultation"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    question: Mapped[str]
    summary: Mapped[str]
    decided: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    undecided: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # what is open
    not_negotiable: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    promise: Mapped[str]  # what the authority undertakes to do with it
    body: Mapped[str] = mapped_column(default="")
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    frame_ancestors: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    state: Mapped[str] = mapped_column(default="draft")
    withdrawal_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    proposal_count: Mapped[int] = mapped_column(default=0)  # the last number given
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index(None, "authority_id"),
        Index(
            "ix_consultation_drafts",
            "authority_id",
            "created_at",
            postgresql_where=text("state = 'draft'"),
        ),
        Index(
            "ix_consultation_words",
            text("to_tsvector('french', searched((title || ' ') || question))"),
            postgresql_using="gin",
        ),
    )


class Phase(Row):
    """A dated stretch of a consultation: from `opens_at`, until just before `closes_at`.

    A consultation may have several of one kind; a phase keeps its id when its dates change.
    """

    __tablename__ = "phase"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    kind: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    # A sealed ballot box is open on these dates: only two agents together can extend them.
    sealed: Mapped[bool] = mapped_column(default=False, server_default="false")
    # For lists of consultations, kept by the database: whether it asks people something
    # (`migrations/functions/consultations.sql`).
    authority_id: Mapped[UUID | None]
    asks: Mapped[bool | None]
    __table_args__ = (
        Index(None, "consultation_id"),
        # When anything changes next.
        Index(None, "closes_at", "consultation_id"),
        Index(None, "opens_at", "consultation_id"),
        *(Index(name, *columns, postgresql_where=text("asks")) for name, columns in LISTED.items()),
        Index(
            "ix_phase_votes_of",
            "authority_id",
            "closes_at",
            postgresql_where=text("kind = 'vote'"),
        ),
        CheckConstraint(f"kind IN {PHASE_KINDS}", name="kind"),
        CheckConstraint("opens_at < closes_at", name="order"),
    )


class Version(Row):
    """Announced content from `made_at` on, of the consultation or of a vote.

    Written when something of it changes once it is public, the first text included; the database
    refuses to change or delete it.
    """

    __tablename__ = "version"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    poll_number: Mapped[int]  # 0: of the consultation itself
    number: Mapped[int]  # 1, 2, … of its subject
    made_at: Mapped[datetime]
    reason: Mapped[str]  # public; empty for the first
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    __table_args__ = (
        UniqueConstraint("consultation_id", "poll_number", "number"),
        Index(None, "consultation_id", "made_at", "id"),
    )
