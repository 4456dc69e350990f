"""Cast a draft in three transactions: read, cast, delete the draft.

The cast is the only write of its transaction, so that no other row leads from voter to ballot. Once
begun it is completed even when its request is cancelled. These functions open their own
transactions: the caller must have committed what they read (a new session, for example).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar
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
from deliberation.elections.electorate.eligibility import (
    NO_CREDENTIALS,
    VoterCredentials,
    used_code,
    voter_of,
)
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.process.consultations.queries import ConsultationRef, consultation_ref

_Done = TypeVar("_Done")

MAX_CONCURRENT_CASTS = 8  # of one vote in a process: fewer than `CAST_POOL_SIZE`
CAST_TIMEOUT = 10.0  # seconds that a cast waits for its turn

# Per-poll semaphores; entries vanish when no cast is running.
_CAST_SLOTS: WeakValueDictionary[tuple[str, int], asyncio.Semaphore] = WeakValueDictionary()

# Running casts: the event loop keeps only weak references to tasks.
_UNDER_WAY: set[asyncio.Task[Any]] = set()


async def cast_draft(
    ctx: RequestContext,
    slug: str,
    number: int,
    credentials: VoterCredentials,
) -> Receipt | SealedReceipt | None:
    """Cast the ballot draft of a browser; None without a draft.

    Raises as `cast_choice`; the draft is then kept.
    """
    async with _afresh(ctx) as reading:
        consultation = await consultation_ref(reading, slug)
        poll = await poll_view(reading, consultation, number)
        draft = await draft_of(reading, poll, credentials.browser)
    if draft is None:
        return None
    receipt = await cast_choice(
        ctx,
        consultation,
        poll,
        draft.choice,
        draft.submission,
        blank=draft.blank,
        credentials=credentials,
    )
    async with _afresh(ctx) as after:
        await drop_draft(after, poll.id, credentials.browser, draft.submission)
    return receipt


async def cast_choice(
    ctx: RequestContext,
    consultation: ConsultationRef,
    poll: PollView,
    choice: Choice,
    submission: bytes,
    *,
    blank: bool = False,
    credentials: VoterCredentials = NO_CREDENTIALS,
) -> Receipt | SealedReceipt:
    """Cast a choice, sealed or not as the poll says; the ballot is committed before the return.

    Raises as `eligibility.voter_of`, `commands.cast` and `sealed_casting.cast_sealed`; `TooMany`
    after too many wrong codes from one network.
    """

    async def casting() -> Receipt | SealedReceipt:
        async with _afresh(ctx) as own:
            voter = await voter_of(own, poll, credentials)
            code = used_code(ctx.app, poll, credentials)
            if poll.secrecy == "sealed":
                return await cast_sealed(
                    own, poll, voter, choice, submission, blank=blank, code=code
                )
            return await cast(
                own, consultation, poll, choice, submission, blank=blank, voter=voter, code=code
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
    """Cast the ballot that a browser committed for a poll before its voter signed in, if any.

    `ctx.viewer` has just signed in for this poll, in a committed transaction; a sign-in for another
    reason casts nothing. What can no longer be cast stays a draft, and its page `/valider` says
    why. A sealed ballot stays a draft too: its receipt is shown only by the page that casts it.
    """
    async with _afresh(ctx) as reading:
        waiting = await waiting_drafts(reading, browser)
        if not any((one.consultation, one.poll) == (slug, number) for one in waiting):
            return None
        consultation = await consultation_ref(reading, slug)
        if (await poll_view(reading, consultation, number)).secrecy == "sealed":
            return None
    try:
        receipt = await cast_draft(ctx, slug, number, VoterCredentials(browser))
    except (Invalid, NotAllowed, NotFound, TooMany):
        return None
    return receipt if isinstance(receipt, Receipt) else None


async def count_wrong_code(app: AppContext, network: str, wider: str = "") -> None:
    """Count a wrong code, in a transaction of its own. Raises `TooMany`: `too-many-wrong-codes`.

    Valid codes are not counted: a town hall or a mobile network shares one address, and nobody
    there can block the others.
    """
    async with transaction(app.engine) as db:
        ctx = RequestContext(app, db, await clock.now(db), network=network, wider_network=wider)
        wait = await count_network(ctx, "voting-code")
    if wait:
        raise TooMany("too-many-wrong-codes", retry_after=wait)


async def within_cast_slots(slug: str, number: int, cast: Callable[[], Awaitable[_Done]]) -> _Done:
    """Cast within the poll's limit of concurrent casts: a slow vote leaves connections to others.

    A cast is retried after a conflict in the database. Raises `TimeoutError` without a free slot
    within `CAST_TIMEOUT`: nothing is recorded then.
    """
    slots = _CAST_SLOTS.setdefault((slug, number), asyncio.Semaphore(MAX_CONCURRENT_CASTS))
    async with asyncio.timeout(CAST_TIMEOUT):
        await slots.acquire()
    try:
        return await retried(cast)
    finally:
        slots.release()


async def shielded(work: Coroutine[Any, Any, _Done]) -> _Done:
    """Await work that is completed even when the caller is cancelled, as a commit must be."""
    task = asyncio.ensure_future(work)
    _UNDER_WAY.add(task)
    task.add_done_callback(_UNDER_WAY.discard)
    try:
        return await asyncio.shield(task)
    finally:
        del task  # a refusal's traceback would refer to it, and it to the refusal


@asynccontextmanager
async def _afresh(ctx: RequestContext) -> AsyncIterator[RequestContext]:
    """Copy of the context in a transaction of its own."""
    async with transaction(ctx.app.engine) as db:
        yield replace(ctx, db=db, now=await clock.now(db))
