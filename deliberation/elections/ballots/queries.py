"""Queries of ballots: the viewer's own ballot, and the public status of a receipt."""

import re
from datetime import date
from typing import Any

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, fetch_one, prepared
from deliberation.core.errors import NotFound
from deliberation.core.ids import ALPHABET
from deliberation.core.pools import alone
from deliberation.elections.ballots.choices import Marked, in_words, unpacked
from deliberation.elections.ballots.commands import plain_pseudonym
from deliberation.elections.electorate.eligibility import (
    NO_CREDENTIALS,
    VoterCredentials,
    known_voter,
)
from deliberation.elections.polls.queries import PollView, poll_views
from deliberation.process.consultations.queries import (
    ConsultationPage,
    ConsultationRef,
    consultation_page,
)

REFERENCE = re.compile(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")


class OwnBallot(msgspec.Struct, frozen=True):
    """Whether the viewer has voted, since when, and what their ballot says now.

    Of a plain vote the site can show a voter their own ballot; of a sealed one it only knows that
    it exists. `says`: the choice in words. `channel`: how they voted, if they have.
    `listed`: whether they are on the roll; None when the request does not identify them.
    """

    voted: bool = False
    voted_on: date | None = None
    choice: dict[str, int] = {}
    channel: str = ""
    listed: bool | None = None
    says: list[Marked] = []


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """The status of a receipt: that a ballot is recorded, never its choice.

    `replaced`: a later ballot of the same voter counts instead. `counted`: the poll is counted and
    this ballot is among those that were. `voted_on`, and `left`, the open polls where they have not
    voted yet: for its own voter only.
    """

    reference: str
    page: ConsultationPage
    poll: PollView
    replaced: bool
    counted: bool
    voted_on: date | None
    left: list[PollView]


async def own_ballot(
    ctx: RequestContext, poll: PollView, credentials: VoterCredentials = NO_CREDENTIALS
) -> OwnBallot:
    """The ballot of the voter whom viewer and credentials identify."""
    voter = await known_voter(ctx, poll, credentials)
    if voter is None:
        unlisted = ctx.viewer is not None and poll.eligibility == "roll"
        return OwnBallot(listed=False if unlisted else None)
    pseudonym = plain_pseudonym(ctx.app, poll.id, voter)
    values = {"poll": poll.id, "voter": voter, "slot": pseudonym}
    rows = await fetch(ctx.db, _OWN, **values)
    if not rows:
        return OwnBallot(listed=True)
    if poll.state == "open":
        await _acknowledged(ctx)
    marked_on, channel, row = rows[0]
    choice = unpacked(poll, row) if row else {}
    said = in_words(poll, choice)
    return OwnBallot(True, marked_on, choice, channel, listed=True, says=said)


async def voted_polls(ctx: RequestContext, consultation: ConsultationRef) -> dict[int, date]:
    """The polls of a consultation in which the viewer is known to have voted: number -> day."""
    rows = await _voted(ctx, consultation)
    if any(row["open"] for row in rows):
        await _acknowledged(ctx)
    return {row["number"]: row["marked_on"] for row in rows}


async def _voted(ctx: RequestContext, consultation: ConsultationRef) -> list[Any]:
    if ctx.viewer is None:
        return []
    values = {
        "consultation": consultation.id,
        "voter": ctx.viewer.voter_id,
        "email": ctx.viewer.email,
    }
    return await fetch(ctx.db, _VOTED, **values)


async def receipt_view(ctx: RequestContext, reference: str) -> ReceiptView:
    """The status of a receipt, for everybody. Raises `NotFound`."""
    reference = reference.strip().upper()
    if not REFERENCE.fullmatch(reference):
        raise NotFound
    row = await fetch_one(ctx.db, _RECEIPT, reference=reference)
    slug, number, pseudonym, replaced = row
    page = await consultation_page(ctx, slug)
    polls = await poll_views(ctx, page.ref)
    poll = next(one for one in polls if one.number == number)
    own = ctx.viewer and plain_pseudonym(ctx.app, poll.id, ctx.viewer.voter_id) == pseudonym
    # Who has the reference has it from an acknowledged cast.
    rows = await _voted(ctx, page.ref) if own else []
    voted = {row["number"]: row["marked_on"] for row in rows}
    return ReceiptView(
        reference=reference,
        page=page,
        poll=poll,
        replaced=replaced,
        counted=poll.state == "counted" and not replaced,
        voted_on=voted.get(number),
        left=[one for one in polls if one.state == "open" and one.number not in voted]
        if voted
        else [],
    )


async def _acknowledged(ctx: RequestContext) -> None:
    """Wait until what was read here is where a ballot is acknowledged, as after a cast.

    A commit whose wait for its standby was cut off can be read at once, and is lost if the machine
    dies then: no page says of such a ballot that it is recorded.
    """
    async with alone(ctx.app.engine) as db:
        await fetch(db, _WRITE)


# A note in the log that nobody reads: its commit waits behind those before it.
_WRITE = prepared("SELECT pg_logical_emit_message(true, '', '')")
_RENEWED = prepared("SELECT key_check FROM renewed_key WHERE poll_id = :poll")
_RECEIPT = prepared(
    """
    SELECT consultation.slug, poll.number, ballot.slot, EXISTS (
        SELECT FROM urn_ballot AS later
        WHERE later.slot = ballot.slot AND later.version > ballot.version
    ) AS replaced
    FROM urn_ballot AS ballot JOIN poll ON poll.id = ballot.poll_id
    JOIN consultation ON consultation.id = poll.consultation_id
    WHERE ballot.receipt = :reference
    """
)
_OWN = prepared(
    """
    SELECT marked_on, channel, (
        SELECT packed FROM urn_ballot WHERE slot = :slot ORDER BY version DESC LIMIT 1
    ) AS packed
    FROM roll_mark WHERE poll_id = :poll AND voter_id = :voter
    """
)
_VOTED = prepared(
    """
    SELECT number, marked_on, coalesce(closes_at > clock_now(), false) AS open
    FROM poll JOIN roll_mark ON roll_mark.poll_id = poll.id LEFT JOIN phase ON phase.id = phase_id
    WHERE poll.consultation_id = :consultation AND voter_id IN (
        SELECT CAST(:voter AS uuid) UNION ALL
        SELECT id FROM elector WHERE consultation_id = :consultation AND email = :email
    )
    """
)


async def revoting_stopped(ctx: RequestContext, poll: PollView) -> bool:
    """Whether an open sealed vote has lost the key by which voters replace their ballot.

    First votes are still accepted. Always False for other votes.
    """
    if poll.secrecy != "sealed" or poll.state != "open":
        return False
    return bool(await fetch(ctx.db, _RENEWED, poll=poll.id))
