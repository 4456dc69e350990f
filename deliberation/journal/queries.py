"""Reading the journal: what anybody may know of a consultation; what it told last of a text."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.journal.commands import events

MAX_PAGE_LINES = 500  # lines of a page


class PublicEvent(msgspec.Struct, frozen=True):
    """What happened on a day: a kind, how many times, and the last time."""

    day: date
    kind: str
    count: int
    at: datetime


async def public_events(ctx: RequestContext, consultation_id: UUID) -> list[PublicEvent]:
    """The public kinds of a consultation's events since it was opened, newest day first.

    Events of one kind are grouped by day of Paris, so that no line tells who did what when.
    """
    kinds = [event.__name__ for event in events() if event.public]
    values = {"consultation": consultation_id, "kinds": kinds, "most": MAX_PAGE_LINES}
    return [PublicEvent(*row) for row in (await ctx.db.execute(_EVENTS, values)).all()]


async def last_events(
    ctx: RequestContext,
    consultations: Collection[UUID],
    kinds: Collection[str],
    texts: Collection[UUID],
) -> dict[UUID, str]:
    """The last event of some kinds about each of some proposals and comments, if it has one."""
    values = {
        "consultations": list(consultations),
        "kinds": list(kinds),
        "texts": [str(one) for one in texts],
    }
    return {UUID(row.about): row.kind for row in await ctx.db.execute(_LAST, values)}


_EVENTS = text(
    """
    SELECT (at AT TIME ZONE 'Europe/Paris')::date AS day, kind, count(*) AS count, max(at) AS at
    FROM event
    WHERE consultation_id = :consultation AND kind = ANY(:kinds)
      AND id >= (SELECT min(id) FROM event
                 WHERE consultation_id = :consultation AND kind = 'ConsultationOpened')
    GROUP BY day, kind ORDER BY day DESC, max(at) DESC, kind LIMIT :most
    """
)
_LAST = text(
    """
    SELECT DISTINCT ON (about) about, kind
    FROM event, coalesce(data ->> 'comment_id', data ->> 'proposal_id') AS about
    WHERE consultation_id = ANY(:consultations) AND kind = ANY(:kinds) AND about = ANY(:texts)
    ORDER BY about, id DESC
    """
)
