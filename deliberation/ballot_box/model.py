"""The ballot box's rows: the roll knows persons and no choice, the urn choices and no person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kit.database import Row


class RollMark(Row):
    """That a person has voted in a poll, and on which day; kept to the day on purpose."""

    __tablename__ = "roll_mark"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    marked_on: Mapped[date]


class UrnBallot(Row):
    """One version of the ballot of one slot; the highest version counts.

    `slot` is HMAC(key, poll, person); `packed` holds one byte an option; `submission` recognises a
    form sent twice. No time, no person, no serial number.
    """

    __tablename__ = "urn_ballot"
    slot: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), index=True)
    submission: Mapped[bytes] = mapped_column(LargeBinary)
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    receipt: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (UniqueConstraint("slot", "submission"),)


class BallotDraft(Row):
    """What a browser has chosen and not yet cast, known by the fingerprint of its cookie."""

    __tablename__ = "ballot_draft"
    browser: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    choice: Mapped[dict[str, int]] = mapped_column(JSONB)  # option number -> mark
    submission: Mapped[bytes] = mapped_column(LargeBinary)
    committed: Mapped[bool] = mapped_column(default=False)  # "Valider mon vote" has been pressed
    saved_at: Mapped[datetime]
