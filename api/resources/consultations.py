"""/api/v1/authorities and /api/v1/consultations."""

from typing import Annotated

import msgspec
from litestar.params import FromPath, FromQuery

from api.plumbing.routes import get
from api.plumbing.transaction import Acting
from deliberation.authorities.queries import (
    AuthorityCard,
    AuthorityPage,
    authority_cards,
    authority_page,
)
from deliberation.consultations.queries import (
    ConsultationCard,
    ConsultationPage,
    consultation_cards,
    consultation_page,
)

Words = Annotated[str, msgspec.Meta(max_length=200)]


@get("/authorities")
async def list_authorities(act: Acting) -> list[AuthorityCard]:
    """The authorities of the network."""
    return await authority_cards(act)


@get("/authorities/{slug:str}")
async def get_authority(act: Acting, slug: FromPath[str]) -> AuthorityPage:
    """One authority."""
    return await authority_page(act, slug)


@get("/consultations")
async def list_consultations(
    act: Acting, when: FromQuery[str] = "", words: FromQuery[Words] = ""
) -> list[ConsultationCard]:
    """The consultations you may see; `when` is open, coming or over."""
    return await consultation_cards(act, state=when, words=words)


@get("/consultations/{slug:str}")
async def get_consultation(act: Acting, slug: FromPath[str]) -> ConsultationPage:
    """One consultation and what is open in it now."""
    return await consultation_page(act, slug)


HANDLERS = [list_authorities, get_authority, list_consultations, get_consultation]
