"""Refuse a connection pooler that hands one connection's statements to several servers.

Statements are prepared by name, and LISTEN and session settings belong to a connection: with a
pooler in transaction or statement mode, all of these end up on connections of others.
"""

from sqlalchemy.ext.asyncio import AsyncEngine

from deliberation.core.database import own_connection
from deliberation.core.settings import CannotStart

ROUNDS = 3


async def refuse_shared_servers(engine: AsyncEngine) -> None:
    """Raise `CannotStart` when two connections, used in turns, meet the same server process."""
    one, other = await own_connection(engine), await own_connection(engine)
    try:
        if one.get_server_pid() == await one.fetchval(_PID):
            return  # no pooler: the process is the one that the start of the connection named
        met: tuple[set[int], set[int]] = set(), set()
        for _ in range(ROUNDS):
            met[0].add(await one.fetchval(_PID))
            met[1].add(await other.fetchval(_PID))
        if len(met[0]) > 1 or len(met[1]) > 1 or met[0] & met[1]:
            raise CannotStart(_SHARED)
    finally:
        await one.close()
        await other.close()


_PID = "SELECT pg_backend_pid()"
_SHARED = (
    "DATABASE_URL: a connection pooler (PgBouncer or the like) in transaction mode is between site "
    "and database, and every other request would fail. The site pools its connections itself: name "
    "the database's own address, or set pool_mode = session."
)
