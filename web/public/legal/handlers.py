"""Legal pages of each authority and of the network; help; site map."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from api.core import cookies
from api.core.requests import AnyRequest
from api.core.transaction import LATE, Ctx
from deliberation.elections.polls.texts import SHORT, short
from deliberation.network.authorities.queries import (
    SHOWN,
    AuthoritySearch,
    authority_page,
    authority_pages,
    first_authorities,
)
from deliberation.text.inputs import read_draft
from deliberation.views.consultations.lists import ConsultationSearch, consultation_list
from web.shell.render import render
from web.shell.templating import next_page


def both(name: str) -> list[ControllerRouterHandler]:
    """A legal page twice: filled with an authority's data, and for the network as a whole."""

    @get(f"/a/{{slug:str}}/{name}")
    async def of_authority(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
        page = await authority_page(ctx, slug)
        address = ctx.app.settings.origin
        return render(
            request,
            f"public/legal/{name}.html",
            shared=True,
            authority=page.card,
            host=page,
            origin=address,
            secrecy=short(ctx.lang, SHORT),
        )

    @get(f"/{name}")
    async def of_network(
        request: AnyRequest, ctx: Ctx, suite: FromQuery[str] = ""
    ) -> Response[str]:
        address = ctx.app.settings.origin
        pages, onward = await authority_pages(ctx, read_draft(AuthoritySearch, {"cursor": suite}))
        return render(
            request,
            f"public/legal/{name}.html",
            shared=True,
            host=None,
            pages=pages,
            more=next_page(ctx.lang, f"/{name}", onward),
            origin=address,
            secrecy=short(ctx.lang, SHORT),
        )

    return [of_authority, of_network]


@get("/cookies")
async def cookie_page(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """The cookies, all strictly necessary, and why no consent is asked.

    Two of them exist only where an identity provider identifies voters.
    """
    names = {name: cookies.full_name(ctx.app, name) for name in cookies.LASTS}
    vouched = bool(ctx.app.settings.oidc_issuer)
    return render(request, "public/legal/cookies.html", shared=True, names=names, vouched=vouched)


@get("/plan", opt={LATE: True})
async def site_map(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Every public page, in a list."""
    return render(
        request,
        "public/legal/plan.html",
        shared=True,
        authorities=(await first_authorities(ctx))[:SHOWN],
        consultations=(await consultation_list(ctx, ConsultationSearch())).items,
    )


@get("/aide")
async def help_page(request: AnyRequest, ctx: Ctx) -> Response[str]:
    """Short answers to what people ask."""
    pages, onward = await authority_pages(ctx, AuthoritySearch(size=SHOWN))
    return render(
        request,
        "public/legal/aide.html",
        shared=True,
        authorities=pages,
        more=onward != "",
        secrecy=short(ctx.lang, SHORT),
        security_contact=ctx.app.settings.security_contact,
    )


LEGAL = [*both("mentions-legales"), *both("donnees-personnelles"), *both("accessibilite")]
