"""Rows of results and of the signed minutes of sealed counts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.database import Row


class Result(Row):
    """The published outcome of a poll. A trigger of the database refuses to change or delete it."""

    __tablename__ = "result"
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    counted_at: Mapped[datetime]
    outcome: Mapped[dict[str, Any]] = mapped_column(JSONB)
    compared: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    digest: Mapped[str]  # of the counted ballots, as in the outcome
    ballots: Mapped[int]  # received, one per voter
    # Of a plain vote: ballots by channel, how often the team acted on single voters, and what the
    # roll and the ballot box say differently.
    channels: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    interventions: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    marks: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")  # turnout, by channel
    recount: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # the public file


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
