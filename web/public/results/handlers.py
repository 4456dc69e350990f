"""Pages of results: one sentence, the chart, how it was counted, files to check."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from api.core.consultations import ThisPage
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.elections.ballot_box.texts import public_wait_text
from deliberation.elections.ballot_box.waiting import wait_reason
from deliberation.elections.electorate.countersigners import countersigners
from deliberation.elections.electorate.queries import electorate_of
from deliberation.elections.electorate.texts import CHANNEL_LABELS
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.polls.queries import PollView, poll_view, poll_views
from deliberation.elections.results.queries import ResultPage, result_page, table_of
from deliberation.elections.results.table_texts import dictionary
from deliberation.explanations import texts as explanation_texts
from deliberation.explanations.ballots import BALLOT_COUNTS
from deliberation.followup.answers.owed import standings
from deliberation.followup.answers.queries import answer_to
from deliberation.i18n import formats
from deliberation.i18n.catalogue import label
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.subjects.kinds import SubjectRef
from voting.evidence import GradesEvidence
from voting.explain import headline
from voting.outcome import BallotCounts
from voting.ties import places_of_tiers
from web.charts.explained import comparison_text, explained_result
from web.shell.render import render

LIST = "/c/{slug:str}/resultats"
FILES = "/api/v1/consultations/{slug}/polls/{number}"


class Awaited(msgspec.Struct, frozen=True):
    """A vote that has no question yet, with the fields of a `PollView`."""

    question: str
    state: Literal["coming"]
    opens_at: datetime
    closes_at: datetime
    secrecy: Literal["plain"] = "plain"


@get(LIST)
async def results(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """The result of a consultation's only poll, or all of them in a sentence each."""
    polls = await poll_views(ctx, page.ref)
    if not polls:
        return _before_its_question(request, page)
    if len(polls) == 1:
        return await _one(request, ctx, page, polls[0])
    headlines = [(poll, await _sentence(ctx, page, poll)) for poll in polls]
    return _page(request, page, "public/results/list.html", polls=headlines)


@get(LIST + "/{number:int}")
async def result(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """The result of one poll; before it is published, when it will be."""
    return await _one(request, ctx, page, await poll_view(ctx, page.ref, number))


async def _one(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, poll: PollView
) -> Response[str]:
    if poll.state != "counted":
        waiting = await wait_reason(ctx, page.ref, poll)
        why = public_wait_text(ctx.lang, waiting) if waiting else ""
        return _page(request, page, "public/results/waiting.html", poll=poll, why=why)
    found = await result_page(ctx, page.ref, poll.number)
    other = found.compared
    answer = await answer_to(ctx, page, SubjectRef("poll", poll.number))
    stands = None if answer else (await standings(ctx, [page.card]))[page.card.id]
    return _page(
        request,
        page,
        "public/results/one.html",
        poll=poll,
        result=found,
        explained=explained_result(ctx.lang, found.outcome, "resultat"),
        other=comparison_text(ctx.lang, found.outcome, other, poll.approved_from)
        if other
        else None,
        ballot_counts=_ballot_counts(ctx.lang, found.ballot_counts),
        partial=_partial(found),
        answer=answer,
        standing=stands,
        channels=_channels(ctx.lang, found),
        places=places_of_tiers(found.outcome.ranking),
        interventions=verification_texts.interventions(
            ctx.lang, found.interventions, (await electorate_of(ctx, page.card.id))[0]
        ),
        signers=await countersigners(ctx, page.card.id),
        faults=verification_texts.faults(ctx.lang, found.faults),
        files=(files := FILES.format(slug=page.card.slug, number=poll.number)),
        file=f"{files}/result",
        columns=dictionary(ctx.lang, table_of(found)[0]),
    )


async def _sentence(ctx: RequestContext, page: ConsultationPage, poll: PollView) -> str:
    """Headline of the result; empty before it is published."""
    if poll.state != "counted":
        return ""
    found = await result_page(ctx, page.ref, poll.number)
    return explanation_texts.explain_sentence(ctx.lang, headline(found.outcome))


def _before_its_question(request: AnyRequest, page: ConsultationPage) -> Response[str]:
    """A vote is announced, what it asks is not written yet: when its result is to be expected."""
    votes = [phase for phase in page.card.phases if phase.kind == "vote"]
    if not votes:
        raise NotFound
    vote = next((phase for phase in votes if phase.state != "done"), votes[-1])
    awaited = Awaited(page.card.question, "coming", vote.opens_at, vote.closes_at)
    return _page(request, page, "public/results/waiting.html", poll=awaited, why="")


def _ballot_counts(lang: str, ballot_counts: BallotCounts) -> list[str]:
    """Lines on ballots counted, blank and spoilt, without the zeros."""
    return [
        explanation_texts.box(lang, name, getattr(ballot_counts, name))
        for name in BALLOT_COUNTS
        if getattr(ballot_counts, name)
    ]


def _channels(lang: str, found: ResultPage) -> list[tuple[str, str]]:
    """Each way of voting and its ballots, when there are several."""
    return [
        (label(lang, CHANNEL_LABELS, name), formats.number(lang, found.counted[name]))
        for name in CHANNEL_LABELS
        if found.counted.get(name)
    ]


def _partial(found: ResultPage) -> str:
    """The rule for judgments left out, when some were."""
    outcome = found.outcome
    evidence = outcome.evidence
    missing = isinstance(evidence, GradesEvidence) and any(evidence.missing.values())
    left_out = outcome.ballot_counts.partial or missing
    return outcome.options.get("missing", "") if left_out else ""


def _page(
    request: AnyRequest, page: ConsultationPage, template: str, **values: Any
) -> Response[str]:
    return render(request, template, page=page, shared=True, **values)
