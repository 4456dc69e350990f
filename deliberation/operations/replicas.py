"""Read from a replica, which is a little late; from the primary while no replica answers.

A replica that has stopped following is not asked: it would show what was hidden since. It is known
by what the workers write every ten seconds (`worker`); where none is at work, the primary answers.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from deliberation.core.database import connection_factory
from deliberation.core.database_errors import is_unavailable
from deliberation.core.pools import reading

SIZE = 8  # connections of a process
WAIT = 2.0  # seconds for a connection, and for an answer, before the primary is asked
AWAY = 5.0  # seconds for which a replica that failed is not asked again
LOOK = 1.0  # seconds for which a connection's server is taken to follow


@asynccontextmanager
async def replica(url: str) -> AsyncIterator["Replica"]:
    """The replica at an address: whichever server answers there, a primary too."""
    opened = connection_factory(url, command_timeout=WAIT, target_session_attrs="any")
    async with asyncpg.create_pool(
        min_size=0, max_size=SIZE, connect=lambda *_, **__: opened(), reset=_nothing
    ) as pool:
        yield Replica(pool)


@asynccontextmanager
async def reading_late(late: "Replica", engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A session as `pools.reading`, whose compiled statements the replica answers if it can."""
    async with reading(engine) as session:
        session.info["pool"] = _ReplicaFirst(late, session.info["pool"])
        yield session


class Replica:
    """A pool of connections to a replica, and until when it is not asked."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self.away_until = 0.0
        self._follows: dict[int, float] = {}  # a server's process -> until when it is trusted

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        """The rows of one statement. Raises `ConnectionError` while the replica is away."""
        now = asyncio.get_running_loop().time()
        if now < self.away_until:
            raise ConnectionError
        try:
            async with self.pool.acquire(timeout=WAIT) as connection:
                await self._require_following(connection, now)
                rows: list[Any] = await connection.fetch(sql, *arguments)
                return rows
        except Exception:
            self.away_until = now + AWAY
            raise

    async def _require_following(self, connection: Any, now: float) -> None:
        server = connection.get_server_pid()
        if self._follows.get(server, 0.0) < now:
            if await connection.fetchval(_STOPPED):
                raise ConnectionError
            if len(self._follows) > SIZE:  # connections that have ended
                self._follows.clear()
            self._follows[server] = now + LOOK


class _ReplicaFirst:
    def __init__(self, late: Replica, primary: Any) -> None:
        self.late, self.primary = late, primary

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        try:
            return await self.late.fetch(sql, *arguments)
        except Exception as error:
            if not is_unavailable(error):
                raise
        rows: list[Any] = await self.primary.fetch(sql, *arguments)
        return rows


async def _nothing(_connection: Any) -> None:
    """A statement alone leaves nothing behind."""


_STOPPED = "SELECT max(done_at) < clock_timestamp() - interval '1 minute' FROM periodic_run"
