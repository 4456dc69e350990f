"""Queries of authorities."""

from uuid import UUID

import msgspec
from sqlalchemy import select

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.network.authorities.model import Authority


class AuthorityCard(msgspec.Struct, frozen=True):
    """An authority as every page and resource shows it."""

    id: UUID
    slug: str
    kind: str
    name: str
    tagline: str
    accent: str
    has_logo: bool


class AuthorityPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that an authority says of itself."""

    card: AuthorityCard
    contact_email: str
    phone: str
    address: str
    population: int | None
    director: str
    host: str
    dpo_email: str


CARD = (
    Authority.id,
    Authority.slug,
    Authority.kind,
    Authority.name,
    Authority.tagline,
    Authority.accent,
    (Authority.logo != "").label("has_logo"),
)


# Kind -> its place in a list of authorities.
LISTED = {"region": 0, "department": 1, "epci": 2, "commune": 3, "association": 4}


async def authority_cards(ctx: RequestContext) -> list[AuthorityCard]:
    """All authorities of the network, regions first, then by name."""
    rows = (await ctx.db.execute(select(*CARD).order_by(Authority.name))).all()
    return sorted((AuthorityCard(*row) for row in rows), key=lambda card: LISTED[card.kind])


async def authority_row(ctx: RequestContext, slug: str) -> Authority:
    """The row of a slug. Raises `NotFound`."""
    found = (await ctx.db.scalars(select(Authority).where(Authority.slug == slug))).one_or_none()
    if found is None:
        raise NotFound
    return found


async def authority_page(ctx: RequestContext, slug: str) -> AuthorityPage:
    """All about one authority. Raises `NotFound`."""
    return page_of(await authority_row(ctx, slug))


async def authority_pages(ctx: RequestContext) -> list[AuthorityPage]:
    """All about every authority, by name."""
    rows = (await ctx.db.scalars(select(Authority).order_by(Authority.name))).all()
    return [page_of(row) for row in rows]


def page_of(row: Authority) -> AuthorityPage:
    """The page of a row."""
    return AuthorityPage(
        card=card_of(row),
        **{name: getattr(row, name) for name in AuthorityPage.__struct_fields__ if name != "card"},
    )


def card_of(row: Authority) -> AuthorityCard:
    """The card of a row."""
    return AuthorityCard(
        id=row.id,
        slug=row.slug,
        kind=row.kind,
        name=row.name,
        tagline=row.tagline,
        accent=row.accent,
        has_logo=row.logo != "",
    )
