"""Reading results: hidden until they are published, for pages, programs and files alike."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.elections.bulletin_board.entries import first_entry
from deliberation.elections.counting.outcomes import is_ranking_alone
from deliberation.elections.findings.texts import marks_apart
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.elections.results.model import Minutes, Result
from deliberation.elections.results.table_cells import details
from deliberation.elections.results.table_texts import Column
from deliberation.elections.sealed_protocol.board import Fault, body_of
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.elections.verification.minutes import Counts, read_minutes
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.text.spreadsheets import harmless
from voting.outcome import BallotCounts, Outcome
from voting.records.documents import from_document
from voting.ties import places_of_tiers


class SealedResult(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a result that comes from the minutes of a sealed count.

    `small`: so few ballots that only the ranking is published. `signed_by`: the trustees' names.
    """

    counts: Counts
    unreadable: int
    interventions: dict[str, int]
    faults: list[Fault]
    small: bool
    signed_by: list[str]
    trustees: int


class ResultPage(msgspec.Struct, frozen=True, kw_only=True):
    """A published result.

    `outcome` is that of the method that decides, `compared` the whole outcome of the other one.
    `small`: so few ballots that the ranking alone is published; of a plain vote not even their
    number is. `recountable`: whether there is a file from which anybody counts again.
    `electors`: people marked on the roll (0 for an import, which has no roll); `channels`: the same
    by the way they voted; `counted`: ballots by the way they came. `faults`: what the roll and the
    ballots, or the minutes, say differently; `interventions`: how often the team acted on single
    voters. `ballot_counts`: where each ballot received went. `digest`:
    SHA-256 of the counted ballots, or of their sums.
    """

    poll: PollView
    outcome: Outcome
    compared: Outcome | None
    digest: str
    small: bool
    recountable: bool
    ballots: int | None
    electors: int | None
    channels: dict[str, int]
    counted: dict[str, int]
    faults: list[Fault]
    interventions: dict[str, int]
    counted_at: datetime
    ballot_counts: BallotCounts = msgspec.field(name="boxes")
    sealed: SealedResult | None


async def result_page(
    ctx: RequestContext, consultation: ConsultationRef, number: int
) -> ResultPage:
    """The result of a poll. Raises `NotFound`; `results-not-yet` until it is published."""
    poll = await _published(ctx, consultation, number)
    query = (
        select(Result, Minutes, func.octet_length(Result.recount) > 0)
        .outerjoin(Minutes, Minutes.poll_id == Result.poll_id)
        .where(Result.poll_id == poll.id)
    )
    row, minutes, recountable = (await ctx.db.execute(query)).one()
    outcome, channels = from_document(row.outcome), row.marks
    sealed = await _sealed(ctx, minutes) if minutes else None
    small = is_ranking_alone(outcome)
    unsaid = small and not sealed  # the minutes of a sealed vote are public, and count
    return ResultPage(
        poll=poll,
        outcome=outcome,
        compared=from_document(row.compared) if row.compared else None,
        digest=row.digest,
        small=small,
        recountable=recountable,
        ballots=None if unsaid else row.ballots,
        electors=None if unsaid else sum(channels.values()),
        channels={} if unsaid else channels,
        counted=sealed.counts.channels if sealed else {} if unsaid else row.channels or channels,
        interventions=sealed.interventions if sealed else row.interventions,
        faults=sealed.faults if sealed else _faults(row, unsaid=unsaid),
        counted_at=row.counted_at,
        ballot_counts=outcome.ballot_counts,
        sealed=sealed,
    )


async def faults_of(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView
) -> list[Fault]:
    """The published result of a poll; None before."""
    if poll.state != "counted":
        return []
    return (await result_page(ctx, consultation, poll.number)).faults


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


async def recount_bytes(ctx: RequestContext, consultation: ConsultationRef, number: int) -> bytes:
    """The public file of a result: sums, or distinct ballots with their counts where that was
    agreed before the vote; nobody and no time in it.

    `voting.records.recount` counts it again. Raises as `result_page`; `no-recount-file` where
    fewer than ten ballots were counted, or only whole ballots could be counted again.
    """
    poll = await _published(ctx, consultation, number)
    file = (await ctx.db.scalars(select(Result.recount).where(Result.poll_id == poll.id))).one()
    if not file:
        raise NotFound("no-recount-file")
    return file


async def result_table(
    ctx: RequestContext, consultation: ConsultationRef, number: int
) -> tuple[list[Column], list[list[str]]]:
    """The result as a table: its columns and its rows; no cell can be taken for a formula.

    Judgments are those given: with those without opinion and the blank ballots, each row adds up to
    the ballots. Where marks and ballots part, each row says by how many. Raises as `result_page`.
    """
    result = await result_page(ctx, consultation, number)
    columns, cells = table_of(result)
    places = [
        (place, name) for place, tier in places_of_tiers(result.outcome.ranking) for name in tier
    ]
    rows = [[str(place), name, *cells(name)] for place, name in places]
    return columns, [[harmless(cell) for cell in row] for row in rows]


def table_of(result: ResultPage) -> tuple[list[Column], Callable[[str], list[str]]]:
    """The columns of a result's table, and what an option has in those after its name."""
    outcome = result.outcome
    columns, cells = details(outcome)
    apart = _apart(result)
    beside = list(apart.values())
    every_column = [Column("place"), Column("option"), *columns, *map(Column, apart)]
    return every_column, lambda name: [*cells(name), *beside]


def _apart(result: ResultPage) -> dict[str, str]:
    """Columns of marks without ballots and ballots without marks, when there are some."""
    parts = [marks_apart(one.code, one.values) for one in result.faults]
    if not any(parts):
        return {}
    return {
        "marks_without_ballots": str(sum(max(0, more) for more in parts)),
        "ballots_without_marks": str(sum(max(0, -more) for more in parts)),
    }


def _faults(row: Result, *, unsaid: bool) -> list[Fault]:
    """Differences between the roll and the ballots of a plain vote; `unsaid`: without a number."""
    if unsaid and row.faults:
        return [Fault("marks-and-ballots")]
    return msgspec.convert(row.faults, list[Fault])


async def _sealed(ctx: RequestContext, row: Minutes) -> SealedResult:
    minutes = read_minutes(row.minutes)
    opening = await first_entry(ctx, row.poll_id)
    assert opening is not None
    trustees = body_of(opening, OpenBody).trustees
    return SealedResult(
        counts=minutes.counts,
        unreadable=len(minutes.unreadable),
        interventions=minutes.interventions,
        faults=minutes.faults,
        small=minutes.small,
        signed_by=[trustees[int(number) - 1].name for number in sorted(row.signatures)],
        trustees=len(trustees),
    )


async def _published(ctx: RequestContext, consultation: ConsultationRef, number: int) -> PollView:
    """The poll, once it is counted: the one place that opens results."""
    poll = await poll_view(ctx, consultation, number)
    if poll.state != "counted":
        raise NotFound("results-not-yet", opens=poll.closes_at)
    return poll
