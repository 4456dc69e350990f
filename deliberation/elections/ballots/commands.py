"""Cast a ballot: one call of a database function, which writes the mark and the ballot only.

The ballots of an imported vote are added in bulk instead.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import driver_connection
from deliberation.core.errors import NotAllowed, TooMany
from deliberation.core.ids import new_reference
from deliberation.core.secrets import keyed
from deliberation.elections.ballots.model import CastBallot
from deliberation.elections.polls.queries import PollView

CAST = "SELECT refusal, receipt FROM cast_ballot($1, $2, $3, $4, $5, $6, $7)"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that a ballot is recorded. It shows neither the choice nor whether another ballot is
    replaced: somebody with a copy of the voter's code would learn that.
    """

    reference: str
    consultation: str
    poll: int
    closes_at: datetime | None


async def record(
    app: AppContext,
    connection: Any,
    slug: str,
    poll: PollView,
    voter: UUID,
    row: bytes | None,
    submission: bytes,
    *,
    code: bytes | None = None,
) -> Receipt | None:
    """Record a packed ballot of a plain vote by one call of the database's own function; a second
    one replaces the first.

    The same `submission` (an identifier of one sent form) always gets the first receipt. Raises
    `NotAllowed`: `voting-not-open`, `voting-closed`, with the dates, `revotes-used-up`;
    `TooMany("revote-too-soon")`.

    `row`: None for a form whose ballot is not known any more: its receipt, or None if it has none.
    `code`: hash of the code that identified the voter (`eligibility.used_code`).
    """
    pseudonym, key = plain_pseudonym(app, poll.id, voter), submission_key(submission)
    answer = await connection.fetchrow(
        CAST, poll.id, voter, pseudonym, key, row, new_reference(), code
    )
    if answer["refusal"]:
        raise refused(poll, answer["refusal"])
    if answer["receipt"] is None:
        return None
    return Receipt(
        reference=answer["receipt"],
        consultation=slug,
        poll=poll.number,
        closes_at=poll.closes_at,
    )


async def add_past_ballots(ctx: RequestContext, poll_id: UUID, rows: Iterable[bytes]) -> None:
    """Add the packed ballots of a past vote to its ballot box, for an import.

    Their pseudonyms and receipts are random: nobody has them.
    """
    await driver_connection(ctx.db).copy_records_to_table(
        CastBallot.__tablename__,
        columns=["slot", "version", "poll_id", "submission", "packed", "receipt"],
        records=(
            (secrets.token_bytes(32), 1, poll_id, b"import", row, secrets.token_hex(16))
            for row in rows
        ),
    )


def refused(poll: PollView, code: str) -> NotAllowed | TooMany:
    """The database's refusal of a ballot, with the dates of the vote or the time to wait."""
    if code == "revote-too-soon":
        return TooMany(code, retry_after=60)
    return NotAllowed(code, opens=poll.opens_at, closes=poll.closes_at)


def submission_key(submission: bytes) -> bytes:
    """The hash of a submission's name that the ballot box keeps."""
    return hashlib.sha256(submission).digest()


def plain_pseudonym(app: AppContext, poll_id: UUID, voter_id: UUID) -> bytes:
    """The voter's pseudonym in the ballot box: a keyed hash, which names nobody."""
    return keyed(app.secret, "slot", poll_id, voter_id)
