"""Rewrite turnout marks and codes after the close, to hide their order and days with few voters."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from deliberation.core.context import RequestContext

MIN_DAY_VOTERS = 5  # voters of each day that is kept


async def rewrite_turnout(ctx: RequestContext, poll_id: UUID) -> None:
    """Rewrite the turnout marks and codes of a poll in random order, by this transaction."""
    where: dict[str, Any] = {"poll": poll_id}
    days = [(row.marked_on, row.voters) for row in await ctx.db.execute(_DAYS, where)]
    kept = {str(day): str(other) for day, other in shared_days(days).items()}
    await ctx.db.execute(_REWRITE_MARKS, where | {"kept": json.dumps(kept)})
    await ctx.db.execute(_REWRITE_CODES, where)


def shared_days(marks: Sequence[tuple[date, int]]) -> dict[date, date]:
    """Day of vote -> day that is kept, so that each kept one stands for five voters or more.

    `marks`: days in order, with their voters. A day too small joins the next, the last the former.

    >>> monday, tuesday, sunday = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 8)
    >>> kept = shared_days([(monday, 2), (tuesday, 7), (sunday, 1)])
    >>> kept == {monday: tuesday, tuesday: tuesday, sunday: tuesday}
    True
    """
    groups: list[tuple[list[date], int]] = []
    for day, voters in marks:
        if groups and groups[-1][1] < MIN_DAY_VOTERS:
            days, before = groups.pop()
            groups.append(([*days, day], before + voters))
        else:
            groups.append(([day], voters))
    if len(groups) > 1 and groups[-1][1] < MIN_DAY_VOTERS:
        late, _ = groups.pop()
        return {
            **{day: days[-1] for days, _ in groups for day in days},
            **dict.fromkeys(late, groups[-1][0][-1]),
        }
    return {day: days[-1] for days, _ in groups for day in days}


_DAYS = text(
    """
    SELECT marked_on, count(*) AS voters FROM roll_mark WHERE poll_id = :poll
    GROUP BY marked_on ORDER BY marked_on
    """
)
_REWRITE_MARKS = text(
    """
    WITH gone AS (DELETE FROM roll_mark WHERE poll_id = :poll RETURNING *)
    INSERT INTO roll_mark (poll_id, voter_id, marked_on, channel)
    SELECT poll_id, voter_id, CAST(CAST(:kept AS jsonb) ->> marked_on::text AS date), channel
    FROM gone ORDER BY gen_random_uuid()
    """
)
# A code being used at this very moment is left alone: its ballot is about to be refused.
_REWRITE_CODES = text(
    """
    UPDATE elector_code SET issued_at = issued_at WHERE hash IN (
        SELECT code.hash FROM elector_code AS code
        JOIN elector ON elector.id = code.elector_id
        JOIN poll ON poll.consultation_id = elector.consultation_id
        WHERE poll.id = :poll
        FOR UPDATE OF code SKIP LOCKED)
    """
)
