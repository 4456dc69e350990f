"""Rows of ballots: choices by pseudonym, without voters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row


class CastBallot(Row):
    """One version of a voter's ballot; the highest version counts.

    `pseudonym` (column `slot`) is HMAC(key, poll, voter); `packed` holds one byte per option;
    `submission` recognises a form sent twice. No time, no person, no serial number.
    """

    __tablename__ = "urn_ballot"
    pseudonym: Mapped[bytes] = mapped_column("slot", LargeBinary, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), index=True)
    submission: Mapped[bytes] = mapped_column(LargeBinary)
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    receipt: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (UniqueConstraint("slot", "submission"),)


class SealedBallot(Row):
    """One version of a voter's sealed ballot; the highest version counts.

    `pseudonym` (column `slot`) is HMAC(key of this poll, voter); the key is in a file outside the
    database until the close. `hash` is the SHA-256 of `sealed`. `entry`: the board's entry that
    shows the hash; None before it is published.
    """

    __tablename__ = "sealed_ballot"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    pseudonym: Mapped[bytes] = mapped_column("slot", LargeBinary, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    submission: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    entry: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("slot", "submission"),
        Index("ix_sealed_ballot_waiting", "poll_id", postgresql_where=text("entry IS NULL")),
    )


class BallotDraft(Row):
    """A choice that a browser has not cast yet, found by the fingerprint of its cookie."""

    __tablename__ = "ballot_draft"
    browser: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    # The choice, encrypted with a key that only the cookie's holder has.
    choice: Mapped[bytes] = mapped_column(LargeBinary)
    submission: Mapped[bytes] = mapped_column(LargeBinary)
    committed: Mapped[bool] = mapped_column(default=False)  # "Valider mon vote" has been pressed
    saved_at: Mapped[datetime]
