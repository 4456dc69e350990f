"""The network's home, the list of consultations, an authority's home, the entrance to sign-in."""

from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.core.identity import language_of
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.followup.answers.texts import answered
from deliberation.i18n.formats import translate_count
from deliberation.network.authorities.queries import authority_cards, authority_page
from deliberation.network.authorities.texts import who_consults
from deliberation.text.search_terms import says_nothing
from deliberation.views.overview.queries import ConsultationLine, consultation_lines, latest_answers
from deliberation.views.timeline.status import State, timeline
from deliberation.views.timeline.texts import badge, due_date
from web.shell.render import render
from web.shell.templating import page_address

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
    facts: list[str]
    fil: list[State]


@get("/")
async def way_in(request: AnyRequest) -> Redirect:
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
async def without_language(request: AnyRequest) -> Redirect:
    """Addresses as a poster prints them, without a language, lead to the reader's."""
    query = request.scope["query_string"].decode("latin-1")
    return _to_language(request, quote(request.scope["path"]) + (f"?{query}" if query else ""))


@get("/")
async def network_home(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Home page: open and coming consultations, recent decisions, and the authorities."""
    authorities = await authority_cards(ctx)
    return render(
        request,
        "network/home/network.html",
        authorities=authorities,
        who=who_consults(ctx.lang, [(one.kind, one.name) for one in authorities]),
        answers=await latest_answers(ctx, most=3),
        shown=_by_moment(ctx, await consultation_lines(ctx)),
    )


@get("/consultations")
async def consultations(
    request: AnyRequest,
    ctx: Ctx,
    etat: FromQuery[str] = "",
    q: FromQuery[str] = "",
    lieu: FromQuery[str] = "",
) -> Response[str]:
    """All consultations, by state, authority and words; an unknown value filters nothing."""
    authorities = await authority_cards(ctx)
    place = next((card.id for card in authorities if card.slug == lieu), None)
    lines = await consultation_lines(
        ctx, authority_id=place, state=STATES.get(etat, ""), words=q[:200].strip()
    )
    return render(
        request,
        "network/home/consultations.html",
        shown=shown(ctx, lines),
        authorities=authorities,
        etat=etat if etat in STATES else "",
        lieu=lieu if place else "",
        q=q[:200],
        unsearchable=says_nothing(q[:200]),
    )


@get("/a/{slug:str}")
async def authority_home(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """One authority: who it is, what it asks and what it answered."""
    page = await authority_page(ctx, slug)
    return render(
        request,
        "network/home/authority.html",
        authority=page.card,
        page=page,
        answers=await latest_answers(ctx, authority_id=page.card.id, most=3),
        shown=_by_moment(
            ctx, await consultation_lines(ctx, authority_id=page.card.id), named=False
        ),
    )


def shown(
    ctx: RequestContext, lines: Sequence[ConsultationLine], *, named: bool = True
) -> list[HomeCard]:
    """The cards of a list, in words; `named`: with the authority that asks."""
    return [_shown(ctx, line, named) for line in lines]


def _by_moment(
    ctx: RequestContext, lines: Sequence[ConsultationLine], *, named: bool = True
) -> dict[str, list[HomeCard]]:
    return {
        moment: shown(
            ctx,
            [line for line in lines if line.moment == moment][:MAX_SHOWN_CONSULTATIONS],
            named=named,
        )
        for moment in ("open", "coming", "over")
    }


def _shown(ctx: RequestContext, line: ConsultationLine, named: bool) -> HomeCard:
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
        facts=[fact for fact in (*facts, *answered(ctx.lang, stands)) if fact],
        fil=[step.state for step in timeline(card.phases, stands)],
    )


def _to_language(request: AnyRequest, path: str) -> Redirect:
    return Redirect(
        f"/{language_of(request)}{path}", status_code=302, headers={"vary": "accept-language"}
    )


HANDLERS = [network_home, consultations, authority_home]
WELL_KNOWN = [way_in, without_language]
