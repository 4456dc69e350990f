"""Counting closed polls and publishing their results, once and for good."""

import asyncio
from collections import Counter
from uuid import UUID

import msgspec
from sqlalchemy import String, literal_column, select, text

from deliberation.core import clock
from deliberation.core.context import RequestContext
from deliberation.elections.ballot_box.interventions import interventions
from deliberation.elections.paper.archives import agreed_papers
from deliberation.elections.paper.paper_ballots import marks_of
from deliberation.elections.polls.commands import lock_poll, mark_counted
from deliberation.elections.polls.model import Poll
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.results.events import ResultPublished
from deliberation.elections.results.model import Result
from deliberation.elections.results.plain_count import (
    CountContext,
    PlainCount,
    count,
    stored_ballots,
)
from deliberation.elections.verification.reconciliation import reconciliation_faults
from deliberation.journal.commands import record
from deliberation.operations.queue import enqueue
from deliberation.process.consultations.model import Consultation
from deliberation.process.consultations.queries import consultation_ref, place_of
from voting.ballots import Ballots, received
from voting.records.documents import as_document
from voting.summaries import merge

PARTS = 16  # in which the ballots of a vote are read


async def count_due_polls(ctx: RequestContext) -> None:
    """Periodic: have every poll counted whose vote has closed."""
    for poll_id in (await ctx.db.scalars(_DUE)).all():
        await enqueue(ctx.db, "count-poll", once=f"count-poll:{poll_id}", poll_id=str(poll_id))


async def count_poll(ctx: RequestContext, poll_id: str) -> str | None:
    """Job: count a poll and publish its result. Before its time, or a second time, nothing.

    Its time is the close, and while papers are awaited the end of their typing. The lock waits for
    the ballots being cast; the database's clock is asked only then. Whether there are as many
    ballots as turnout marks is published with the result and never delays it.
    """
    poll_uuid = UUID(poll_id)
    await lock_poll(ctx, poll_uuid)
    now = await clock.now(ctx.db)
    due = (await ctx.db.execute(_CLOSED, {"poll": poll_uuid})).one_or_none()
    if due is None or due.begins > now:
        return "not-due"
    consultation = await consultation_ref(ctx, due.slug)
    poll = await poll_view(ctx, consultation, due.number)
    cast = await _cast_ballots(ctx, poll)
    channels, papers = Counter(online=received(cast)), b""
    for paper in await agreed_papers(ctx, poll_uuid):
        papers += bytes.fromhex("".join(paper.ballots))
        channels[paper.channel] += len(paper.ballots)
    beside = CountContext(
        channels=dict(channels),
        interventions=await interventions(ctx, poll_uuid),
        faults=list(reconciliation_faults(await marks_of(ctx, poll_uuid), channels)),
    )
    ballots = merge(cast, stored_ballots(poll, papers))
    # In a thread: the worker's other lanes go on while a large vote is counted.
    await publish(ctx, poll, await asyncio.to_thread(count, poll, ballots, beside))
    await record(ctx, ResultPublished(poll_id=poll.id, **place_of(consultation)))
    return None


async def publish(ctx: RequestContext, poll: PollView, counted: PlainCount) -> None:
    """Write the result down; the database refuses to change it afterwards."""
    # Serialise publication within a consultation, so that exactly one result is the last.
    await ctx.db.execute(_ONE_AT_A_TIME, {"poll": poll.id})
    now = await clock.now(ctx.db)
    ctx.db.add(
        Result(
            poll_id=poll.id,
            counted_at=now,
            outcome=as_document(counted.outcome),
            compared=as_document(counted.compared) if counted.compared else None,
            digest=counted.outcome.digest,
            marks=await marks_of(ctx, poll.id),
            ballots=counted.ballots,
            recount=counted.recount,
            **msgspec.to_builtins(counted.beside),
        )
    )
    await mark_counted(ctx, poll.id, now)


async def _cast_ballots(ctx: RequestContext, poll: PollView) -> Ballots:
    """The distinct ballots of the site, read in parts by the first byte of their pseudonyms: a
    value of PostgreSQL ends at 1 GB, and memory holds the distinct ballots only.
    """
    parts = []
    for first in range(0, 256, 256 // PARTS):
        part = {"low": bytes([first]), "high": bytes([first + 256 // PARTS - 1]) + b"\xff" * 32}
        data = await ctx.db.scalar(_CAST_BALLOTS, {"poll": poll.id, **part})
        parts.append(await asyncio.to_thread(stored_ballots, poll, data))
    return await asyncio.to_thread(lambda: merge(*parts))


_DUE = (
    select(Poll.id)
    .join(Consultation, Consultation.id == Poll.consultation_id)
    .where(
        Poll.source == literal_column("'live'", String),  # as its index says
        Poll.secrecy == "plain",  # a sealed vote is counted by its trustees
        Poll.counted_at.is_(None),
        Consultation.state == "open",
        text(
            "EXISTS (SELECT FROM phase WHERE phase.id = poll.phase_id"
            " AND phase.closes_at <= clock_now()"
            " AND typing_ends(poll.id, phase.closes_at) <= clock_now())"
        ),
    )
)
# The phase's row is held, so that nobody moves the close while the ballots are counted.
_CLOSED = text(
    """
    SELECT consultation.slug, poll.number, typing_ends(poll.id, phase.closes_at) AS begins
    FROM poll
    JOIN consultation ON consultation.id = poll.consultation_id AND consultation.state = 'open'
    JOIN phase ON phase.id = poll.phase_id
    WHERE poll.id = :poll AND poll.source = 'live' AND poll.profile = 'P0'
        AND poll.counted_at IS NULL
    FOR UPDATE OF phase
    """
)
_ONE_AT_A_TIME = text(
    "SELECT 1 FROM consultation WHERE id = (SELECT consultation_id FROM poll WHERE id = :poll)"
    " FOR NO KEY UPDATE"
)
_CAST_BALLOTS = text(
    """
    SELECT coalesce(string_agg(packed, ''), '') FROM (
        SELECT DISTINCT ON (slot) packed FROM urn_ballot
        WHERE poll_id = :poll AND slot BETWEEN :low AND :high
        ORDER BY slot, version DESC
    ) AS latest
    """
)
