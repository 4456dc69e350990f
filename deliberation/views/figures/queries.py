"""Dashboards of officials: their consultations, and the questions about one of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import select

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import fetch, prepared
from deliberation.elections.counting.outcomes import is_ranking_alone
from deliberation.elections.electorate.queries import electorate_of
from deliberation.elections.polls.queries import PollView, poll_views
from deliberation.elections.results.model import Result
from deliberation.followup.answers.owed import (
    MOST_WAITING,
    WaitingAnswer,
    standings,
    waiting_for_answer,
)
from deliberation.followup.answers.queries import AnswerView, answers_of
from deliberation.network.authorities.model import Authority
from deliberation.process.consultations.queries import (
    ConsultationCard,
    ConsultationPage,
    ConsultationRef,
)
from deliberation.process.consultations.standing import Standing
from deliberation.views.consultations.lists import ConsultationSearch, consultation_list
from deliberation.views.figures.caveats import Base, Caveat, base_of, caveats
from deliberation.views.figures.figures import (
    ConsultationCounts,
    Figures,
    Participation,
    counts_of,
    figures_of,
)
from deliberation.views.figures.findings import (
    CLOSE,
    CLOSE_SHARE,
    Argued,
    OptionFinding,
    Ranked,
    dividing_options,
    most_supported,
    uniting_options,
)
from deliberation.views.figures.margins import lead
from deliberation.views.figures.permissions import may_read_insights
from voting.explain import headline
from voting.outcome import Outcome, Sentence
from voting.records.documents import from_document


class DashboardCard(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation among others."""

    card: ConsultationCard
    figures: Figures
    standing: Standing
    waiting: int  # answers owed, of `MOST_WAITING`


class DashboardPage(msgspec.Struct, frozen=True, kw_only=True):
    """An official's consultations, and all that waits for an answer: results, then by date."""

    consultations: list[DashboardCard]
    next: str  # cursor of the page of consultations that follows, empty at the end
    waiting: list[WaitingAnswer]


class Mark(msgspec.Struct, frozen=True):
    """Something that happened on a day: a phase opened or closed, a result, an answer."""

    at: datetime
    kind: str  # opens, closes, result, answer
    label: str  # the phase's kind, or a title


class PollFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A published result in short; `lead` in ballots, None when the method gives none.

    `channels`: voters by the way they voted (online, paper, counter). `ballots` is None, and
    `channels` are empty, where so few were counted that the ranking alone is published.
    """

    number: int
    question: str
    method: str
    ballots: int | None
    channels: dict[str, int]
    headline: Sentence
    lead: int | None
    fragile: bool


class InsightPage(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one consultation and their caveats."""

    card: ConsultationCard
    figures: Figures
    population: int | None  # inhabitants of the authority, where they are known
    base: Base
    participation: Participation
    marks: list[Mark]
    results: list[PollFinding]
    priorities: list[Ranked]
    uniting: list[Argued]
    dividing: list[Argued]
    uniting_options: list[OptionFinding]
    dividing_options: list[OptionFinding]
    waiting: list[WaitingAnswer]
    answers: list[AnswerView]  # the first page of them
    answer_count: int
    caveats: list[Caveat]


class _Counted(NamedTuple):
    outcome: Outcome
    counted_at: datetime
    ballots: int | None
    channels: dict[str, int]


async def dashboard(
    ctx: RequestContext, authority_ids: Sequence[UUID], cursor: str = ""
) -> DashboardPage:
    """A page of the consultations of some authorities, those open now first."""
    for authority_id in authority_ids:
        permit(may_read_insights(ctx, authority_id))
    search = ConsultationSearch(cursor=cursor)
    found = await consultation_list(ctx, search, authorities=authority_ids)
    cards = found.items
    counted = await figures_of(ctx, [card.id for card in cards])
    waiting = await waiting_for_answer(ctx, authority_ids)
    slugs = Counter(item.consultation for item in waiting)
    if len(waiting) == MOST_WAITING:  # others wait too: ask for each
        for card in cards:
            own = await waiting_for_answer(ctx, authority_ids, card.id)
            slugs[card.slug] = len(own)
    stand = await standings(ctx, cards)
    return DashboardPage(
        consultations=[
            DashboardCard(
                card=card,
                figures=counted[card.id],
                standing=stand[card.id],
                waiting=slugs[card.slug],
            )
            for card in cards
        ],
        next=found.next,
        waiting=waiting,
    )


async def consultation_insight(ctx: RequestContext, page: ConsultationPage) -> InsightPage:
    """The questions officials ask about one consultation, answered as far as the data allows."""
    permit(may_read_insights(ctx, page.card.authority.id))
    known = select(Authority.population).where(Authority.id == page.card.authority.id)
    population = await ctx.db.scalar(known)
    counts = await counts_of(ctx, page.ref)
    leading, uniting, dividing = await _argued(ctx, page.ref, counts)
    polls = await poll_views(ctx, page.ref)
    writing = any(phase.kind == "proposals" for phase in page.card.phases)
    electors, _ = await electorate_of(ctx, page.card.id)
    base = base_of(population, electors, polls, writing=writing)
    counted = await _outcomes(ctx, polls)
    answers = (await answers_of(ctx, page)).items
    given = (await standings(ctx, [page.card]))[page.card.id]
    published = [(poll, counted[poll.id]) for poll in polls if poll.id in counted]
    outcomes = [(poll.number, result.outcome) for poll, result in published]
    results = [_finding(poll, result) for poll, result in published]
    priorities = most_supported(leading)
    waiting = await waiting_for_answer(ctx, [page.card.authority.id], page.card.id)
    return InsightPage(
        card=page.card,
        figures=counts.figures,
        population=population,
        base=base,
        participation=counts.participation,
        marks=_marks(ctx, page.ref, answers, published),
        results=results,
        priorities=priorities,
        uniting=uniting,
        dividing=dividing,
        uniting_options=[one for result in outcomes for one in uniting_options(*result)],
        dividing_options=[one for result in outcomes for one in dividing_options(*result)],
        waiting=waiting,
        answers=answers,
        answer_count=given.to_votes + given.to_proposals,
        caveats=caveats(
            counts.figures,
            base,
            counts.participation,
            polls,
            writing=writing,
            fragile=any(r.fragile for r in results) or any(p.fragile for p in priorities),
        ),
    )


def _finding(poll: PollView, result: _Counted) -> PollFinding:
    ahead = lead(result.outcome)
    ballots = result.ballots
    return PollFinding(
        number=poll.number,
        question=poll.question,
        method=poll.method,
        ballots=ballots,
        channels=result.channels,
        headline=headline(result.outcome),
        lead=ahead,
        fragile=ahead is not None and (ahead < CLOSE or ahead < CLOSE_SHARE * (ballots or 0)),
    )


def _marks(
    ctx: RequestContext,
    consultation: ConsultationRef,
    answers: Sequence[AnswerView],
    results: Sequence[tuple[PollView, _Counted]],
) -> list[Mark]:
    """Past phase changes, results and answers, in order of time."""
    found = [
        *(Mark(phase.opens_at, "opens", phase.kind) for phase in consultation.phases),
        *(Mark(phase.closes_at, "closes", phase.kind) for phase in consultation.phases),
        *(Mark(result.counted_at, "result", poll.question) for poll, result in results),
        *(Mark(one.created_at, "answer", one.title) for one in answers),
    ]
    return sorted((mark for mark in found if mark.at <= ctx.now), key=lambda mark: mark.at)


async def _outcomes(ctx: RequestContext, polls: Sequence[PollView]) -> dict[UUID, _Counted]:
    """The published outcomes, how many ballots each has and by which channels, and since when."""
    columns = (Result.poll_id, Result.outcome, Result.counted_at, Result.ballots, Result.marks)
    query = select(*columns).where(Result.poll_id.in_([poll.id for poll in polls]))
    found = {}
    for row in await ctx.db.execute(query):
        outcome = from_document(row.outcome)
        known = (None, {}) if is_ranking_alone(outcome) else (row.ballots, row.marks)
        found[row.poll_id] = _Counted(outcome, row.counted_at, *known)
    return found


async def _argued(
    ctx: RequestContext, consultation: ConsultationRef, counts: ConsultationCounts
) -> list[list[Argued]]:
    """The proposals of each rule; one that was hidden or withdrawn since the count is left out."""
    lists = (counts.most_supported, counts.uniting, counts.dividing)
    numbers = list({one.number for found in lists for one in found})
    rows = await fetch(ctx.db, _TITLES, id=consultation.id, numbers=numbers) if numbers else []
    known = {row["number"]: row for row in rows}
    return [
        [
            Argued(
                **one._asdict(), **{name: known[one.number][name] for name in ("title", "answered")}
            )
            for one in found
            if one.number in known
        ]
        for found in lists
    ]


_TITLES = prepared(
    """
    SELECT number, title, answer <> '' AS answered
    FROM unnest(CAST(:numbers AS integer[])) AS wanted (place) CROSS JOIN LATERAL (
        SELECT number, title, answer, state FROM subject
        WHERE consultation_id = :id AND kind = 'proposal' AND number = wanted.place OFFSET 0
    ) AS one WHERE state = 'published'
    """
)
