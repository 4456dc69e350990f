"""Queries of authorities."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from deliberation.core.context import RequestContext
from deliberation.core.cursor import Text, from_cursor, one_page
from deliberation.core.database import fetch, fetch_one, prepared
from deliberation.core.errors import existing
from deliberation.network.authorities.model import KINDS, Authority
from deliberation.text.search_terms import says_nothing, search_terms


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


PAGE_SIZE = 50
SHOWN = 12  # authorities of a home page; where there are more, they are searched for
LISTED = (*reversed(KINDS[:4]), *KINDS[4:])  # on a home page: regions first, associations last
_START = UUID(int=0)  # before every id


class AuthoritySearch(msgspec.Struct, frozen=True, kw_only=True):
    """Filters and page of a list; `start`: from this letter on."""

    words: Annotated[str, msgspec.Meta(max_length=200)] = ""
    start: Annotated[str, msgspec.Meta(max_length=1)] = ""
    cursor: str = ""
    size: Annotated[int, msgspec.Meta(ge=1, le=50)] = PAGE_SIZE


class AuthorityList(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list; `next` is the cursor of the following one, empty at the end."""

    items: list[AuthorityCard]
    next: str


async def authority_list(ctx: RequestContext, search: AuthoritySearch) -> AuthorityList:
    """The authorities of the network by name, without accents: one statement."""
    pages, onward = await authority_pages(ctx, search)
    return AuthorityList(items=[page.card for page in pages], next=onward)


async def authority_pages(
    ctx: RequestContext, search: AuthoritySearch
) -> tuple[list[AuthorityPage], str]:
    """The same with all that each says of itself, and the cursor of the next page."""
    if says_nothing(search.words):
        return [], ""
    key, id_ = from_cursor(search.cursor, Text, UUID) if search.cursor else (search.start, _START)
    values: dict[str, Any] = {"key": key, "id": id_, "size": search.size + 1}
    statement = _LIST
    if terms := search_terms(search.words):
        statement, values["terms"] = _FOUND, terms
    rows = await fetch(ctx.db, statement, **values)
    shown, onward = one_page(rows, search.size, "key", "id")
    return [_page(row) for row in shown], onward


async def first_authorities(ctx: RequestContext) -> list[AuthorityCard]:
    """The first authorities of each kind, regions first, then by name: at most one more of a kind
    than a home page shows.
    """
    return [_card(row) for row in await fetch(ctx.db, _FIRST, kinds=LISTED, most=SHOWN + 1)]


async def authority_row(ctx: RequestContext, slug: str) -> Authority:
    """The row of a slug. Raises `NotFound`."""
    return existing(
        (await ctx.db.scalars(select(Authority).where(Authority.slug == slug))).one_or_none()
    )


async def authority_page(ctx: RequestContext, slug: str) -> AuthorityPage:
    """All about one authority. Raises `NotFound`."""
    return _page(await fetch_one(ctx.db, _ONE, slug=slug))


def card_of(row: Authority) -> AuthorityCard:
    """The card of a row."""
    names = AuthorityCard.__struct_fields__[:-1]
    return AuthorityCard(**{name: getattr(row, name) for name in names}, has_logo=row.logo != "")


def _card(row: Any) -> AuthorityCard:
    return AuthorityCard(*(row[column.key] for column in CARD))


def _page(row: Any) -> AuthorityPage:
    return AuthorityPage(card=_card(row), **{name: row[name] for name in _SAID})


_SAID = [name for name in AuthorityPage.__struct_fields__ if name != "card"]
_READ = ", ".join(["id, slug, kind, name, tagline, accent, logo <> '' AS has_logo", *_SAID])
_ONE = prepared(f"SELECT {_READ} FROM authority WHERE slug = :slug")  # noqa: S608
_LISTING = f"""
    SELECT {_READ}, fold(name) AS key FROM authority
    WHERE (fold(name), id) > (:key, :id) {{words}} ORDER BY fold(name), id LIMIT :size
"""  # noqa: S608 - fixed text
_LIST = prepared(_LISTING.format(words=""))
# Names are no French prose: "Les Moutiers" loses nothing, "Eu" is a town.
_FOUND = prepared(
    _LISTING.format(
        words="AND to_tsvector('simple', searched(name)) @@ (SELECT to_tsquery('simple', :terms))"
    )
)
_FIRST = prepared(
    f"""
    SELECT authority.*
    FROM unnest(CAST(:kinds AS text[])) WITH ORDINALITY AS listed(kind, place)
    CROSS JOIN LATERAL (
        SELECT {_READ}, fold(name) AS key FROM authority WHERE authority.kind = listed.kind
        ORDER BY fold(name), id LIMIT :most
    ) AS authority ORDER BY place, key, id
    """  # noqa: S608 - fixed text
)
