"""Rate limits: counters in the database, shared by all processes.

Nobody is refused for what others did (DECISIONS 31): a limit belongs to an account, to a known
browser, or to failures. A network is counted only to slow down requests of strangers.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.core.errors import TooMany
from deliberation.core.secrets import keyed


class Limit(NamedTuple):
    """At most `most` in each `window` of the clock (a day at most), and why."""

    most: int
    window: timedelta
    why: str


class RateCount(NamedTuple):
    """A counter: its number in this window, and the seconds to wait when that exceeds the limit."""

    number: int
    wait: int


HOUR, DAY = timedelta(hours=1), timedelta(days=1)

LIMITS: dict[str, Limit] = {
    # Codes by mail, to an address. A stranger is a browser that has not signed in to it before.
    "code-to-address": Limit(10, DAY, "strangers together: its box is not flooded, nor guessed at"),
    "code-to-address-from-network": Limit(5, HOUR, "one stranger leaves some to the owner"),
    "code-to-device": Limit(5, HOUR, "whoever has signed in there; strangers do not count here"),
    "way-in": Limit(1, HOUR, "the mail by which an owner passes the strangers"),
    "code-unanswered": Limit(400, HOUR, "of a network; beyond, one an address, after others"),
    # Letters hold 99 random bits: only wrong codes are counted, to slow programs down.
    "voting-code": Limit(600, HOUR, "wrong ones, of a network; a right one is always taken"),
    "kept-form": Limit(600, HOUR, "of a network; beyond, a refused text is shown to be copied"),
    # What an account writes.
    "proposal": Limit(20, HOUR, "of an account"),
    "change": Limit(60, HOUR, "of an account: each keeps a version or a line of the journal"),
    "comment": Limit(40, HOUR, "of an account"),
    "report": Limit(30, HOUR, "of an account"),
    "invitation": Limit(40, HOUR, "of an account: a mail each"),
    # What an agent asks of the machine: large files to read, keys to try, letters to print.
    "ballot-box-work": Limit(120, HOUR, "of an account"),
    "letters": Limit(20, HOUR, "of an account"),
}

WIDER = 16  # times as many for the /48 of an IPv6 address, which one subscriber may hold

_COUNT = (
    "INSERT INTO rate_count AS c (key, ends_at, count) VALUES (:limit_key, :limit_ends_at, 1)"
    " ON CONFLICT (key) DO UPDATE SET count = c.count + 1 RETURNING count"
)
_COUNTED = prepared(_COUNT)
# In the `WITH` of a statement that binds `limit_values` and changes nothing unless `within`.
LIMITED = f"counted AS ({_COUNT} <= :limit_most AS within)"
_FORGIVE = text("UPDATE rate_count SET count = count - 1 WHERE key = :key AND count > 0")


async def limit(ctx: RequestContext, what: str, who: str) -> None:
    """Count one more `what` by `who`. Raises `TooMany("too-many")` beyond its limit."""
    if wait := (await count(ctx, what, who)).wait:
        raise TooMany("too-many", retry_after=wait)


async def count(ctx: RequestContext, what: str, who: str, *, times: int = 1) -> RateCount:
    """Count one more `what` by `who`, without refusing. `times`: factor of the limit."""
    values = limit_values(ctx, what, who)
    ((number,),) = await fetch(ctx.db, _COUNTED, **values)
    left = int((values["limit_ends_at"] - ctx.now).total_seconds()) + 1
    return RateCount(number, left if number > values["limit_most"] * times else 0)


def limit_values(ctx: RequestContext, what: str, who: str) -> dict[str, Any]:
    """The values that a statement with `LIMITED` binds, to count one more `what` by `who`."""
    return {
        "limit_key": _key(ctx, what, who),
        "limit_ends_at": _ends_at(ctx, what),
        "limit_most": LIMITS[what].most,
    }


async def count_network(ctx: RequestContext, what: str) -> int:
    """Count one more `what` of the request's network and its wider network; seconds to wait."""
    wait, wider = (await count(ctx, what, ctx.network)).wait, ctx.wider_network
    return max(wait, (await count(ctx, what, wider, times=WIDER)).wait) if wider else wait


async def forgive_network(ctx: RequestContext, what: str) -> None:
    """Take back one `what` of the request's network: it was legitimate."""
    for network in filter(None, (ctx.network, ctx.wider_network)):
        await ctx.db.execute(_FORGIVE, {"key": _key(ctx, what, network)})


async def forget_old_counts(ctx: RequestContext) -> None:
    """Periodic: remove the counts of windows that are over."""
    await ctx.db.execute(text("DELETE FROM rate_count WHERE ends_at <= :now"), {"now": ctx.now})


def _ends_at(ctx: RequestContext, what: str) -> datetime:
    """The end of the window of the clock in which the request falls."""
    window = LIMITS[what].window
    return ctx.now - timedelta(seconds=ctx.now.timestamp() % window.total_seconds()) + window


def _key(ctx: RequestContext, what: str, who: str) -> bytes:
    """A row's key, a keyed hash that changes with each window: rows cannot be joined."""
    window = f"{_ends_at(ctx, what).timestamp():.0f}"
    return keyed(ctx.app.secret, "limit", what, window, who)[:16]
