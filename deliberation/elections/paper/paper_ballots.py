"""Votes on paper or at a counter: marked on the roll, typed twice by two agents, counted apart."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text

from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import MOST_LISTED
from deliberation.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal, existing
from deliberation.elections.ballots.choices import Choice, is_blank, packed
from deliberation.elections.bulletin_board.entries import add_entry
from deliberation.elections.electorate.events import VoterLookedUp
from deliberation.elections.electorate.model import Elector, TurnoutMark
from deliberation.elections.electorate.permissions import may_countersign
from deliberation.elections.paper.archives import agreed_papers
from deliberation.elections.paper.events import PaperAgreed, PaperTyped
from deliberation.elections.paper.model import PaperBatch
from deliberation.elections.polls.commands import lock_poll
from deliberation.elections.polls.eligibility import ROLLED
from deliberation.elections.polls.queries import PollView
from deliberation.elections.sealed_protocol.archive import Paper
from deliberation.journal.commands import record
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef, place_of

Channel = Literal["paper", "counter"]
Agreement = Literal["typed", "agreed", "differs"]
MAX_BATCH_BALLOTS = 200  # ballots in a batch: what two people can type and compare
Marks = Annotated[dict[str, int], msgspec.Meta(max_length=30)]  # a poll has no more options


class BatchDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of papers as one agent types it; a paper without any mark is a blank vote."""

    channel: Channel
    ballots: Annotated[list[Marks], msgspec.Meta(min_length=1, max_length=MAX_BATCH_BALLOTS)]


class BatchView(msgspec.Struct, frozen=True):
    """A batch: `typed` once, `agreed` twice alike, or `differs`; then `places` are the papers."""

    number: int
    channel: str
    ballots: int
    state: Agreement
    first_by: UUID
    places: list[int]


async def mark_voters(
    ctx: RequestContext,
    consultation: ConsultationRef,
    poll: PollView,
    channel: Channel,
    numbers: Sequence[str],
) -> None:
    """Mark people on the roll who vote on paper or at a counter: all of them, or nobody.

    Raises `Invalid` naming each line (`voters.3`) that is named `twice` or `no-such-elector`, and
    only then whether somebody has voted: `AlreadyVoted`, which leaves an event. `NotAllowed` when
    the vote is not open, `Conflict("no-roll")` for a vote without a roll.
    """
    permit(await may_mark(ctx, consultation, poll))
    named = [number.strip() for number in numbers]
    query = select(Elector.number).where(
        Elector.consultation_id == consultation.id, Elector.number.in_(named)
    )
    known = set((await ctx.db.scalars(query)).all())
    errors = {
        f"voters.{place}": "twice" if number in named[:place] else "no-such-elector"
        for place, number in enumerate(named)
        if number not in known or number in named[:place]
    }
    if errors:
        raise Invalid(dict(errors))
    try:
        async with ctx.db.begin_nested():
            await _mark(ctx, poll, channel, named)
    except AlreadyVoted:
        await record(ctx, VoterLookedUp(poll_id=poll.id, **place_of(consultation)))
        raise


class AlreadyVoted(Invalid):
    """Somebody to be marked has already voted; named only when they are the only one to be marked.

    The event that counts the look stays (see `core.database.transaction`).
    """

    keeps_changes = True

    def __init__(self, named: int) -> None:
        alone = {"voters.0": "already-voted"}
        super().__init__(dict(alone) if named == 1 else {"voters": "somebody-has-voted"})


async def _mark(
    ctx: RequestContext, poll: PollView, channel: Channel, named: Sequence[str]
) -> None:
    values = {"poll": poll.id, "channel": channel}
    found = {await ctx.db.scalar(_MARK, {**values, "number": number}) for number in named}
    if "already-voted" in found:
        raise AlreadyVoted(len(named))
    for refusal in found - {None}:
        raise NotAllowed(refusal, opens=poll.opens_at, closes=poll.closes_at)


async def enter_batch(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView, draft: BatchDraft
) -> PaperBatch:
    """Type a batch a first time. Raises `Invalid` naming the paper (`ballots.2`), `NotAllowed`."""
    permit(may_run(ctx, consultation.authority_id))
    rows = _packed(poll, draft.ballots)
    await still_typed(ctx, consultation, poll)
    last = select(func.coalesce(func.max(PaperBatch.number), 0)).where(
        PaperBatch.poll_id == poll.id
    )
    batch = PaperBatch(
        poll_id=poll.id,
        number=(await ctx.db.scalars(last)).one() + 1,
        channel=draft.channel,
        first=rows,
        first_by=ctx.person.id,
    )
    ctx.db.add(batch)
    await record(ctx, PaperTyped(poll_id=poll.id, number=batch.number, **place_of(consultation)))
    return batch


async def enter_second_copy(
    ctx: RequestContext,
    consultation: ConsultationRef,
    poll: PollView,
    number: int,
    draft: BatchDraft,
) -> BatchView:
    """Type a batch a second time, as another agent: it counts once both typings are the same.

    Where they differ, the error names the numbers of the papers; either agent then enters them
    again. Raises `NotAllowed` as `may_countersign`, `NotFound`, `Conflict`: `already-decided`,
    `more-papers-than-marks`.
    """
    permit(may_run(ctx, consultation.authority_id))
    rows = _packed(poll, draft.ballots)
    await still_typed(ctx, consultation, poll)
    batch = existing(await ctx.db.get(PaperBatch, (poll.id, number), with_for_update=True))
    permit(await may_enter_second_copy(ctx, consultation, poll, _view(batch)))
    if ctx.person.id == batch.first_by:
        # The first agent corrects; the second typing stays to be compared with.
        batch.first = rows
    else:
        batch.second, batch.second_by = rows, ctx.person.id
    await record(ctx, PaperTyped(poll_id=poll.id, number=number, **place_of(consultation)))
    if batch.first == batch.second:
        await _agree(ctx, consultation, poll, batch)
    return _view(batch)


async def batches(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView
) -> list[BatchView]:
    """A poll's batches, those that do not count yet first, then the newest. For agents."""
    permit(may_run(ctx, consultation.authority_id))
    query = (
        select(PaperBatch)
        .where(PaperBatch.poll_id == poll.id)
        .order_by(PaperBatch.agreed_at.is_not(None), PaperBatch.number.desc())
        .limit(MOST_LISTED)
    )
    return [_view(one) for one in (await ctx.db.scalars(query)).all()]


async def batch_view(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView, number: int
) -> BatchView:
    """One batch of a poll. For agents. Raises `NotFound`."""
    permit(may_run(ctx, consultation.authority_id))
    if (found := await ctx.db.get(PaperBatch, (poll.id, number))) is None:
        raise NotFound
    return _view(found)


async def marks_of(ctx: RequestContext, poll_id: UUID) -> dict[str, int]:
    """Number of turnout marks on a poll's roll, by channel."""
    rows = await ctx.db.execute(_MARKS.where(TurnoutMark.poll_id == poll_id))
    return {row.channel: row.voters for row in rows}


async def _agree(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView, batch: PaperBatch
) -> None:
    """Both typings are the same: the batch counts, and a sealed vote's board shows its digest."""
    agreed = sum(len(one.ballots) for one in await agreed_papers(ctx, poll.id))
    marks = await marks_of(ctx, poll.id)
    if agreed + len(batch.first) > sum(marks.values()) - marks.get("online", 0):
        raise Conflict("more-papers-than-marks")
    batch.agreed_at = ctx.now
    await ctx.db.flush()
    if poll.secrecy == "sealed":
        paper = Paper(batch.number, batch.channel, sorted(batch.first))  # type: ignore[arg-type]
        body = {
            "number": batch.number,
            "channel": batch.channel,
            "ballots": len(batch.first),
            "digest": paper.digest,
        }
        await add_entry(ctx, poll.id, "paper", body)
    await record(ctx, PaperAgreed(poll_id=poll.id, number=batch.number, **place_of(consultation)))


async def may_mark(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView
) -> Refusal | None:
    """Agents, of a vote with a roll, while it is open."""
    if refusal := may_run(ctx, consultation.authority_id):
        return refusal
    if poll.eligibility not in ROLLED:
        return Conflict("no-roll")
    return _worded(poll, await ctx.db.scalar(_MARKING, {"poll": poll.id}))


async def may_enter_batch(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView
) -> Refusal | None:
    """Agents, while the vote is open, and after its close as long as papers are awaited."""
    if refusal := may_run(ctx, consultation.authority_id):
        return refusal
    return _worded(poll, await ctx.db.scalar(_TYPING, {"poll": poll.id}))


async def may_enter_second_copy(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView, batch: BatchView
) -> Refusal | None:
    """A countersigner; once the two typings differ, also the first typist, to correct theirs."""
    if refusal := await may_enter_batch(ctx, consultation, poll):
        return refusal
    if batch.state == "agreed":
        return Conflict("already-decided")
    if batch.state == "differs" and ctx.person.id == batch.first_by:
        return None
    return await may_countersign(ctx, consultation, batch.first_by)


async def still_typed(ctx: RequestContext, consultation: ConsultationRef, poll: PollView) -> None:
    """Papers are typed now, and the vote is held so until this transaction ends."""
    await lock_poll(ctx, poll.id)
    permit(await may_enter_batch(ctx, consultation, poll))


def _worded(poll: PollView, refusal: str | None) -> Refusal | None:
    if refusal is None:
        return None
    return NotAllowed(refusal, opens=poll.opens_at, closes=poll.closes_at)


def _packed(poll: PollView, ballots: Sequence[Choice]) -> list[str]:
    errors = {}
    rows = []
    for place, choice in enumerate(ballots):
        try:
            rows.append(packed(poll, choice, blank=is_blank(poll, choice)).hex())
        except Invalid as error:
            errors[f"ballots.{place}"] = next(iter(error.errors.values()))
    if errors:
        raise Invalid(dict(errors))
    return rows


def _view(batch: PaperBatch) -> BatchView:
    places = []
    if batch.second is not None and batch.agreed_at is None:
        longest = max(len(batch.first), len(batch.second))
        pairs = (
            (batch.first[place : place + 1], batch.second[place : place + 1])
            for place in range(longest)
        )
        places = [place for place, (one, other) in enumerate(pairs, start=1) if one != other]
    state: Agreement = "typed"
    if batch.agreed_at is not None:
        state = "agreed"
    elif batch.second is not None:
        state = "differs"
    return BatchView(batch.number, batch.channel, len(batch.first), state, batch.first_by, places)


_MARK = text("SELECT mark_paper_voter(:poll, :number, :channel)")
_MARKS = select(TurnoutMark.channel, func.count().label("voters")).group_by(TurnoutMark.channel)
_MARKING = text("SELECT vote_refusal(:poll)")
_TYPING = text("SELECT typing_refusal(:poll)")
