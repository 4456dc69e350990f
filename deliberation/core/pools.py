"""Connections outside transactions: each statement is a transaction by itself.

Reads need none: at READ COMMITTED every statement sees what is committed when it begins, so BEGIN
and COMMIT would give a page nothing but two exchanges. These pools cost next to nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Literal
from weakref import WeakKeyDictionary, ref

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from deliberation.core.database import BEGIN_TIMEOUT, READ_ONLY, is_usable, own_connection

Use = Literal["casts", "reads", "writes"]

# Connections of a process by their use, so that none ever waits behind another.
SIZES: Mapping[Use, int] = {"casts": 12, "reads": 8, "writes": 8}
UNUSED = 5.0  # seconds after which a connection is asked whether its server still answers
ASKS = "SELECT"
# What a statement raises whose connection died; a server that falls silent ends in `TimeoutError`.
_DIED = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


def reading(engine: AsyncEngine) -> AbstractAsyncContextManager[AsyncSession]:
    """A session that only reads, without BEGIN or COMMIT: `fetch` reads what is committed now.

    Each compiled statement takes a connection for itself, and is sent again when that one had
    died. A statement of another kind (`execute`, `scalars`…) opens a transaction, read-only.
    """
    return _without_transaction(engine, "reads")


def alone(engine: AsyncEngine) -> AbstractAsyncContextManager[AsyncSession]:
    """A session as `reading`, whose compiled statements may write: each commits by itself."""
    return _without_transaction(engine, "writes")


@asynccontextmanager
async def _without_transaction(engine: AsyncEngine, use: Use) -> AsyncIterator[AsyncSession]:
    info = {"pool": _pool(engine, use)}
    session = AsyncSession(engine, sync_session_class=_ReadOnly, expire_on_commit=False, info=info)
    try:
        yield session
    finally:
        if session.in_transaction():
            await session.close()


class _ReadOnly(Session):
    """A session whose transactions write nothing: nobody would commit them."""


@event.listens_for(_ReadOnly, "after_begin")
def _read_only(_session: Any, _transaction: Any, connection: Any) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def autocommit_connection(engine: AsyncEngine) -> AbstractAsyncContextManager[Any]:
    """Autocommit connection (asyncpg) from a small dedicated pool, for casts, and for mails.

    Each statement is a transaction of its own, so that no other row leads from voter to ballot, and
    none stays open while a mail server is slow. The dedicated pool never waits behind pages.
    """
    return _pool(engine, "casts").connection()


class _Pool:
    """Connections (asyncpg) without a transaction, as many as `SIZES` says of their use."""

    def __init__(self, engine: AsyncEngine, use: Use) -> None:
        self.reads = use == "reads"
        self.idle: list[tuple[Any, float]] = []  # and since when
        self.closed = False  # connections in use are closed when they come back
        self._engine = ref(engine)
        self._free = asyncio.Semaphore(SIZES[use])

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A living connection, the one used last."""
        connection = await self._taken()
        try:
            yield connection
        except (TimeoutError, asyncpg.InternalClientError):
            connection.terminate()  # the server may be gone
            raise
        finally:
            self._give_back(connection)

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        """The rows of one statement; a read is sent again when its connection died."""
        for last in (not self.reads, True):
            connection = await self._taken()  # as `connection` does, which costs 0.03 ms
            try:
                return await connection.fetch(sql, *arguments)  # type: ignore[no-any-return]
            except _DIED as error:
                lost = isinstance(error, TimeoutError)
                if lost or not last or isinstance(error, asyncpg.InternalClientError):
                    connection.terminate()
                if lost or last:
                    raise
            finally:
                self._give_back(connection)
        raise AssertionError("the last one returns or raises")

    async def _taken(self) -> Any:
        await self._free.acquire()
        try:
            return await self._living() or await self._opened()
        except BaseException:
            self._free.release()
            raise

    def _give_back(self, connection: Any) -> None:
        self._free.release()
        if self.closed:
            connection.terminate()
        elif not connection.is_closed():
            self.idle.append((connection, asyncio.get_running_loop().time()))

    async def _living(self) -> Any:
        """An idle connection whose server answers; those that died are dropped."""
        while self.idle:
            connection, since = self.idle.pop()
            if is_usable(connection, writes=not self.reads):
                if asyncio.get_running_loop().time() - since < UNUSED:
                    return connection
                with suppress(Exception):
                    await connection.execute(ASKS, timeout=BEGIN_TIMEOUT)
                    return connection
            connection.terminate()
        return None

    async def _opened(self) -> Any:
        engine = self._engine()
        assert engine is not None
        return await own_connection(engine, *[f"SET {READ_ONLY} = on"] * self.reads)


def _pool(engine: AsyncEngine, use: Use) -> _Pool:
    pools = POOLS.setdefault(engine, {})
    return pools.get(use) or pools.setdefault(use, _Pool(engine, use))


async def disconnect(engine: AsyncEngine) -> None:
    """Close all connections of an engine."""
    for pool in POOLS.get(engine, {}).values():
        pool.closed = True
        while pool.idle:
            await pool.idle.pop()[0].close()
    await engine.dispose()


POOLS: WeakKeyDictionary[AsyncEngine, dict[Use, _Pool]] = WeakKeyDictionary()
