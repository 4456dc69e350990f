"""The pages of a consultation: what is asked, its rules, what became of it, its journal."""

from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.params import FromPath

from api.plumbing.transaction import Acting
from deliberation.answers.owed import standings
from deliberation.answers.queries import answers_of
from deliberation.authorities.queries import authority_page
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.consultations.versions import changes
from deliberation.insights.front import consultation_front
from deliberation.journal.queries import public_events
from deliberation.kit.act import Act
from deliberation.polls.queries import poll_views
from deliberation.words.changes import Line, told
from deliberation.words.formats import PARIS
from deliberation.words.happenings import happening
from deliberation.words.labels import label
from deliberation.words.owed import owed
from deliberation.words.rules import consultation_rules, right
from deliberation.words.thread import period, thread
from web.render import render

ONE = "/c/{slug:str}"


@get(ONE)
async def consultation(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """What is asked, by whom, until when, what is promised, and where it stands."""
    front = await consultation_front(act, slug)
    return render(
        request,
        "consultations/one.html",
        authority=front.page.card.authority,
        page=front.page,
        front=front,
    )


@get(ONE + "/reglement")
async def rules(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[str]:
    """Who may take part, when, how votes are counted, what is moderated, what follows."""
    page = await consultation_page(act, slug)
    authority, phases = page.card.authority, page.card.phases
    kinds = [phase.kind for phase in phases]
    return render(
        request,
        "consultations/rules.html",
        authority=authority,
        page=page,
        host=await authority_page(act, authority.slug),
        chapters=consultation_rules(act.lang, authority.name, kinds, await poll_views(act, page)),
        phases=[
            (
                label(act.lang, "phase", one.kind),
                period(act.lang, one.opens_at, one.closes_at),
                right(act.lang, one.kind, kinds),
            )
            for one in phases
        ],
    )


@get(ONE + "/suites")
async def follow_up(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """What the authority answered, what it still owes, and what comes."""
    page = await consultation_page(act, slug)
    answers = await answers_of(act, page)
    stands = (await standings(act, [page.card]))[page.card.id]
    return render(
        request,
        "consultations/follow_up.html",
        authority=page.card.authority,
        page=page,
        answers=sorted(answers, key=lambda one: one.kind != "poll"),
        polls=[poll for poll in await poll_views(act, page) if poll.state == "counted"],
        standing=stands,
        owed=owed(act.lang, stands),
        thread=thread(act.lang, page.card.phases, stands),
    )


@get(ONE + "/versions")
async def versions(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """What was announced and has changed since: the old text, the new one, and why."""
    page = await consultation_page(act, slug)
    return render(
        request,
        "consultations/versions.html",
        authority=page.card.authority,
        page=page,
        changes=await _changes(act, page),
    )


@get(ONE + "/journal")
async def journal(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """The dated facts that anybody may check, nobody named."""
    page = await consultation_page(act, slug)
    events = await public_events(act, page.card.id)
    changed: dict[date, list[ToldChange]] = {}
    for change in await _changes(act, page):
        changed.setdefault(change.at.astimezone(PARIS).date(), []).append(change)
    return render(
        request,
        "consultations/journal.html",
        authority=page.card.authority,
        page=page,
        days=[
            (
                day,
                [happening(act.lang, event.kind, event.count) for event in found],
                changed.get(day, []),
            )
            for day, found in groupby(events, key=lambda event: event.day)
        ],
    )


class ToldChange(NamedTuple):
    """A change of what was announced, in words."""

    at: datetime
    reason: str
    lines: list[Line]


async def _changes(act: Act, page: ConsultationPage) -> list[ToldChange]:
    return [
        ToldChange(one.at, one.reason, told(act.lang, one.subject, one.differences))
        for one in await changes(act, page)
    ]


HANDLERS = [consultation, rules, follow_up, versions, journal]
