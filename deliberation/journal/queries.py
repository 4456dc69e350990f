"""Read the journal: the public activity of a consultation."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.cursor import from_cursor, to_cursor
from deliberation.core.database import fetch, prepared
from deliberation.journal.commands import Event

DAYS = 30  # of a page


class PublicEvent(msgspec.Struct, frozen=True):
    """Public events of one kind on one day: their number and the time of the last."""

    day: date
    kind: str
    count: int
    at: datetime


class Journal(msgspec.Struct, frozen=True):
    """Public events of a consultation; `next` is a cursor, empty at the end."""

    items: list[PublicEvent]
    next: str


async def public_events(
    ctx: RequestContext, consultation_id: UUID, public: Iterable[type[Event]], cursor: str = ""
) -> Journal:
    """The events of `public` kinds in a consultation since it was opened, newest day first: `DAYS`
    days on which there are any.

    Events of one kind are grouped by day of Paris, so that no line shows who did what when.
    """
    named = {name: event.__name__ for event in public for name in (event.__name__, *event.former)}
    (before,) = from_cursor(cursor, date) if cursor else (date.max,)
    values = {
        "consultation": consultation_id,
        "stored": list(named),
        "kinds": list(named.values()),
        "before": before,
        "days": DAYS + 1,
    }
    found = [PublicEvent(*row) for row in await fetch(ctx.db, _EVENTS, **values)]
    days = list(dict.fromkeys(event.day for event in found))
    return Journal(
        items=[event for event in found if event.day in days[:DAYS]],
        next=to_cursor(days[DAYS - 1]) if len(days) > DAYS else "",
    )


_EVENTS = prepared(
    """
    SELECT day, named.kind, sum(count) AS count, max(last_at) AS at
    FROM event_count
    JOIN unnest(CAST(:stored AS text[]), CAST(:kinds AS text[])) AS named(stored, kind)
        ON named.stored = event_count.kind
    WHERE consultation_id = :consultation AND day < :before AND day >= (
        SELECT min(day) FROM (
            SELECT DISTINCT day FROM event_count
            WHERE consultation_id = :consultation AND day < :before AND kind = ANY(:stored)
            ORDER BY day DESC LIMIT :days) AS newest)
    GROUP BY day, named.kind ORDER BY day DESC, max(last_at) DESC, named.kind
    """
)
