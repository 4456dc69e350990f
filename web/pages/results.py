"""The pages of results: one sentence, the picture, how it was counted, and everything to check."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from api.plumbing.transaction import Acting
from deliberation.answers.commands import Subject
from deliberation.answers.owed import standings
from deliberation.answers.queries import answer_to
from deliberation.ballot_box.countersigners import countersigners
from deliberation.ballot_box.urns import electors_of
from deliberation.ballot_box.waiting import why_not_yet
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.kit.act import Act
from deliberation.kit.errors import NotFound
from deliberation.polls.queries import PollView, poll_view, poll_views
from deliberation.results.queries import ResultPage, result_page, table_of
from deliberation.words import formats, narration, proof
from deliberation.words.labels import LABELS, label
from deliberation.words.result_table import dictionary
from deliberation.words.waiting import told_public
from voting.outcome import Boxes
from web.charts.told import beside, told
from web.render import render

LIST = "/c/{slug:str}/resultats"
FILES = "/api/v1/consultations/{slug}/polls/{number}"


class Awaited(msgspec.Struct, frozen=True):
    """What is told of a vote without a question yet, as a `PollView` tells it."""

    question: str
    state: Literal["coming"]
    opens_at: datetime
    closes_at: datetime
    profile: Literal["P0"] = "P0"


@get(LIST)
async def results(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """The result of a consultation's only poll, or all of them in a sentence each."""
    page = await consultation_page(act, slug)
    polls = await poll_views(act, page)
    if not polls:
        return _before_its_question(request, page)
    if len(polls) == 1:
        return await _one(request, act, page, polls[0])
    told_of = [(poll, await _sentence(act, page, poll)) for poll in polls]
    return _page(request, page, "results/list.html", polls=told_of)


@get(LIST + "/{number:int}")
async def result(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """The result of one poll; before it is published, when it will be."""
    page = await consultation_page(act, slug)
    return await _one(request, act, page, await poll_view(act, page, number))


async def _one(
    request: Request[Any, Any, Any], act: Act, page: ConsultationPage, poll: PollView
) -> Response[str]:
    if poll.state != "counted":
        waiting = await why_not_yet(act, page, poll)
        why = told_public(act.lang, waiting) if waiting else ""
        return _page(request, page, "results/waiting.html", poll=poll, why=why)
    found = await result_page(act, page, poll.number)
    other = found.compared
    answer = await answer_to(act, page, Subject("poll", poll.number))
    stands = None if answer else (await standings(act, [page.card]))[page.card.id]
    return _page(
        request,
        page,
        "results/one.html",
        poll=poll,
        result=found,
        told=told(act.lang, found.outcome, "resultat"),
        other=beside(act.lang, found.outcome, other, poll.approved_from) if other else None,
        boxes=_boxes(act.lang, found.boxes),
        partial=_partial(found),
        answer=answer,
        standing=stands,
        channels=_channels(act.lang, found),
        places=_places(found),
        interventions=proof.interventions(
            act.lang, found.interventions, await electors_of(act, page.card.id)
        ),
        signers=await countersigners(act, page.card.id),
        faults=proof.faults(act.lang, found.faults),
        files=(files := FILES.format(slug=page.card.slug, number=poll.number)),
        file=f"{files}/result",
        columns=dictionary(act.lang, table_of(found)[0]),
    )


async def _sentence(act: Act, page: ConsultationPage, poll: PollView) -> str:
    """Who came first; nothing before the result is published."""
    if poll.state != "counted":
        return ""
    found = await result_page(act, page, poll.number)
    return narration.tell(act.lang, found.outcome.narration[0])


def _before_its_question(request: Request[Any, Any, Any], page: ConsultationPage) -> Response[str]:
    """A vote is announced, what it asks is not written yet: when its result is to be expected."""
    vote = next((phase for phase in page.card.phases if phase.kind == "vote"), None)
    if vote is None:
        raise NotFound
    awaited = Awaited(page.card.question, "coming", vote.opens_at, vote.closes_at)
    return _page(request, page, "results/waiting.html", poll=awaited, why="")


def _boxes(lang: str, boxes: Boxes) -> list[str]:
    """What became of the ballots: a line for each box that holds some."""
    return [
        narration.box(lang, name, getattr(boxes, name))
        for name in narration.BOXES
        if getattr(boxes, name)
    ]


def _channels(lang: str, found: ResultPage) -> list[tuple[str, str]]:
    """Each way of voting and its ballots, when there are several."""
    return [
        (label(lang, "channel", name), formats.number(lang, found.counted[name]))
        for name in LABELS["channel"]
        if found.counted.get(name)
    ]


def _places(found: ResultPage) -> list[tuple[int, tuple[str, ...]]]:
    """The ranking, each place with its options."""
    places, place = [], 1
    for tier in found.outcome.ranking:
        places.append((place, tier))
        place += len(tier)
    return places


def _partial(found: ResultPage) -> str:
    """The rule for judgments left out, when some were."""
    outcome = found.outcome
    left_out = any(outcome.evidence.get("missing", {}).values())
    return outcome.options["missing"] if left_out else ""


def _page(
    request: Request[Any, Any, Any], page: ConsultationPage, template: str, **values: Any
) -> Response[str]:
    return render(request, template, authority=page.card.authority, page=page, **values)


HANDLERS = [results, result]
