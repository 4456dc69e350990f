"""The network's home, the list of consultations, an authority's home, and the way in."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.plumbing.identity import language_of
from api.plumbing.transaction import Acting
from deliberation.authorities.queries import authority_cards, authority_page
from deliberation.insights.front import ConsultationLine, consultation_lines, latest_answers
from deliberation.kit.act import Act
from deliberation.kit.search import says_nothing
from deliberation.words import thread
from deliberation.words.catalogue import translate_count
from deliberation.words.network import who_consults
from deliberation.words.owed import answered
from web.render import render
from web.templating import page_address

# The words of the address -> those of the query.
STATES = {"ouvertes": "open", "a-venir": "coming", "terminees": "over"}
MOST = 6  # consultations of a kind on a home page


class Shown(msgspec.Struct, frozen=True):
    """A consultation ready to be printed as a card."""

    title: str
    href: str
    authority: str
    summary: str
    status: tuple[str, str]
    facts: list[str]
    fil: list[thread.State]


@get("/")
async def way_in(request: Request[Any, Any, Any]) -> Redirect:
    """The site's address without a language leads to the reader's."""
    return _to_language(request, "/")


@get(
    [
        "/consultations",
        "/c/{slug:str}",
        "/c/{slug:str}/voter",
        "/c/{slug:str}/voter/{number:int}",
        "/c/{slug:str}/voter/{number:int}/tableau",
        "/a/{slug:str}",
        "/identite",
        "/compte",
    ]
)
async def without_language(request: Request[Any, Any, Any]) -> Redirect:
    """Addresses as a poster prints them, without a language, lead to the reader's."""
    query = request.scope["query_string"].decode("latin-1")
    return _to_language(request, quote(request.scope["path"]) + (f"?{query}" if query else ""))


@get("/")
async def network_home(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """What is open now, what comes, what was decided, and who consults."""
    authorities = await authority_cards(act)
    return render(
        request,
        "home/network.html",
        authorities=authorities,
        who=who_consults(act.lang, [(one.kind, one.name) for one in authorities]),
        answers=await latest_answers(act, most=3),
        shown=_by_moment(act, await consultation_lines(act)),
    )


@get("/consultations")
async def consultations(
    request: Request[Any, Any, Any],
    act: Acting,
    etat: FromQuery[str] = "",
    q: FromQuery[str] = "",
    lieu: FromQuery[str] = "",
) -> Response[str]:
    """All consultations, by state, authority and words; an unknown value filters nothing."""
    authorities = await authority_cards(act)
    place = next((card.id for card in authorities if card.slug == lieu), None)
    lines = await consultation_lines(
        act, authority_id=place, state=STATES.get(etat, ""), words=q[:200].strip()
    )
    return render(
        request,
        "home/consultations.html",
        shown=shown(act, lines),
        authorities=authorities,
        etat=etat if etat in STATES else "",
        lieu=lieu if place else "",
        q=q[:200],
        unsearchable=says_nothing(q[:200]),
    )


@get("/a/{slug:str}")
async def authority_home(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """One authority: who it is, what it asks and what it answered."""
    page = await authority_page(act, slug)
    return render(
        request,
        "home/authority.html",
        authority=page.card,
        page=page,
        answers=await latest_answers(act, authority_id=page.card.id, most=3),
        shown=_by_moment(
            act, await consultation_lines(act, authority_id=page.card.id), named=False
        ),
    )


def shown(act: Act, lines: Sequence[ConsultationLine], *, named: bool = True) -> list[Shown]:
    """The cards of a list, in words; `named`: with the authority that asks."""
    return [_shown(act, line, named) for line in lines]


def _by_moment(
    act: Act, lines: Sequence[ConsultationLine], *, named: bool = True
) -> dict[str, list[Shown]]:
    return {
        moment: shown(act, [line for line in lines if line.moment == moment][:MOST], named=named)
        for moment in ("open", "coming", "over")
    }


def _shown(act: Act, line: ConsultationLine, named: bool) -> Shown:
    card, stands = line.card, line.standing
    facts = [thread.due_date(act.lang, card.phases, act.now)]
    if count := line.proposals:
        facts.append(
            translate_count(act.lang, "%(num)s proposition", "%(num)s propositions", count)
        )
    if count := line.ballots:
        facts.append(translate_count(act.lang, "%(num)s bulletin", "%(num)s bulletins", count))
    return Shown(
        title=card.title,
        href=page_address(act.lang, f"/c/{card.slug}"),
        authority=card.authority.name if named else "",
        summary=card.question,
        status=thread.badge(act.lang, card.phases, stands),
        facts=[fact for fact in (*facts, *answered(act.lang, stands)) if fact],
        fil=thread.states(card.phases, stands),
    )


def _to_language(request: Request[Any, Any, Any], path: str) -> Redirect:
    return Redirect(
        f"/{language_of(request)}{path}", status_code=302, headers={"vary": "accept-language"}
    )


HANDLERS = [network_home, consultations, authority_home]
DOORS = [way_in, without_language]
