"""Reading the trustees of a consultation."""

from uuid import UUID

import msgspec
from sqlalchemy import select

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.elections.polls.queries import PollView
from deliberation.elections.sealed_protocol.keys import TrusteePublic
from deliberation.elections.trustees.model import Minutes, Trustee

# Number of trustees -> how many of them open the ballot box together.
THRESHOLDS = {3: 2, 5: 3}


async def trustees_of(ctx: RequestContext, consultation_id: UUID) -> list[TrusteePublic]:
    """The trustees' public keys, in their order."""
    query = (
        select(Trustee.public)
        .where(Trustee.consultation_id == consultation_id)
        .order_by(Trustee.number)
    )
    return [msgspec.convert(one, TrusteePublic) for one in (await ctx.db.scalars(query)).all()]


async def signed_minutes(ctx: RequestContext, poll_id: UUID) -> Minutes | None:
    """The minutes of a poll with their signatures; None before they are published."""
    return (await ctx.db.scalars(select(Minutes).where(Minutes.poll_id == poll_id))).one_or_none()


async def minutes_row(ctx: RequestContext, poll: PollView) -> Minutes:
    """The published minutes with their signatures. Raises `NotFound`; `results-not-yet`."""
    row = await signed_minutes(ctx, poll.id)
    if row is None:
        if poll.secrecy == "sealed":
            raise NotFound("results-not-yet", opens=poll.closes_at)
        raise NotFound("no-board")
    return row


async def minutes_pdf(ctx: RequestContext, poll: PollView) -> bytes:
    """The minutes for reading. Raises as `minutes_row`."""
    await minutes_row(ctx, poll)
    return (await ctx.db.scalars(select(Minutes.pdf).where(Minutes.poll_id == poll.id))).one()
