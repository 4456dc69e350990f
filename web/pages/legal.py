"""What the law asks a site to say, of each authority and of the network; help; a site map."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from api.plumbing import cookies
from api.plumbing.transaction import Acting
from deliberation.authorities.queries import authority_cards, authority_page, authority_pages
from deliberation.consultations.queries import consultation_cards
from deliberation.words.votes import SHORT, short
from web.render import render


def both(name: str) -> list[ControllerRouterHandler]:
    """A legal page twice: filled with an authority's data, and for the network as a whole."""

    @get(f"/a/{{slug:str}}/{name}")
    async def of_authority(
        request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
    ) -> Response[str]:
        page = await authority_page(act, slug)
        address = act.house.settings.origin
        return render(
            request,
            f"legal/{name}.html",
            authority=page.card,
            host=page,
            origin=address,
            secrecy=short(act.lang, SHORT),
        )

    @get(f"/{name}")
    async def of_network(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
        address = act.house.settings.origin
        pages = await authority_pages(act)
        return render(
            request,
            f"legal/{name}.html",
            host=None,
            pages=pages,
            origin=address,
            secrecy=short(act.lang, SHORT),
        )

    return [of_authority, of_network]


@get("/cookies")
async def cookie_page(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """The cookies, all strictly necessary, and why no consent is asked.

    Two of them exist only where an identity provider vouches for voters.
    """
    names = {name: cookies.full_name(act.house, name) for name in cookies.LASTS}
    vouched = bool(act.house.settings.oidc_issuer)
    return render(request, "legal/cookies.html", names=names, vouched=vouched)


@get("/plan")
async def site_map(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """Every public page, in a list."""
    return render(
        request,
        "legal/plan.html",
        authorities=await authority_cards(act),
        consultations=await consultation_cards(act),
    )


@get("/aide")
async def help_page(request: Request[Any, Any, Any], act: Acting) -> Response[str]:
    """Short answers to what people ask."""
    return render(
        request,
        "legal/aide.html",
        authorities=await authority_pages(act),
        secrecy=short(act.lang, SHORT),
        security_contact=act.house.settings.security_contact,
    )


HANDLERS: list[ControllerRouterHandler] = [
    *both("mentions-legales"),
    *both("donnees-personnelles"),
    *both("accessibilite"),
    cookie_page,
    site_map,
    help_page,
]
