"""Polls' rows."""

from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id
from deliberation.elections.polls.eligibility import ROLLED, Eligibility, Secrecy

SOURCES = ("live", "import")
# How secret a vote is: `plain`, not secret from those who run the site; `sealed`, readable by its
# trustees together only -> what the column `profile` holds, which SQL texts name too.
SECRECIES = {"plain": "P0", "sealed": "P1"}
# Who votes: whoever has the link, an e-mail address, a code by letter or an address that stands on
# the roll, an identity that the roll knows (see `methods.ASSURANCE`).
ELIGIBILITIES: tuple[Eligibility, ...] = get_args(Eligibility)


class SecrecyColumn(TypeDecorator[str]):
    """`plain` and `sealed` as the database writes them, P0 and P1."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and SECRECIES[value]

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value and stored_secrecy(value)


def stored_secrecy(value: str) -> Secrecy:
    """A value of the column `profile` as the code names it."""
    return "sealed" if value == SECRECIES["sealed"] else "plain"


class Poll(Row):
    """One question put to the vote during a vote phase of its consultation.

    `phase_id`: that phase; the database chooses the first one for a poll that names none
    (`migrations/functions/polls.sql`), None while the consultation has no vote phase.

    It is a subject of its own id, number and (as title) question, which stay here too: the ballot
    box's triggers keep them as they were announced. `method` decides and is named before the vote
    opens; `compared` is shown after, as a comparison.
    """

    __tablename__ = "poll"
    id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    phase_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("phase.id", ondelete="SET NULL"), index=True
    )
    number: Mapped[int]  # 1, 2, … in the consultation
    question: Mapped[str]
    method: Mapped[str]  # a key of voting.methods.METHODS
    method_options: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    compared: Mapped[str | None]
    approved_from: Mapped[str] = mapped_column(default="")  # the grade read as an approval
    grades: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # worst to best
    source: Mapped[str] = mapped_column(default="live")
    source_note: Mapped[str] = mapped_column(default="")  # where an import comes from
    secrecy: Mapped[str] = mapped_column(
        "profile", SecrecyColumn, default="plain", server_default="P0"
    )
    eligibility: Mapped[str] = mapped_column(default="email", server_default="email")
    # Whole ballots may be published after a sealed vote: agreed before it opens.
    whole_ballots: Mapped[bool] = mapped_column(default=False, server_default="false")
    seats: Mapped[int] = mapped_column(default=1, server_default="1")  # options to be elected
    budget: Mapped[int | None] = mapped_column(BigInteger)  # euros, where projects are funded
    counted_at: Mapped[datetime | None]  # set with the result: nothing is accepted after
    __table_args__ = (
        CheckConstraint(f"profile IN {tuple(SECRECIES.values())}", name="profile"),
        CheckConstraint("seats > 0 AND budget > 0", name="seats_and_budget"),
        CheckConstraint(f"eligibility IN {ELIGIBILITIES}", name="eligibility"),
        CheckConstraint(f"profile = 'P0' OR eligibility IN {ROLLED}", name="sealed_needs_a_roll"),
        UniqueConstraint("consultation_id", "number"),
        Index(
            "ix_poll_to_count",
            "phase_id",
            postgresql_where=text("source = 'live' AND counted_at IS NULL"),
        ),
        CheckConstraint(f"source IN {SOURCES}", name="source"),
    )


class Option(Row):
    """Something one can vote for; `number` is its place in a packed ballot, from 1."""

    __tablename__ = "poll_option"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposal.id"))
    cost: Mapped[int | None] = mapped_column(BigInteger)  # euros, where projects are funded
    __table_args__ = (
        UniqueConstraint("poll_id", "title"),
        CheckConstraint("cost > 0", name="cost"),
    )
