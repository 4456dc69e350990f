"""Rows of the electorate: roll, voting codes, turnout marks; no choice is stored here."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row
from deliberation.core.ids import new_id

CHANNELS = ("online", "paper", "counter")


class TurnoutMark(Row):
    """Record that a voter has voted in a poll, by which channel, and on which day, kept to the day.

    `voter_id`: a mailbox (`Person.voter_id`), an elector (roll, code, identity provider) or, for an
    open link, what stands for a browser.
    """

    __tablename__ = "roll_mark"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    voter_id: Mapped[UUID] = mapped_column(primary_key=True)
    marked_on: Mapped[date]
    channel: Mapped[str] = mapped_column(default="online", server_default="online")
    __table_args__ = (
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        Index("ix_roll_mark_paper", "poll_id", postgresql_where=text("channel <> 'online'")),
    )


class Elector(Row):
    """Somebody on the roll of a consultation; votes by roll or identity are theirs only.

    `number`: the authority's own identifier. `email`: folded, for a match by address. `subject`:
    what the identity provider calls them.
    """

    __tablename__ = "elector"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None]
    subject: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        UniqueConstraint("consultation_id", "email"),
        UniqueConstraint("consultation_id", "subject"),
    )


class Electorate(Row):
    """How many are on the roll of a consultation, and have a valid code; triggers keep it."""

    __tablename__ = "electorate"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    electors: Mapped[int]
    codes: Mapped[int] = mapped_column(default=0, server_default="0")


class ElectorCode(Row):
    """A code sent by letter, known by its keyed hash; an elector has one that is not revoked."""

    __tablename__ = "elector_code"
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    elector_id: Mapped[UUID] = mapped_column(ForeignKey("elector.id"))
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_elector_code_live",
            "elector_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )


class ByTwo:
    """Columns of what one agent asks for and a second person grants; both stay written down."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime | None]


class VotingCodeRequest(ByTwo, Row):
    """A lost code: a new one is asked for. `in_consultation`: the elector's, by a trigger."""

    __tablename__ = "code_request"
    elector_id: Mapped[UUID] = mapped_column(ForeignKey("elector.id"), index=True)
    in_consultation: Mapped[UUID | None] = mapped_column(
        ForeignKey("consultation.id"), server_default=FetchedValue(), index=True
    )
    refused_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("granted_by <> asked_by", name="two_persons"),)


class Countersigner(Row):
    """A countersigner: a member of the team; frozen once a ballot box is open, and published.

    `name`, `function`: as they are published. `since`: when they were given their role.
    """

    __tablename__ = "countersigner"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str]
    function: Mapped[str]
    since: Mapped[datetime]
