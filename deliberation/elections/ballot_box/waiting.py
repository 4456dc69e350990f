"""Reason why a ballot box is not yet open, closed or counted, and since when it should be."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import select, text

from deliberation.core.context import RequestContext
from deliberation.elections.ballot_box.lifecycle import MissingRequirement, opening_requirements
from deliberation.elections.polls.queries import PollView
from deliberation.elections.pseudonyms.key_folder import key_is_here
from deliberation.operations.queue import QueuedJob
from deliberation.process.consultations.queries import ConsultationRef

LATE = timedelta(minutes=10)  # the site's own jobs take less

# `lacking`: a sealed vote has begun but its ballot box cannot open; `opening`, `closing`,
# `counting`: the site does it by itself; `typing`: papers are awaited until a date; `trustees`:
# they must count; `key`: the site lacks the pseudonym key, so it neither takes ballots nor closes
# the ballot box.
Step = Literal["lacking", "opening", "typing", "closing", "counting", "trustees", "key"]


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Step that a vote waits for, since a moment or until one.

    `late`: the site should have done it; `tries`, `failure`: how often its job failed, and the kind
    of the last failure. `papers`: voters marked on paper or at a counter whose ballot is not typed.
    """

    step: Step
    since: datetime | None = None
    until: datetime | None = None
    late: bool = False
    tries: int = 0
    failure: str = ""
    papers: int = 0
    opening_requirements: list[MissingRequirement] = []


async def wait_reason(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView
) -> Waiting | None:
    """Step that a vote waits for; None before it begins, while it takes ballots, and once
    counted.
    """
    if poll.state not in ("open", "closed") or poll.closes_at is None or poll.source != "live":
        return None
    row = (await ctx.db.execute(_STATE, {"poll": poll.id, "closes_at": poll.closes_at})).one()
    sealed = poll.secrecy == "sealed"
    if sealed and row.opened and not row.closed and not await key_is_here(ctx, poll.id):
        return Waiting(step="key")
    if poll.state == "open":
        if not sealed or row.opened:
            return None
        if found := await opening_requirements(ctx, consultation):
            return Waiting(step="lacking", since=poll.opens_at, opening_requirements=found)
        return await _by_itself(ctx, "opening", f"open-urn:{poll.id}", poll.opens_at)
    if row.closed:
        return Waiting(step="trustees", since=poll.closes_at)
    if row.typing_ends > ctx.now:
        return Waiting(step="typing", until=row.typing_ends, papers=row.awaited)
    if sealed:
        return await _by_itself(ctx, "closing", f"close-urn:{poll.id}", row.typing_ends)
    return await _by_itself(ctx, "counting", f"count-poll:{poll.id}", row.typing_ends)


async def _by_itself(ctx: RequestContext, step: Step, once: str, since: datetime | None) -> Waiting:
    """Step that a job of the site does: tries and last failure of the job, and whether it is
    late.
    """
    query = select(QueuedJob.tries, QueuedJob.failure).where(QueuedJob.once == once)
    job = (await ctx.db.execute(query.order_by(QueuedJob.id.desc()).limit(1))).one_or_none()
    tries = job.tries if job else 0
    late = tries > 0 or (since is not None and since + LATE < ctx.now)
    failure = (job.failure or "") if job else ""
    return Waiting(step=step, since=since, late=late, tries=tries, failure=failure)


_STATE = text(
    """
    SELECT board_is_open(:poll) AS opened, board_is_closed(:poll) AS closed,
           papers_awaited(:poll) AS awaited, typing_ends(:poll, :closes_at) AS typing_ends
    """
)
