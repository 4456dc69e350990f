"""/api/v1/authorities and /api/v1/consultations."""

from litestar.params import FromPath, FromQuery

from api.core.consultations import ThisPage
from api.core.routes import public_get
from api.core.transaction import Ctx
from deliberation.network.authorities.queries import (
    AuthorityList,
    AuthorityPage,
    AuthoritySearch,
    authority_list,
    authority_page,
)
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.text.inputs import read_draft
from deliberation.views.consultations.lists import (
    ConsultationList,
    ConsultationSearch,
    consultation_list,
)


@public_get("/authorities")
async def list_authorities(
    ctx: Ctx, words: FromQuery[str] = "", cursor: FromQuery[str] = "", size: FromQuery[int] = 50
) -> AuthorityList:
    """The authorities of the network by name, a page at a time; follow `next`."""
    wish = {"words": words, "cursor": cursor, "size": size}
    return await authority_list(ctx, read_draft(AuthoritySearch, wish))


@public_get("/authorities/{slug:str}")
async def get_authority(ctx: Ctx, slug: FromPath[str]) -> AuthorityPage:
    """One authority."""
    return await authority_page(ctx, slug)


@public_get("/consultations")
async def list_consultations(
    ctx: Ctx,
    when: FromQuery[str] = "",
    words: FromQuery[str] = "",
    authority: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    size: FromQuery[int] = 50,
) -> ConsultationList:
    """The public consultations, a page at a time; follow `next` with the same other parameters.

    `when` is open, coming or over; `authority`, a slug.
    """
    wish = {"when": when, "words": words, "cursor": cursor, "size": size}
    search = read_draft(ConsultationSearch, wish)
    of = [(await authority_page(ctx, authority)).card.id] if authority else None
    return await consultation_list(ctx, search, authorities=of)


@public_get("/consultations/{slug:str}")
async def get_consultation(ctx: Ctx, page: ThisPage) -> ConsultationPage:
    """One consultation and what is open in it now."""
    return page
