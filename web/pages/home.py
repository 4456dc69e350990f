"""The network's home, the list of consultations, an authority's home, and the way in."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.plumbing.identity import language_of
from api.plumbing.transaction import Acting
from deliberation.authorities.queries import authority_cards, authority_page
from deliberation.consultations.queries import consultation_cards
from web.render import render


@get("/")
async def way_in(request: Request[Any, Any, Any]) -> Redirect:
    """The site's address without a language leads to the reader's."""
    return Redirect(
        f"/{language_of(request)}/", status_code=302, headers={"vary": "accept-language"}
    )


@get("/")
async def network_home(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """What is open now, and who consults."""
    return render(
        request,
        "home/network.html",
        authorities=await authority_cards(act),
        consultations=await consultation_cards(act),
    )


@get("/consultations")
async def consultations(
    request: Request[Any, Any, Any],
    act: Acting,
    etat: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> Response[str]:
    """All consultations, by state and words."""
    state = {"ouvertes": "open", "a-venir": "coming", "terminees": "over"}.get(etat, "")
    return render(
        request,
        "home/consultations.html",
        consultations=await consultation_cards(act, state=state, words=q[:200]),
        etat=etat,
        q=q[:200],
    )


@get("/a/{slug:str}")
async def authority_home(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """One authority: who it is and what it asks."""
    page = await authority_page(act, slug)
    return render(
        request,
        "home/authority.html",
        authority=page.card,
        page=page,
        consultations=await consultation_cards(act, authority_id=page.card.id),
    )


HANDLERS = [network_home, consultations, authority_home]
DOORS = [way_in]
