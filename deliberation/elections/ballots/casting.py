"""Cast ballots of programs and of pages: one statement reads, one casts.

The first finds poll, voter and draft; the second is a transaction of its own, so that no other row
leads from voter to ballot. A third deletes the draft. Once begun, a cast is completed even when its
request is cancelled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from msgspec import structs
from sqlalchemy import Integer, Select, String, and_, bindparam, func, select, text, true

from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import Prepared, prepared, transaction
from deliberation.core.database_errors import retried
from deliberation.core.errors import Invalid, NotAllowed, NotFound, SignInNeeded, TooMany, existing
from deliberation.core.ids import fingerprint
from deliberation.core.pools import autocommit_connection
from deliberation.core.rate_limits import count_network
from deliberation.elections.ballots.choices import Choice, packed
from deliberation.elections.ballots.commands import Receipt, record
from deliberation.elections.ballots.drafts import COMMITTED_LASTS, draft_in, drop_draft, with_draft
from deliberation.elections.ballots.sealed_casting import record_sealed
from deliberation.elections.electorate.eligibility import (
    VoterCredentials,
    code_hash,
    identified,
    named_voter,
    used_code,
    voter_column,
)
from deliberation.elections.polls.model import Poll
from deliberation.elections.polls.queries import PollView, polls_query, view_of
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.network.people.model import Person
from deliberation.network.people.queries import LIVE_SESSION, session_values
from deliberation.network.sessions.model import Session
from deliberation.operations.metrics import count_cast
from deliberation.process.consultations import phases
from deliberation.process.consultations.model import Consultation, Phase
from deliberation.process.consultations.queries import PhaseView

_Done = TypeVar("_Done")

MAX_CONCURRENT_CASTS = 8  # of one vote in a process: fewer than `pools.SIZES`
CAST_TIMEOUT = 10.0  # seconds that a cast waits for its turn

# Per-poll semaphores; entries vanish when no cast is running.
_CAST_SLOTS: WeakValueDictionary[tuple[str, int], asyncio.Semaphore] = WeakValueDictionary()

# Running casts: the event loop keeps only weak references to tasks.
_UNDER_WAY: set[asyncio.Task[Any]] = set()


@dataclass(frozen=True, slots=True)
class BallotRequest:
    """A ballot as a program sends it. The voter: `token` of a session, or `code` of a letter."""

    slug: str
    number: int
    choice: Choice
    submission: bytes
    blank: bool = False
    code: str = ""
    token: str = ""
    networks: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class DraftedBallot:
    """A ballot that a browser has drafted, to be cast.

    `submission`: the draft that the voter has checked; None for the one that they confirmed, within
    the last hour, before they signed in. `elector`: the elector of a consultation whom the identity
    cookie of this browser names at a moment.
    """

    slug: str
    number: int
    browser: str
    submission: bytes | None = None
    code: str = ""
    token: str = ""
    elector: Callable[[UUID, datetime], UUID | None] = lambda _consultation, _now: None
    networks: tuple[str, str] = ("", "")


async def cast_from_api(app: AppContext, sent: BallotRequest) -> Receipt | SealedReceipt:
    """Cast a ballot that a program sends; it is committed before the return.

    Raises as `choices.packed`, `eligibility.identified`, `commands.record`, `record_sealed`;
    `NotFound` for a poll that is not public; `TooMany` after too many wrong codes from one network.
    A program has no browser cookie and no verified identity: votes by link or by identity provider
    refuse it.
    """

    async def casting() -> Receipt | SealedReceipt:
        async with autocommit_connection(app.engine) as connection:
            asked = await _asked(app, connection, READ, sent, VoterCredentials(code=sent.code))
            row = packed(asked.poll, sent.choice, blank=sent.blank)
            receipt = await _recorded(app, connection, asked, row, sent.submission)
            assert receipt is not None
            return receipt

    return await _within_limits(app, sent, casting)


async def cast_from_page(app: AppContext, sent: DraftedBallot) -> Receipt | SealedReceipt | None:
    """Cast the draft of a browser, then delete it; raises as `cast_from_api`, and keeps it then.

    A form that is sent again gets its receipt again, by the same function of the database: it
    locks the turnout mark, a write that a standby confirms as it does a ballot. None for a form
    that has cast nothing and whose draft is gone, or was changed since.
    """

    async def casting() -> Receipt | SealedReceipt | None:
        async with autocommit_connection(app.engine) as connection:
            credentials = VoterCredentials(sent.browser, sent.code)
            asked = await _asked(app, connection, READ_DRAFT, sent, credentials, sent.elector)
            poll, draft = asked.poll, draft_in(asked.found, asked.poll, sent.browser)
            submission = sent.submission
            if submission is None:
                late = draft is None or asked.found["now"] - draft.saved_at > COMMITTED_LASTS
                # A sealed ballot stays: its receipt is shown only by the page that casts it.
                if draft is None or late or not draft.committed or poll.secrecy == "sealed":
                    return None
                submission = draft.submission
            if draft is None or draft.submission != submission:
                return await _recorded(app, connection, asked, None, submission)
            row = packed(poll, draft.choice, blank=draft.blank)
            receipt = await _recorded(app, connection, asked, row, submission)
            await drop_draft(connection, poll.id, sent.browser, submission)
            return receipt

    return await _within_limits(app, sent, casting)


async def cast_after_sign_in(
    app: AppContext, token: str, browser: str, slug: str, number: int
) -> Receipt | None:
    """Cast the ballot that a browser committed for a poll before its voter signed in, if any.

    `token`: of the session that has just been opened and committed for this poll; a sign-in for
    another reason casts nothing. What can no longer be cast stays a draft, and its page `/valider`
    says why.
    """
    try:
        receipt = await cast_from_page(app, DraftedBallot(slug, number, browser, token=token))
    except (Invalid, NotAllowed, NotFound, SignInNeeded, TooMany):
        return None
    return receipt if isinstance(receipt, Receipt) else None


async def _within_limits(
    app: AppContext, sent: BallotRequest | DraftedBallot, cast: Callable[[], Awaitable[_Done]]
) -> _Done:
    """Cast within the poll's limit of concurrent casts, and count a wrong code."""
    try:
        receipt = await _shielded(_within_cast_slots(sent.slug, sent.number, cast))
    except NotAllowed as refusal:
        if refusal.code == "code-wrong":
            await _count_wrong_code(app, *sent.networks)
        raise
    if receipt is not None:
        count_cast()
    return receipt


async def _count_wrong_code(app: AppContext, network: str, wider: str) -> None:
    """Count a wrong code, in a transaction of its own. Raises `TooMany`: `too-many-wrong-codes`.

    Valid codes are not counted: a town hall or a mobile network shares one address, and nobody
    there can block the others.
    """
    async with transaction(app.engine) as db:
        ctx = RequestContext(app, db, await clock.now(db), network=network, wider_network=wider)
        wait = await count_network(ctx, "voting-code")
    if wait:
        raise TooMany("too-many-wrong-codes", retry_after=wait)


async def _within_cast_slots(slug: str, number: int, cast: Callable[[], Awaitable[_Done]]) -> _Done:
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


async def _shielded(work: Coroutine[Any, Any, _Done]) -> _Done:
    """Await work that is completed even when the caller is cancelled, as a commit must be."""
    task = asyncio.ensure_future(work)
    _UNDER_WAY.add(task)
    task.add_done_callback(_UNDER_WAY.discard)
    try:
        return await asyncio.shield(task)
    finally:
        del task  # a refusal's traceback would refer to it, and it to the refusal


class _Asked(NamedTuple):
    """Who votes in what; `found`: the row that says so."""

    found: Any
    poll: PollView
    voter: UUID
    code: bytes | None


async def _asked(
    app: AppContext,
    connection: Any,
    statement: Prepared,
    sent: BallotRequest | DraftedBallot,
    credentials: VoterCredentials,
    elector: Callable[[UUID, datetime], UUID | None] | None = None,
) -> _Asked:
    """The poll and its voter, by one statement. Raises `NotFound`, and as `identified`."""
    rows = await statement.rows(
        connection,
        slug=sent.slug,
        number=sent.number,
        browser=fingerprint(credentials.browser),
        code=code_hash(app, sent.code) if sent.code.strip() else None,
        **session_values(app, sent.token),
    )
    found = existing(next(iter(rows), None))
    poll = _poll(found)
    if elector and poll.eligibility == "oidc":
        named = elector(found["consultation_id"], found["now"])
        credentials = VoterCredentials(credentials.browser, elector=named)
    voter = found["voter"] or named_voter(poll, credentials)
    signed_in = found["person"] is not None
    voter = identified(poll, credentials, voter, signed_in=signed_in)
    return _Asked(found, poll, voter, used_code(app, poll, credentials))


async def _recorded(
    app: AppContext, connection: Any, asked: _Asked, row: bytes | None, submission: bytes
) -> Receipt | SealedReceipt | None:
    """Record a packed ballot; without one, the receipt that its submission has, if any."""
    found, poll, voter, code = asked
    if poll.secrecy == "plain":
        return await record(app, connection, found["slug"], poll, voter, row, submission, code=code)
    ask = found["voted"] or poll.state in ("closed", "counted")
    return await record_sealed(app, connection, poll, voter, row, submission, code=code, ask=ask)


def _poll(found: Any) -> PollView:
    vote = None
    if found["opens_at"] is not None:
        dates = PhaseView(found["phase_id"], "vote", found["opens_at"], found["closes_at"], "")
        vote = structs.replace(dates, state=phases.state(dates, found["now"]))
    return view_of(found["slug"], found["state"], vote, found)


def _reading() -> Select[Any]:
    """The poll, the person signed in, the poll's voter, and whether they have a turnout mark."""
    # OFFSET 0: PostgreSQL must not evaluate the subquery a second time for the turnout mark.
    whom = select(voter_column(Person.voter_id, Person.email).label("id")).correlate(Poll, Person)
    voter = whom.offset(0).lateral("voter")
    now = func.clock_now()
    return (
        polls_query()
        .add_columns(
            Consultation.slug,
            Consultation.state,
            Phase.opens_at,
            Phase.closes_at,
            now.label("now"),
            Person.id.label("person"),
            voter.c.id.label("voter"),
            func.has_turnout_mark(Poll.id, voter.c.id).label("voted"),
        )
        .join(Consultation, Consultation.id == Poll.consultation_id)
        .outerjoin(Phase, Phase.id == Poll.phase_id)
        .outerjoin(Session, text(LIVE_SESSION.format(now="clock_now()")))
        .outerjoin(Person, and_(Person.id == Session.person_id, Person.deleted_at.is_(None)))
        .join(voter, true())
        .where(Consultation.slug == bindparam("slug", type_=String))
        .where(Poll.number == bindparam("number", type_=Integer))
        .where(Consultation.state == "open")  # only public consultations
    )


READ = prepared(_reading())
READ_DRAFT = prepared(with_draft(_reading(), func.clock_now()))
