"""Reading the journal: what anybody may know of a consultation, day by day, nobody named."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.kit.act import Act
from deliberation.words.happenings import PUBLIC

MOST = 500  # lines of a page


class PublicEvent(msgspec.Struct, frozen=True):
    """What happened on a day: a kind, how many times, and the last time."""

    day: date
    kind: str
    count: int
    at: datetime


async def public_events(act: Act, consultation_id: UUID) -> list[PublicEvent]:
    """The public kinds of a consultation's events since it was opened, newest day first.

    Events of one kind are grouped by day of Paris, so that no line tells who did what when.
    """
    values = {"consultation": consultation_id, "kinds": list(PUBLIC), "most": MOST}
    return [PublicEvent(*row) for row in (await act.db.execute(_EVENTS, values)).all()]


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
