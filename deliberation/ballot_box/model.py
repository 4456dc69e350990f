"""The ballot box's rows: the roll knows voters and no choice, the urn choices and no voter."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kit.database import Row
from deliberation.kit.ids import new_id

CHANNELS = ("online", "paper", "counter")


class RollMark(Row):
    """That a voter has voted in a poll, by which channel, and on which day, kept to the day.

    `voter_id`: a mailbox (`Person.voter_id`), an elector (roll, code, identity provider) or, for an
    open link, what stands for a browser.
    """

    __tablename__ = "roll_mark"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    voter_id: Mapped[UUID] = mapped_column(primary_key=True)
    marked_on: Mapped[date]
    channel: Mapped[str] = mapped_column(default="online", server_default="online")
    __table_args__ = (CheckConstraint(f"channel IN {CHANNELS}", name="channel"),)


class UrnBallot(Row):
    """One version of the ballot of one slot; the highest version counts.

    `slot` is HMAC(key, poll, voter); `packed` holds one byte an option; `submission` recognises a
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


class SealedBallot(Row):
    """One version of a sealed ballot; the highest version of a slot counts.

    `slot` is HMAC(key of this poll, voter), the key being in a file outside the database until the
    close. `hash` is the SHA-256 of `sealed`. `entry`: the board's entry that shows the hash; none
    while it waits for the sealer.
    """

    __tablename__ = "sealed_ballot"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    slot: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    submission: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    entry: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("slot", "submission"),
        Index("ix_sealed_ballot_waiting", "poll_id", postgresql_where=text("entry IS NULL")),
    )


class BoardLine(Row):
    """One line of a sealed vote's public board, exactly as it is published (`sealed.board`)."""

    __tablename__ = "board_line"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    line: Mapped[bytes] = mapped_column(LargeBinary)


class RenewedKey(Row):
    """That the key of slots of an open urn was lost and made anew: the check of the new one."""

    __tablename__ = "renewed_key"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    key_check: Mapped[str]
    renewed_at: Mapped[datetime]


class Elector(Row):
    """Somebody on the roll of a consultation; its votes of level E2 and E3 are theirs only.

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


class CodeRequest(Row):
    """A lost code: one agent asks for a new one, another grants it; both stay written down."""

    __tablename__ = "code_request"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    elector_id: Mapped[UUID] = mapped_column(ForeignKey("elector.id"), index=True)
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("granted_by <> asked_by", name="two_persons"),)


class Trustee(Row):
    """A trustee of a consultation's sealed votes: the public half of their key, as they gave it.

    `rehearsed_at`: when this key opened the dry run's ballots.
    """

    __tablename__ = "trustee"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # 1, 2, …: their place in each ballot
    public: Mapped[dict[str, Any]] = mapped_column(JSONB)
    shares: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # of the dry run
    rehearsed_at: Mapped[datetime | None]


class Rehearsal(Row):
    """The dry run of a consultation: the bundle of test ballots, and what it must give back."""

    __tablename__ = "rehearsal"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    bundle: Mapped[bytes] = mapped_column(LargeBinary)
    expected: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class Extension(Row):
    """A later close of a consultation's votes: one agent asks, another grants, before the close."""

    __tablename__ = "extension"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), index=True)
    closes_at: Mapped[datetime]
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("granted_by <> asked_by", name="two_persons"),)


class Countersigner(Row):
    """Somebody of the team who may decide second; frozen once an urn is open, and published.

    `name`, `function`: as they are published. `since`: when they were given their role.
    """

    __tablename__ = "countersigner"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str]
    function: Mapped[str]
    since: Mapped[datetime]


class Undoing(Row):
    """A mark on paper or at a counter to be undone: one agent asks, a second person grants."""

    __tablename__ = "undoing"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), index=True)
    elector_id: Mapped[UUID] = mapped_column(ForeignKey("elector.id"))
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("granted_by <> asked_by", name="two_persons"),)


class PaperBatch(Row):
    """Ballots on paper or at a counter, typed twice by two agents; they count once both agree.

    `first`, `second`: the packed ballots as each agent typed them, in the order of the papers.
    """

    __tablename__ = "paper_batch"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    first: Mapped[list[str]] = mapped_column(JSONB)
    first_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    second: Mapped[list[str] | None] = mapped_column(JSONB)
    second_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("channel IN ('paper', 'counter')", name="channel"),
        CheckConstraint("second_by <> first_by", name="two_persons"),
    )


class Minutes(Row):
    """The minutes of a sealed count as the trustees signed them, with what is published to check.

    `signatures`: trustee's number -> signature. `pdf`: the same minutes for reading.
    """

    __tablename__ = "minutes"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    minutes: Mapped[bytes] = mapped_column(LargeBinary)
    signatures: Mapped[dict[str, str]] = mapped_column(JSONB)
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    published_at: Mapped[datetime]


class BallotDraft(Row):
    """What a browser has chosen and not yet cast, known by the fingerprint of its cookie."""

    __tablename__ = "ballot_draft"
    browser: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    # The choice, encrypted with a key that only the cookie's holder has.
    choice: Mapped[bytes] = mapped_column(LargeBinary)
    submission: Mapped[bytes] = mapped_column(LargeBinary)
    committed: Mapped[bool] = mapped_column(default=False)  # "Valider mon vote" has been pressed
    saved_at: Mapped[datetime]
