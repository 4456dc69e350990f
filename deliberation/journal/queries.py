"""Read the journal: the public activity of a consultation."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.journal.commands import events

MAX_PAGE_LINES = 500  # lines of a page


class PublicEvent(msgspec.Struct, frozen=True):
    """Public events of one kind on one day: their number and the time of the last."""

    day: date
    kind: str
    count: int
    at: datetime


async def public_events(ctx: RequestContext, consultation_id: UUID) -> list[PublicEvent]:
    """The public kinds of a consultation's events since it was opened, newest day first.

    Events of one kind are grouped by day of Paris, so that no line shows who did what when.
    """
    named = {
        name: event.__name__
        for event in events()
        if event.public
        for name in (event.__name__, *event.former)
    }
    values = {
        "consultation": consultation_id,
        "stored": list(named),
        "kinds": list(named.values()),
        "most": MAX_PAGE_LINES,
    }
    return [PublicEvent(*row) for row in (await ctx.db.execute(_EVENTS, values)).all()]


_EVENTS = text(
    """
    SELECT (at AT TIME ZONE 'Europe/Paris')::date AS day, named.kind, count(*) AS count,
           max(at) AS at
    FROM event
    JOIN unnest(CAST(:stored AS text[]), CAST(:kinds AS text[])) AS named(stored, kind)
        ON named.stored = event.kind
    WHERE consultation_id = :consultation
      AND id >= (SELECT min(id) FROM event
                 WHERE consultation_id = :consultation AND kind = 'ConsultationOpened')
    GROUP BY day, named.kind ORDER BY day DESC, max(at) DESC, named.kind LIMIT :most
    """
)
