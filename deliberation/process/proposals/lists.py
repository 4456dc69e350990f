"""Lists of proposals: search, filters, three orders and cursors. None reads what it does not show.

Without filters a list follows a draw or an index, and its total is kept. With some, `MOST` matches
at most are counted, and so many can be put in any order. Of more matches, the newest and the most
supported still follow an index; a random order takes `MOST` neighbours from a drawn number on.
Words are looked up in one block of numbers after the other, from the newest or a drawn number on
towards the older ones, and the first `MOST` found are put in order.
"""

# ruff: noqa: S608 (fixed texts: what varies is bound)

from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.cursor import Large, Moment, Number, from_cursor, to_cursor
from deliberation.core.database import Prepared, fetch, prepared
from deliberation.process.comments.queries import COUNT_BY_STANCE
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.proposals.draw import drawn
from deliberation.process.proposals.structs import (
    OwnProposal,
    ProposalCard,
    ProposalList,
    ProposalSearch,
)
from deliberation.process.subjects.model import BLOCK, WORDS
from deliberation.text.markdown import excerpt
from deliberation.text.search_terms import says_nothing, search_terms

EXCERPT = 220
MOST = 1000  # matches of a filter that are counted
SPARE = 5  # numbers drawn beyond a page, for those that are not public
MOST_DRAWN = 4096  # numbers looked up at once where few are public

# Order -> the key of its cursor, before the number; both descend.
_KEYS: dict[str, Any] = {"random": Large, "supported": Number, "newest": Moment}


class _Shape(NamedTuple):
    """What changes the SQL of a list, as a cache key; values are bound parameters."""

    signed: bool
    mine: bool
    words: bool
    theme: bool
    answered: str
    sort: str
    onward: bool  # what follows a cursor
    size: int


async def proposal_list(
    ctx: RequestContext,
    consultation: ConsultationRef,
    search: ProposalSearch,
    *,
    mine: bool = False,
) -> ProposalList:
    """The published proposals of a consultation that match, a page at a time: one statement.

    A draw takes more where few of its numbers are public. `mine`: and the viewer's own.
    """
    terms = search_terms(search.words) if search.words else ""
    signed = ctx.viewer is not None
    mine = mine and signed
    if says_nothing(search.words):
        return ProposalList(total=0, at_least=False, items=[], next="", search=search)
    values = {
        "consultation": consultation.id,
        "voter": ctx.viewer.voter_id if ctx.viewer else None,
        "viewer": ctx.viewer.id if ctx.viewer else None,
        "terms": terms,
        "theme": search.theme,
        "seed": search.seed,
    }
    if search.sort == "random" and not (terms or search.theme or search.answered):
        return await _draw(ctx, search, consultation.last_number, _AMONG[signed, mine], values)
    filters = bool(terms), bool(search.theme), search.answered
    shape = _Shape(signed, mine, *filters, search.sort, search.cursor != "", search.size)
    count = consultation.last_number
    if search.cursor:
        count, *keys = from_cursor(search.cursor, Number, _KEYS[search.sort], Number)
        values |= dict(zip(("key", "number"), keys, strict=True))
    count = max(0, min(count, consultation.last_number))
    first = drawn(search.seed, count, 0, 1) if search.sort == "random" else []
    values |= {"start": next(iter(first), count), "blocks": count // BLOCK + 1}
    rows = await fetch(ctx.db, _listing(shape), **values)
    found = [row for row in rows if row["number"] is not None]
    last = found[search.size - 1] if len(found) > search.size else None
    after = to_cursor(count, last["key"], last["number"]) if last else ""
    return _page(search, rows[0], found, after)


async def _draw(
    ctx: RequestContext,
    search: ProposalSearch,
    last_number: int,
    statement: Prepared,
    values: dict[str, Any],
) -> ProposalList:
    """A page of the draw of a seed, among the numbers given when its first page was shown.

    What is published meanwhile is in the next draw. Its cursor is that count, and a place.
    """
    count, place = last_number, 0
    if search.cursor:
        count, place = from_cursor(search.cursor, Number, Number)
        count, place = min(count, last_number), max(place, 0)
    values |= {"most": search.size + 1}
    rows: list[Any] = []
    found: list[Any] = []
    tried = search.size + SPARE
    while not rows or (len(found) <= search.size and place < count):
        numbers = drawn(search.seed, count, place, tried)
        rows = await fetch(ctx.db, statement, numbers=numbers, first=place, **values)
        found += [row for row in rows if row["number"] is not None]
        place += len(numbers)
        tried = min(2 * tried, MOST_DRAWN)
    more = len(found) > search.size
    after = to_cursor(count, -found[search.size - 1]["key"]) if more else ""
    return _page(search, rows[0], found, after)


def _page(search: ProposalSearch, first: Any, found: list[Any], after: str) -> ProposalList:
    filtered = search.words.strip() or search.theme or search.answered
    at_least = bool(filtered) and first["total"] > MOST
    return ProposalList(
        total=MOST if at_least else first["total"],
        at_least=at_least,
        mine=_own(first["mine"]) if first["mine"] else [],
        items=[_card(row[3:]) for row in found[: search.size]],
        next=after,
        search=search,
    )


@lru_cache(maxsize=4096)
def _card(row: tuple[Any, ...]) -> ProposalCard:
    """A card, made once while it does not change: everybody's lists hold the same ones."""
    values = dict(zip(ProposalCard.__struct_fields__, row, strict=True))
    return ProposalCard(**values | {"excerpt": excerpt(values["excerpt"], EXCERPT)})


_own = msgspec.json.Decoder(list[OwnProposal]).decode


# Kinds and states are in the SQL, so that the plan that PostgreSQL keeps for all values knows which
# index serves it.
_PUBLIC = "consultation_id = :consultation AND kind = 'proposal' AND state = 'published'"
_KEPT_TOTAL = (
    "SELECT coalesce((SELECT count FROM published_count"
    " WHERE consultation_id = :consultation AND kind = 'proposal'), 0) AS total"
)


@lru_cache(maxsize=256)
def _listing(shape: _Shape) -> Prepared:
    """A page of a list, with one more than is shown, and the total."""
    theme = " AND theme = :theme" if shape.theme else ""
    answer = f" AND (answer <> '') = {shape.answered == 'yes'}" if shape.answered else ""
    filters = theme + answer
    after = "(key, number) < (:key, :number)" if shape.onward else "true"
    onward = f"WHERE {after} ORDER BY key DESC, number DESC LIMIT {shape.size + 1:d}"
    ctes, total = "", _KEPT_TOTAL
    source = f"SELECT id, number, published_at AS key FROM subject WHERE {_PUBLIC}{filters}"
    supported = f"{_BY_SUPPORT}{filters}"
    if shape.sort == "supported":
        source = supported
    if shape.words or (filters and shape.sort != "newest"):
        ctes = (_FOUND if shape.words else _NEIGHBOURS).replace("{filters}", filters)
        ctes = ctes.replace("{sought}", (_THEME if theme else "") + _ANSWERED[shape.answered])
        total = "SELECT count(*) AS total FROM matching"
        source = f"SELECT id, number, {_SORTED[shape.sort]} AS key FROM matching"
        source += _BY_ID if shape.sort == "supported" else ""
        if shape.sort == "supported" and not shape.words:
            source = f"""
                {source} WHERE (SELECT count(*) FROM matching) <= {MOST} UNION ALL (
                    SELECT * FROM ({supported}) AS supported
                    {onward.replace("WHERE", f"WHERE (SELECT count(*) FROM matching) > {MOST} AND")}
                )"""
    elif filters:
        total = f"SELECT count(*) AS total FROM (SELECT FROM subject WHERE {_PUBLIC}{filters}"
        total = f"{total} LIMIT {MOST + 1}) AS matching"
    page = f"""page AS (SELECT * FROM ({source}) AS found {onward}), cards AS (
        SELECT page.key, card.* FROM page
        CROSS JOIN LATERAL ({_card_where("subject.id = page.id", shape.signed)}) AS card
    )"""
    return _page_of(ctes + page, total, shape.mine)


def _page_of(ctes: str, total: str, mine: bool) -> Prepared:
    """The CTE `cards` with the total and the viewer's own; without any, a row without number."""
    fields = ", ".join(ProposalCard.__struct_fields__)
    return prepared(
        f"""
        WITH {ctes}, counted AS (SELECT ({total}) AS total, ({_MINE if mine else "NULL"}) AS mine)
        SELECT key, total, mine, {fields} FROM counted LEFT JOIN cards ON true
        ORDER BY key DESC, number DESC
        """
    )


def _card_where(condition: str, signed: bool) -> str:
    """The card of one proposal; OFFSET 0 keeps its plan from reading others."""
    return f"""
        SELECT number, title, body AS excerpt, theme, place, published_at, comment_count,
               answer, state, support_count, said.*,
               (SELECT name FROM person WHERE person.id = author_id) AS author,
               {_SUPPORTED if signed else "false"} AS supported
        FROM subject JOIN proposal USING (id) JOIN LATERAL ({COUNT_BY_STANCE}) AS said ON true
        WHERE {condition} OFFSET 0
    """


_SUPPORTED = (
    "EXISTS (SELECT FROM support"
    " WHERE proposal_id = subject.id AND voter_id = CAST(:voter AS uuid))"
)
# The viewer's own, drafts first, as JSON.
_MINE = """
    SELECT CAST(json_agg(own) AS text) FROM (
        SELECT number, title, state FROM subject
        WHERE consultation_id = :consultation AND kind = 'proposal' AND author_id = :viewer
        ORDER BY state = 'published', number DESC
    ) AS own
"""
# Each by its number, whose index alone fits while a column of no index is asked for (always true):
# the planner may read others for the whole consultation.
_OF_NUMBER = """
    consultation_id = :consultation AND kind = 'proposal' AND number = drawn.place
    AND comment_count >= 0
"""
# Whether the viewer is known, and their own asked for -> the published ones among the numbers of a
# draw.
_AMONG = {
    (signed, mine): _page_of(
        f"""cards AS (
            SELECT card.*, -(CAST(:first AS integer) + at) AS key
            FROM unnest(CAST(:numbers AS integer[])) WITH ORDINALITY AS drawn (place, at)
            CROSS JOIN LATERAL ({_card_where(_OF_NUMBER, signed)}) AS card
            WHERE card.state = 'published' ORDER BY at LIMIT CAST(:most AS integer)
        )""",
        _KEPT_TOTAL,
        mine,
    )
    for signed, mine in ((False, False), (True, False), (True, True))
}
_BY_SUPPORT = (
    "SELECT id, as_number AS number, support_count AS key FROM proposal JOIN subject USING (id)"
    " WHERE in_consultation = :consultation AND state = 'published'"
)
# Of each match by its index: the planner expects more of them than there are.
_BY_ID = """ CROSS JOIN LATERAL (
    SELECT support_count FROM proposal WHERE proposal.id = matching.id OFFSET 0
) AS supports"""
# Order -> its key of a row of `matching` and its supports.
_SORTED = {
    "random": "hashint8extended(number, CAST(:seed AS bigint))",
    "supported": "support_count",
    "newest": "published_at",
}
# Matches from the drawn number on towards the older ones, then from the newest: with as many on
# either side, none is left out more often than another.
_NEIGHBOURS = f"""
    begun AS (
        SELECT published_at AS at, number FROM subject
        WHERE {_PUBLIC} AND number >= :start ORDER BY number LIMIT 1
    ), place AS (
        SELECT coalesce((SELECT at FROM begun), 'infinity') AS at,
               coalesce((SELECT number FROM begun), 0) AS number
    ), matching AS (
        SELECT * FROM ((
            SELECT id, number, published_at FROM subject
            WHERE {_PUBLIC}{{filters}} AND (published_at, number)
                <= ((SELECT at FROM place), (SELECT number FROM place))
            ORDER BY published_at DESC, number DESC LIMIT {MOST + 1}
        ) UNION ALL (
            SELECT id, number, published_at FROM subject
            WHERE {_PUBLIC}{{filters}} AND (published_at, number)
                > ((SELECT at FROM place), (SELECT number FROM place))
            ORDER BY published_at DESC, number DESC LIMIT {MOST + 1}
        )) AS neighbours LIMIT {MOST + 1}
    ), """
# The words of a theme are in the index too, and whether there is an answer.
_THEME = " && plainto_tsquery('french', searched(:theme))"
_ANSWERED = {"": "", "yes": " && $$'=true'$$", "no": " && $$'=false'$$"}
# `IS NOT DISTINCT FROM` keeps other indexes out of the plan.
_FOUND = f"""
    sought AS (SELECT to_tsquery('french', :terms){{sought}} AS terms), matching AS (
        SELECT one.* FROM generate_series(1, CAST(:blocks AS integer)) AS turn
        CROSS JOIN LATERAL (
            SELECT id, number, published_at FROM subject
            WHERE kind = 'proposal' AND state = 'published'
              AND consultation_id IS NOT DISTINCT FROM :consultation{{filters}}
              AND {WORDS} @@ (SELECT terms_in(block_name(:consultation,
                  (:start / {BLOCK} + 1 + :blocks - turn) % :blocks), terms) FROM sought)
            ORDER BY number > :start, number DESC
        ) AS one LIMIT {MOST + 1}
    ), """
