"""/api/v1/authorities and /api/v1/consultations."""

from typing import Annotated

import msgspec
from litestar.params import FromPath, FromQuery

from api.core.consultations import ThisPage
from api.core.routes import get
from api.core.transaction import Ctx
from deliberation.network.authorities.queries import (
    AuthorityCard,
    AuthorityPage,
    authority_cards,
    authority_page,
)
from deliberation.process.consultations.queries import (
    ConsultationCard,
    ConsultationPage,
    consultation_cards,
)

Words = Annotated[str, msgspec.Meta(max_length=200)]


@get("/authorities")
async def list_authorities(ctx: Ctx) -> list[AuthorityCard]:
    """The authorities of the network."""
    return await authority_cards(ctx)


@get("/authorities/{slug:str}")
async def get_authority(ctx: Ctx, slug: FromPath[str]) -> AuthorityPage:
    """One authority."""
    return await authority_page(ctx, slug)


@get("/consultations")
async def list_consultations(
    ctx: Ctx, when: FromQuery[str] = "", words: FromQuery[Words] = ""
) -> list[ConsultationCard]:
    """The consultations you may see; `when` is open, coming or over."""
    return await consultation_cards(ctx, state=when, words=words)


@get("/consultations/{slug:str}")
async def get_consultation(ctx: Ctx, page: ThisPage) -> ConsultationPage:
    """One consultation and what is open in it now."""
    return page


HANDLERS = [list_authorities, get_authority, list_consultations, get_consultation]
