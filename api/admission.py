"""How many requests a process works on at once, and how many wait: one too many is refused at once.

A queue without a bound ends with everybody waiting until they give up. Visitors, those who hold a
cookie or a token of ours, and those who have begun something have lines of their own, so that no
crowd keeps the others out. What asks for no context is always admitted: casts, which have a bound
of their own (`casting`), what signs in and then casts, probes and files. So is what takes long.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

from litestar.handlers import BaseRouteHandler
from litestar.types import Send

from api.core.cookies import any_held
from api.core.csrf import SAFE
from api.core.identity import bearer_of
from api.core.requests import AnyConnection
from deliberation.core.errors import Busy

Who = Literal["begun", "known", "visitor"]

# A route's `opt`: a page that goes on with what a form has begun.
BEGUN = "begun"
# A route's `opt`: it writes a file that may take minutes, for which nobody else should wait.
LONG = "long"
# Requests at once: about as many as connections (`pools.SIZES`), so that few wait for one. Visitors
# leave some of those that read to the others.
AT_ONCE: Mapping[Who, int] = {"begun": 16, "known": 8, "visitor": 6}
MOST = 512  # that wait in a line: a full hall at the same moment, one or two seconds of work
LONGEST = 3.0  # seconds that a request waits
RETRY_AFTER = 10  # seconds


class Line:
    """Those who wait to be answered, `at_once` at a time."""

    def __init__(self, at_once: int, most: int = MOST) -> None:
        self.free, self.most, self.waiting = asyncio.Semaphore(at_once), most, 0


def lines() -> dict[Who, Line]:
    """The lines of a process, which keeps them in the state of its application."""
    return {who: Line(at_once) for who, at_once in AT_ONCE.items()}


async def admit(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Wait until a request may go on, its body read. Raises `Busy` where too many wait already."""
    if "ctx" not in handler.parsed_fn_signature.parameters or LONG in handler.opt:
        return
    line: Line = connection.app.state.lines[_who(connection, handler)]
    if line.free.locked():
        await _wait(line)
    else:
        await line.free.acquire()
    connection.scope["line"] = line  # type: ignore[typeddict-unknown-key]


async def _wait(line: Line) -> None:
    if line.waiting >= line.most:
        raise Busy(retry_after=RETRY_AFTER)
    line.waiting += 1
    try:
        async with asyncio.timeout(LONGEST):
            await line.free.acquire()
    except TimeoutError:
        raise Busy(retry_after=RETRY_AFTER) from None
    finally:
        line.waiting -= 1


def until_answered(scope: Any, send: Send) -> Send:
    """The send channel of a request that is no longer under way once its answer begins."""

    async def sending(message: Any) -> None:
        leave(scope)
        await send(message)

    return sending


def leave(scope: Any) -> None:
    """End a request, admitted or not: the next one goes on."""
    if line := scope.pop("line", None):
        line.free.release()


def _who(connection: AnyConnection, handler: BaseRouteHandler) -> Who:
    if connection.scope.get("method") not in SAFE or handler.opt.get(BEGUN):
        return "begun"
    return "known" if any_held(connection) or bearer_of(connection) else "visitor"
