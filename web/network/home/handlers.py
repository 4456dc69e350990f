"""The network's home, the list of consultations, an authority's home, the entrance to sign-in."""

from contextlib import suppress
from string import ascii_lowercase
from urllib.parse import quote

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.core.identity import language_of
from api.core.requests import AnyRequest
from api.core.transaction import LATE, Ctx
from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.followup.answers.texts import answered
from deliberation.i18n.formats import translate_count
from deliberation.network.authorities.queries import (
    SHOWN,
    AuthorityCard,
    AuthoritySearch,
    authority_list,
    authority_page,
    first_authorities,
)
from deliberation.network.authorities.texts import who_consults
from deliberation.text.inputs import read_draft
from deliberation.text.search_terms import says_nothing
from deliberation.views.consultations.lists import (
    ConsultationSearch,
    consultation_bands,
    consultation_list,
)
from deliberation.views.overview.queries import ConsultationLine, consultation_lines, latest_answers
from deliberation.views.timeline.status import State, timeline
from deliberation.views.timeline.texts import badge, due_date
from web.shell.render import render
from web.shell.templating import next_page, page_address

# The words of the address -> those of the query.
STATES = {"ouvertes": "open", "a-venir": "coming", "terminees": "over"}
MAX_SHOWN_CONSULTATIONS = 6  # consultations of a kind on a home page


class HomeCard(msgspec.Struct, frozen=True):
    """A consultation ready to be printed as a card."""

    title: str
    href: str
    authority: str
    summary: str
    status: tuple[str, str]
    facts: tuple[str, ...]
    fil: tuple[State, ...]


@get("/")
async def way_in(request: AnyRequest) -> Redirect:
    """The site's address without a language leads to the reader's."""
    return _to_language(request, "/")


@get(
    [
        "/consultations",
        "/collectivites",
        "/c/{slug:str}",
        "/c/{slug:str}/voter",
        "/c/{slug:str}/voter/{number:int}",
        "/c/{slug:str}/voter/{number:int}/tableau",
        "/a/{slug:str}",
        "/identite",
        "/compte",
    ]
)
async def without_language(request: AnyRequest) -> Redirect:
    """Addresses as a poster prints them, without a language, lead to the reader's."""
    query = request.scope["query_string"].decode("latin-1")
    return _to_language(request, quote(request.scope["path"]) + (f"?{query}" if query else ""))


@get("/", opt={LATE: True})
async def network_home(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Home page: open and coming consultations, recent decisions, and the authorities."""
    authorities = await first_authorities(ctx)
    return render(
        request,
        "network/home/network.html",
        shared=True,
        authorities=authorities[:SHOWN],
        more=len(authorities) > SHOWN,
        who=who_consults(ctx.lang, [(one.kind, one.name) for one in authorities]),
        answers=await latest_answers(ctx, most=3),
        shown=await _by_moment(ctx),
    )


@get("/collectivites")
async def authorities(
    request: AnyRequest,
    ctx: Ctx,
    q: FromQuery[str] = "",
    lettre: FromQuery[str] = "",
    suite: FromQuery[str] = "",
) -> Response[str]:
    """The authorities of the network by name, from a letter on, or those with some words."""
    start = lettre.lower() if lettre.lower() in [*ascii_lowercase] else ""
    wish = {"words": q[:200].strip(), "start": start, "cursor": suite}
    found = await authority_list(ctx, read_draft(AuthoritySearch, wish))
    return render(
        request,
        "network/home/authorities.html",
        shared=True,
        found=found.items,
        letters=ascii_lowercase,
        q=q[:200],
        lettre=start,
        more=next_page(ctx.lang, "/collectivites", found.next, q=q, lettre=start),
    )


@get("/consultations", opt={LATE: True})
async def consultations(
    request: AnyRequest,
    ctx: Ctx,
    etat: FromQuery[str] = "",
    q: FromQuery[str] = "",
    lieu: FromQuery[str] = "",
    suite: FromQuery[str] = "",
) -> Response[str]:
    """All consultations, by state, authority and words; an unknown value filters nothing."""
    known = await first_authorities(ctx)
    place = next((one for one in known if one.slug == lieu), None)
    if lieu and place is None and len(known) > SHOWN:
        with suppress(NotFound):
            place = (await authority_page(ctx, lieu)).card
    wish = {"words": q[:200].strip(), "when": STATES.get(etat, ""), "cursor": suite}
    search = read_draft(ConsultationSearch, wish)
    found = await consultation_list(ctx, search, authorities=[place.id] if place else None)
    return render(
        request,
        "network/home/consultations.html",
        shared=True,
        shown=[_card(ctx, line) for line in await consultation_lines(ctx, found.items)],
        whole=not (suite or found.next),
        more=next_page(ctx.lang, "/consultations", found.next, q=q, etat=etat, lieu=lieu),
        authorities=known if len(known) <= SHOWN else [],
        place=place,
        etat=etat if etat in STATES else "",
        lieu=lieu if place else "",
        q=q[:200],
        unsearchable=says_nothing(q[:200]),
    )


@get("/a/{slug:str}", opt={LATE: True})
async def authority_home(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """One authority: who it is, what it asks and what it answered."""
    page = await authority_page(ctx, slug)
    return render(
        request,
        "network/home/authority.html",
        shared=True,
        authority=page.card,
        page=page,
        answers=await latest_answers(ctx, authority_id=page.card.id, most=3),
        shown=await _by_moment(ctx, page.card),
    )


async def _by_moment(
    ctx: RequestContext, authority: AuthorityCard | None = None
) -> dict[str, list[HomeCard]]:
    """The first consultations of each moment, of one authority or, with their names, of all."""
    of = [authority.id] if authority else None
    bands = await consultation_bands(ctx, MAX_SHOWN_CONSULTATIONS, authorities=of)
    lines = await consultation_lines(ctx, [card for cards in bands.values() for card in cards])
    return {
        moment: [_card(ctx, line, named=not authority) for line in lines if line.moment == moment]
        for moment in bands
    }


def _card(ctx: RequestContext, line: ConsultationLine, *, named: bool = True) -> HomeCard:
    """A consultation in words; `named`: with the authority that asks."""
    card, stands = line.card, line.standing
    facts = [due_date(ctx.lang, card.phases, ctx.now)]
    if count := line.proposals:
        facts.append(
            translate_count(ctx.lang, "%(num)s proposition", "%(num)s propositions", count)
        )
    if count := line.ballots:
        facts.append(translate_count(ctx.lang, "%(num)s bulletin", "%(num)s bulletins", count))
    return HomeCard(
        title=card.title,
        href=page_address(ctx.lang, f"/c/{card.slug}"),
        authority=card.authority.name if named else "",
        summary=card.question,
        status=badge(ctx.lang, card.phases, stands),
        facts=tuple(fact for fact in (*facts, *answered(ctx.lang, stands)) if fact),
        fil=tuple(step.state for step in timeline(card.phases, stands)),
    )


def _to_language(request: AnyRequest, path: str) -> Redirect:
    return Redirect(
        f"/{language_of(request)}{path}", status_code=302, headers={"vary": "accept-language"}
    )
