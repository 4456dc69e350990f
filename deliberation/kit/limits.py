"""How often somebody may do something: counts kept in the database, shared by all processes."""

from datetime import timedelta

from sqlalchemy import text

from deliberation.kit.act import Act
from deliberation.kit.errors import TooMany

# What is limited -> how many, in how long.
LIMITS: dict[str, tuple[int, timedelta]] = {
    # A stranger cannot use up the codes of somebody's address from elsewhere, nor flood its box.
    "code-to-address-from-network": (5, timedelta(hours=1)),
    "code-to-address": (20, timedelta(days=1)),
    "code-from-network": (40, timedelta(hours=1)),
    "code-tries-from-network": (100, timedelta(hours=1)),
    "proposal": (20, timedelta(hours=1)),
    "comment": (40, timedelta(hours=1)),
    "report": (30, timedelta(hours=1)),
    "draft": (400, timedelta(hours=1)),
    # Beyond it a refused text is shown to be copied, not kept: nobody is shut out.
    "kept-form": (600, timedelta(hours=1)),
    # A town hall's counter is one network; guessing 99 bits is hopeless all the same.
    "identity": (600, timedelta(hours=1)),
    "voting-code": (600, timedelta(hours=1)),
    # What an agent asks of the machine: large files to read, keys to try, letters to print.
    "ballot-box-work": (120, timedelta(hours=1)),
    "letters": (20, timedelta(hours=1)),
}

_COUNT = text(
    """
    WITH since AS (SELECT clock_now() AS now, CAST(:window AS interval) AS length)
    INSERT INTO rate_count AS c (key, started_at, count) SELECT :key, now, 1 FROM since
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN c.started_at + (SELECT length FROM since) <= excluded.started_at
                     THEN 1 ELSE c.count + 1 END,
        started_at = CASE WHEN c.started_at + (SELECT length FROM since) <= excluded.started_at
                          THEN excluded.started_at ELSE c.started_at END
    RETURNING count, ceil(extract(epoch FROM started_at + (SELECT length FROM since)
                                             - (SELECT now FROM since)))::int
    """
)


async def limit(act: Act, what: str, who: str) -> None:
    """Count one more `what` by `who`. Raises `TooMany("too-many")` beyond its limit."""
    most, window = LIMITS[what]
    row = (await act.db.execute(_COUNT, {"key": f"{what}:{who}", "window": window})).one()
    if row[0] > most:
        raise TooMany("too-many", retry_after=row[1])
