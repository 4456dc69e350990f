"""From a draft to a ballot, in three transactions: read, cast, forget the draft.

The cast stands alone in its transaction, so that no other row of it leads from voter to ballot, and
once begun it runs to its end even when the request that asked for it is cancelled. These functions
open their own transactions; call them when none of the caller holds a connection or uncommitted
rows they need (a session just opened, for example).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import transaction
from deliberation.core.database_errors import retried
from deliberation.core.errors import Invalid, NotAllowed, NotFound, TooMany
from deliberation.core.rate_limits import count_network
from deliberation.elections.ballots.choices import Choice
from deliberation.elections.ballots.commands import Receipt, cast
from deliberation.elections.ballots.drafts import draft_of, drop_draft, waiting_drafts
from deliberation.elections.ballots.sealed_casting import cast_sealed
from deliberation.elections.electorate.eligibility import voter_of
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.process.consultations.queries import ConsultationRef, consultation_ref

_Done = TypeVar("_Done")

MAX_CONCURRENT_CASTS = 8  # of one vote in a process: fewer than `CAST_POOL_SIZE`
CAST_TIMEOUT = 10.0  # seconds that a cast waits for a slot

# Per-poll semaphores; entries vanish when no cast is running.
_CAST_SLOTS: WeakValueDictionary[tuple[str, int], asyncio.Semaphore] = WeakValueDictionary()

# Running casts: the event loop keeps only weak references to tasks.
_UNDER_WAY: set[asyncio.Task[Any]] = set()


async def cast_draft(
    ctx: RequestContext,
    slug: str,
    number: int,
    browser: str,
    code: str = "",
    known: UUID | None = None,
) -> Receipt | SealedReceipt | None:
    """Cast what a browser prepared for a poll, as its voter's ballot; None without a draft.

    `code`: as typed from the letter, where the poll asks for one; `known`: the elector that an
    identity provider vouched for. Raises as `cast_choice`; the draft then stays.
    """
    async with _afresh(ctx) as reading:
        consultation = await consultation_ref(reading, slug)
        poll = await poll_view(reading, consultation, number)
        draft = await draft_of(reading, poll, browser)
    if draft is None:
        return None
    receipt = await cast_choice(
        ctx,
        consultation,
        poll,
        draft.choice,
        draft.submission,
        blank=draft.blank,
        browser=browser,
        code=code,
        known=known,
    )
    async with _afresh(ctx) as after:
        await drop_draft(after, poll.id, browser, draft.submission)
    return receipt


async def cast_choice(
    ctx: RequestContext,
    consultation: ConsultationRef,
    poll: PollView,
    choice: Choice,
    submission: bytes,
    *,
    blank: bool = False,
    browser: str = "",
    code: str = "",
    known: UUID | None = None,
) -> Receipt | SealedReceipt:
    """Cast a choice, sealed or not as the poll says; the receipt is of a committed ballot.

    Raises as `voters.voter_of`, `commands.cast` and `sealed_cast.cast_sealed` do; `TooMany` after
    too many wrong codes from one network.
    """

    async def casting() -> Receipt | SealedReceipt:
        async with _afresh(ctx) as alone:
            voter = await voter_of(alone, poll, browser=browser, code=code, known=known)
            if poll.secrecy == "sealed":
                return await cast_sealed(alone, poll, voter, choice, submission, blank=blank)
            return await cast(
                alone, consultation, poll, choice, submission, blank=blank, voter=voter
            )

    try:
        return await shielded(within_cast_slots(consultation.slug, poll.number, casting))
    except NotAllowed as refusal:
        if refusal.code == "code-wrong":
            await count_wrong_code(ctx.app, ctx.network, ctx.wider_network)
        raise


async def cast_after_sign_in(
    ctx: RequestContext, browser: str, slug: str, number: int
) -> Receipt | None:
    """Cast what a browser committed for a poll before its voter signed in; the receipt, if any.

    `ctx.viewer` is the person who has just signed in on that poll's account, in a transaction
    already committed: whoever signs in for another reason casts nothing. What can no longer be
    cast stays a draft, and its page `/valider` says why; so does a sealed vote's, whose receipt is
    shown by the page that casts and by no address.
    """
    async with _afresh(ctx) as reading:
        waiting = await waiting_drafts(reading, browser)
        if not any((one.consultation, one.poll) == (slug, number) for one in waiting):
            return None
        consultation = await consultation_ref(reading, slug)
        if (await poll_view(reading, consultation, number)).secrecy == "sealed":
            return None
    try:
        receipt = await cast_draft(ctx, slug, number, browser)
    except (Invalid, NotAllowed, NotFound, TooMany):
        return None
    return receipt if isinstance(receipt, Receipt) else None


async def count_wrong_code(app: AppContext, network: str, wider: str = "") -> None:
    """Count it, in a transaction of its own. Raises `TooMany`: `too-many-wrong-codes`.

    Right ones are not counted: behind one address vote a whole town hall, or a whole network of
    telephones, and nobody there can shut the others out.
    """
    async with transaction(app.engine) as db:
        ctx = RequestContext(app, db, await clock.now(db), network=network, wider_network=wider)
        wait = await count_network(ctx, "voting-code")
    if wait:
        raise TooMany("too-many-wrong-codes", retry_after=wait)


async def within_cast_slots(slug: str, number: int, cast: Callable[[], Awaitable[_Done]]) -> _Done:
    """Cast once there is room: a vote that waits or is flooded leaves connections to the others.

    A cast that met a conflict in the database is done again. Raises `TimeoutError` when there is no
    room for too long: nothing is recorded then.
    """
    slots = _CAST_SLOTS.setdefault((slug, number), asyncio.Semaphore(MAX_CONCURRENT_CASTS))
    async with asyncio.timeout(CAST_TIMEOUT):
        await slots.acquire()
    try:
        return await retried(cast)
    finally:
        slots.release()


async def shielded(work: Coroutine[Any, Any, _Done]) -> _Done:
    """Await some work that goes on when its asker is cancelled: a commit is never cut in two."""
    task = asyncio.ensure_future(work)
    _UNDER_WAY.add(task)
    task.add_done_callback(_UNDER_WAY.discard)
    return await asyncio.shield(task)


@asynccontextmanager
async def _afresh(ctx: RequestContext) -> AsyncIterator[RequestContext]:
    """The same work in a transaction of its own."""
    async with transaction(ctx.app.engine) as db:
        yield replace(ctx, db=db, now=await clock.now(db))
