"""Queries of ballots: the viewer's own ballot, and the public status of a receipt."""

import re
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.core.ids import ALPHABET
from deliberation.elections.ballots.choices import Marked, in_words, unpacked
from deliberation.elections.ballots.commands import plain_pseudonym
from deliberation.elections.ballots.model import CastBallot
from deliberation.elections.electorate.eligibility import (
    NO_CREDENTIALS,
    VoterCredentials,
    known_voter,
)
from deliberation.elections.polls.model import Poll
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.pseudonyms.model import RenewedKey
from deliberation.process.consultations.model import Consultation
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
    this ballot is among those that were. `voted_on`: for its own voter only.
    """

    reference: str
    page: ConsultationPage
    poll: PollView
    replaced: bool
    counted: bool
    voted_on: date | None


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
    row = (await ctx.db.execute(_OWN, values)).one_or_none()
    if row is None:
        return OwnBallot(listed=True)
    choice = unpacked(poll, row.packed) if row.packed else {}
    said = in_words(poll, choice)
    return OwnBallot(True, row.marked_on, choice, row.channel, listed=True, says=said)


async def voted_polls(ctx: RequestContext, consultation: ConsultationRef) -> frozenset[int]:
    """The numbers of the polls of a consultation in which the viewer is known to have voted."""
    if ctx.viewer is None:
        return frozenset()
    values = {
        "consultation": consultation.id,
        "voter": ctx.viewer.voter_id,
        "email": ctx.viewer.email,
    }
    return frozenset((await ctx.db.scalars(_VOTED, values)).all())


async def receipt_view(ctx: RequestContext, reference: str) -> ReceiptView:
    """The status of a receipt, for everybody. Raises `NotFound`."""
    reference = reference.strip().upper()
    if not REFERENCE.fullmatch(reference):
        raise NotFound
    query = (
        select(CastBallot.pseudonym, CastBallot.version, Poll.number, Poll.id, Consultation.slug)
        .join(Poll, Poll.id == CastBallot.poll_id)
        .join(Consultation, Consultation.id == Poll.consultation_id)
        .where(CastBallot.receipt == reference)
    )
    row = (await ctx.db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    page = await consultation_page(ctx, row.slug)
    poll = await poll_view(ctx, page.ref, row.number)
    later = select(CastBallot.version).where(
        CastBallot.pseudonym == row.pseudonym, CastBallot.version > row.version
    )
    replaced = (await ctx.db.scalars(later.limit(1))).first() is not None
    return ReceiptView(
        reference=reference,
        page=page,
        poll=poll,
        replaced=replaced,
        counted=poll.state == "counted" and not replaced,
        voted_on=await _own_day(ctx, row.pseudonym, row.id),
    )


async def _own_day(ctx: RequestContext, pseudonym: bytes, poll_id: UUID) -> date | None:
    """The day of the vote, when the receipt is the viewer's own."""
    if ctx.viewer is None or plain_pseudonym(ctx.app, poll_id, ctx.viewer.voter_id) != pseudonym:
        return None
    day = text("SELECT marked_on FROM roll_mark WHERE poll_id = :poll AND voter_id = :voter")
    found: date | None = await ctx.db.scalar(day, {"poll": poll_id, "voter": ctx.viewer.voter_id})
    return found


_OWN = text(
    """
    SELECT marked_on, channel, (
        SELECT packed FROM urn_ballot WHERE slot = :slot ORDER BY version DESC LIMIT 1
    ) AS packed
    FROM roll_mark WHERE poll_id = :poll AND voter_id = :voter
    """
)
_VOTED = text(
    """
    SELECT number FROM poll JOIN roll_mark ON roll_mark.poll_id = poll.id
    WHERE consultation_id = :consultation AND voter_id IN (
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
    return await ctx.db.get(RenewedKey, poll.id) is not None
