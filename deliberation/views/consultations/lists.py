"""Lists of consultations, a page at a time: what is open, what comes, what is over.

What a consultation asks, it asks in its phases up to the vote; one without any of them, in all it
has. It is open while one of these is, comes before the next of them, and is over after the last.
Each list follows an index of the phases' dates: it reads what it shows, however many there are.
"""

# ruff: noqa: S608 (fixed texts: what varies is bound)

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import DateTime, String, Uuid, bindparam, literal_column, select, text, true

from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import Moment, from_cursor, one_page
from deliberation.core.database import Prepared, fetch, prepared
from deliberation.process.consultations.model import Consultation
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationCard, card_of, cards_of
from deliberation.text.search_terms import says_nothing, search_terms

MOMENTS = ("open", "coming", "over")
PAGE_SIZE = 20
MAX_FOUND = 2000  # consultations that hold the words, of which the list shows pages
FEW = 200  # of them; more are met by date before long


class ConsultationSearch(msgspec.Struct, frozen=True, kw_only=True):
    """Filters and page of a list."""

    words: Annotated[str, msgspec.Meta(max_length=200)] = ""
    when: Literal["", "open", "coming", "over"] = ""
    cursor: str = ""
    size: Annotated[int, msgspec.Meta(ge=1, le=50)] = PAGE_SIZE


class ConsultationList(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list; `next` is the cursor of the following one, empty at the end."""

    items: list[ConsultationCard]
    next: str


async def consultation_list(
    ctx: RequestContext,
    search: ConsultationSearch,
    *,
    authorities: Sequence[UUID] | None = None,
) -> ConsultationList:
    """Public consultations, of some authorities or of all: those open now, the nearest close
    first; those to come, the nearest first; those over, the last first. One statement.
    """
    if says_nothing(search.words):
        return ConsultationList(items=[], next="")
    moments: tuple[str, ...] = (search.when,) if search.when else MOMENTS
    place: dict[str, Any] = {}
    if search.cursor:
        first, key, id_ = from_cursor(search.cursor, Literal[moments], Moment, UUID)
        moments = moments[moments.index(first) :]
        place = {"key": key, "id": id_}
    rows = await _rows(ctx, moments, search.size + 1, authorities, search.words, place)
    shown, onward = one_page(rows, search.size, "moment", "key", "id")
    return ConsultationList(items=[card_of(row, ctx.now) for row in shown], next=onward)


async def consultation_bands(
    ctx: RequestContext, size: int, *, authorities: Sequence[UUID] | None = None
) -> dict[str, list[ConsultationCard]]:
    """The first consultations of each moment: one statement."""
    rows = await _rows(ctx, MOMENTS, size, authorities, "", {})
    bands: dict[str, list[ConsultationCard]] = {moment: [] for moment in MOMENTS}
    for row in rows:
        bands[row["moment"]].append(card_of(row, ctx.now))
    return {moment: cards[:size] for moment, cards in bands.items()}


async def drafts(ctx: RequestContext, authority_id: UUID, most: int) -> list[ConsultationCard]:
    """The newest drafts of an authority, for those who may read them."""
    permit(may_run(ctx, authority_id))
    rows = await fetch(ctx.db, _DRAFTS, authority=authority_id, most=most)
    return [card_of(row, ctx.now) for row in rows]


async def _rows(
    ctx: RequestContext,
    moments: Sequence[str],
    size: int,
    authorities: Sequence[UUID] | None,
    words: str,
    place: dict[str, Any],
) -> list[Any]:
    terms = search_terms(words)
    shape = _Shape(tuple(moments), size, authorities is not None, terms != "", bool(place))
    values: dict[str, Any] = {"now": ctx.now, **place}
    if authorities is not None:
        values["authorities"] = list(authorities)
    if terms:
        values |= {"terms": terms, "most": MAX_FOUND}
    rows = await fetch(ctx.db, _listing(shape), **values)
    found: list[Any] = []
    for moment in moments:
        own = [row for row in rows if row["moment"] == moment]
        own.sort(key=lambda row: (row["key"], row["id"]), reverse=moment == "over")
        found += own
    return found


class _Shape(NamedTuple):
    """Options that change the SQL of a list, as a cache key; `onward`: after a cursor in the first
    moment.
    """

    moments: tuple[str, ...]
    size: int
    authorities: bool
    words: bool
    onward: bool


# Moment -> by which column of which phases its consultations are ordered; and in which order the
# first of a consultation's phases that ask something is its own.
_BRANCHES = {
    "open": (
        "closes_at",
        "state = 'open' AND opens_at <= :now AND closes_at > :now",
        "opens_at <= :now AND closes_at > :now DESC, closes_at, id",
    ),
    "coming": (
        "opens_at",
        "state = 'open' AND opens_at > :now",
        "closes_at > :now DESC, opens_at, id",
    ),
    "over": (
        "closes_at",
        "state NOT IN ('draft', 'withdrawn') AND closes_at <= :now",
        "closes_at DESC, id DESC",
    ),
}
# Where phases are looked for, and which. With words: those of the few consultations that hold them,
# or else by date until a page of such is full.
_FOUND = """found CROSS JOIN LATERAL (
    SELECT * FROM phase WHERE consultation_id = found.place OFFSET 0
) AS phase"""
_SOURCES = {
    False: [("phase", "asks")],
    True: [
        (_FOUND, f"asks AND (SELECT count(*) FROM found) <= {FEW}"),
        (
            "phase",
            f"asks AND (SELECT count(*) FROM found) > {FEW}"
            " AND coalesce(consultation_id IN (SELECT place FROM found), false)",
        ),
    ],
}


@lru_cache(maxsize=128)
def _listing(shape: _Shape) -> Prepared:
    """The first rows of each moment, with what a card shows."""
    sources = _SOURCES[shape.words]
    branches = [_select(shape, moment, *one) for moment in shape.moments for one in sources]
    found = """found AS MATERIALIZED (
        SELECT id AS place FROM consultation
        WHERE to_tsvector('french', searched(title || ' ' || question))
            @@ (SELECT to_tsquery('french', :terms)) LIMIT :most
    ), """
    placed = text(
        f"WITH {found if shape.words else ''}placed AS ({' UNION ALL '.join(branches)})"
        " SELECT * FROM placed"
    ).columns(place=Uuid, key=DateTime(timezone=True), moment=String)
    rows = placed.subquery("rows")
    # One by one: a plan for any number of authorities expects so many that it reads all cards.
    card = (
        cards_of()
        .where(Consultation.id == rows.c.place)
        .offset(literal_column("0"))
        .lateral("card")
    )
    return prepared(select(card, rows.c.key, rows.c.moment).select_from(rows).join(card, true()))


def _select(shape: _Shape, moment: str, source: str, among: str) -> str:
    column, condition, first = _BRANCHES[moment]
    # The planner takes a bare equality for true of one phase in two hundred, and reads too far.
    where = [
        f"""{among} AND {condition} AND coalesce(phase.id = (
            SELECT id FROM phase AS own
            WHERE own.consultation_id = phase.consultation_id AND asks ORDER BY {first} LIMIT 1
        ), false)"""
    ]
    onward, direction = (" < ", " DESC") if moment == "over" else (" > ", "")
    if shape.authorities:
        where.append("phase.authority_id = mine")
    if shape.onward and moment == shape.moments[0]:
        where.append(f"({column}, consultation_id){onward}(:key, :id)")
    end = f"ORDER BY key{direction}, place{direction} LIMIT {shape.size:d}"
    select = f"""
        SELECT consultation_id AS place, {column} AS key, '{moment}' AS moment
        FROM {source} JOIN consultation ON consultation.id = consultation_id
        WHERE {" AND ".join(where)} {end}
    """
    if shape.authorities:
        # Hidden from the planner, which would plan each time for the ones at hand.
        each = "unnest((SELECT CAST(:authorities AS uuid[]))) AS mine"
        select = f"SELECT one.* FROM {each} CROSS JOIN LATERAL ({select}) AS one {end}"
    return f"({select})"


_DRAFTS = prepared(
    cards_of()
    .where(
        Consultation.authority_id == bindparam("authority", type_=Uuid),
        Consultation.state == literal_column("'draft'", String),
    )
    .order_by(Consultation.created_at.desc(), Consultation.id)
    .limit(bindparam("most"))
)
