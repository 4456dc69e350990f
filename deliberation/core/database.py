"""The database: one engine per process, and `transaction()`, the only place that commits.

At checkout from SQLAlchemy's pool a transaction begins: BEGIN also shows whether the server still
answers, while another connection can be taken. SQLAlchemy runs in AUTOCOMMIT mode and leaves
transactions to this file. `pools.py` has the connections whose statements stand alone.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import ClauseElement, DateTime, MetaData, event, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler

from deliberation.core.database_errors import is_unavailable
from deliberation.core.errors import Refusal, existing

CONNECT_TIMEOUT = 10.0  # seconds to connect
BEGIN_TIMEOUT = 4.0  # seconds for the answer to BEGIN; with several servers, to connect to each
POOL_TIMEOUT = 10.0  # seconds to wait for a free connection of the pool
READ_ONLY = "default_transaction_read_only"
MIGRATIONS = Path(__file__).parent.parent / "migrations"


class Row(DeclarativeBase):
    """Base class of all stored rows."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 (SQLAlchemy's own form)


def connect(
    url: str, *, size: int = 8, statement_timeout: float = 15.0, name: str = "beffroi"
) -> AsyncEngine:
    """An engine on a PostgreSQL address; of several servers, the one that takes writes is used.

    `statement_timeout`: seconds after which a statement is given up: a network may lose answers.
    `name`: the application name in the server's list of connections.
    """
    server_settings = {
        "timezone": "UTC",
        "application_name": name,
        "synchronous_commit": "on",  # acknowledged is on disk, and on a synchronous standby
        # Our statements end sooner than the compilation of one: 100 ms and more, again for each.
        "jit": "off",
        # A program that was stopped inside a transaction holds its locks no longer than this.
        "idle_in_transaction_session_timeout": f"{statement_timeout * 2.5:.0f}s",
    }
    engine = create_async_engine(
        asyncpg_url(url),
        async_creator=connection_factory(
            url, command_timeout=statement_timeout, server_settings=server_settings
        ),
        isolation_level="AUTOCOMMIT",
        pool_size=size,
        max_overflow=size,
        pool_timeout=POOL_TIMEOUT,
        hide_parameters=True,  # no parameter appears in an error
    )
    event.listen(engine.sync_engine, "checkout", _begin)
    event.listen(engine.sync_engine, "reset", _roll_back)
    return engine


def connection_factory(url: str, **options: Any) -> Callable[[], Awaitable[Any]]:
    """A function that connects to the first server that takes writes, or raises the last error."""
    named: dict[str, Any] = _DIALECT.create_connect_args(make_url(asyncpg_url(url)))[1]
    named |= {"target_session_attrs": "read-write"} | options
    hosts, ports = named.pop("host", None), named.pop("port", None)
    servers = list(zip(hosts, ports, strict=True)) if isinstance(hosts, list) else [(hosts, ports)]

    async def open_connection() -> Any:
        for number, (host, port) in enumerate(list(servers), 1):
            try:
                connection = await asyncpg.connect(
                    **named,
                    host=host,
                    port=port,
                    timeout=BEGIN_TIMEOUT if servers[1:] else CONNECT_TIMEOUT,
                )
            except Exception as error:
                if number == len(servers) or not is_unavailable(error):
                    raise
            else:
                servers.sort(key=lambda one: one != (host, port))  # next time this one first
                return connection
        raise AssertionError("an address names a server")

    return open_connection


def serving_name(folder: str) -> str:
    """The application name of a site or worker: the other processes read its folder from it."""
    return f"beffroi {folder or 'without folder'}"


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One unit of work: commits when the block ends, rolls back when it raises."""
    kept: Refusal | None = None
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        async with (
            AsyncSession(connection, expire_on_commit=False, info={"driver": driver}) as session,
            session.begin() as unit,  # flushes at its end
        ):
            try:
                yield session
            except Refusal as refusal:
                if not refusal.keeps_changes:
                    raise
                kept = refusal
            undone = not unit.is_active
        if undone or await driver.execute("COMMIT") != "COMMIT":
            raise NotCommitted
    if kept is not None:
        raise kept


class NotCommitted(Exception):
    """The commit recorded nothing: a statement had failed, or the transaction was rolled back."""


async def own_connection(engine: AsyncEngine, *statements: str) -> Any:
    """An asyncpg connection detached from the engine, after `statements`; its caller closes it."""
    held: Any = await engine.raw_connection()
    connection = held.driver_connection
    held.detach()
    try:
        await connection.execute("; ".join(("ROLLBACK", *statements)))
    except BaseException:  # cancelled too: no caller knows of it yet
        connection.terminate()
        raise
    return connection


def asyncpg_url(url: str) -> str:
    """Rewrite a URL for SQLAlchemy's asyncpg dialect, several servers included.

    `postgresql://user@one:5432,two:5432/name` becomes `…://user@/name?host=one:5432&host=two:5432`.
    """
    scheme, separator, rest = url.partition("://")
    if scheme not in {"postgres", "postgresql", "postgresql+asyncpg"} or not separator:
        raise ValueError(f"not a PostgreSQL address: {scheme}{separator}…")
    authority, slash, path = rest.partition("/")
    user, at, hosts = authority.rpartition("@")
    if "," in hosts:
        named = [one if ":" in one else f"{one}:5432" for one in hosts.split(",")]
        path += ("&" if "?" in path else "?") + "&".join(f"host={one}" for one in named)
        rest = f"{user}{at}{slash}{path}"
    return f"postgresql+asyncpg://{rest}"


def place_of(url: str) -> str:
    """Host and port of an address, without user and password."""
    named = make_url(asyncpg_url(url))
    hosts = named.query.get("host") or f"{named.host or 'localhost'}:{named.port or 5432}"
    return hosts if isinstance(hosts, str) else ", ".join(hosts)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement compiled once: its SQL, the names of its parameters in order, its own values."""

    sql: str
    names: tuple[str, ...]
    given: Mapping[str, Any]

    async def rows(self, connection: Any, **values: Any) -> list[Any]:
        """What it gives over an asyncpg connection, or a pool of them."""
        filled = {**self.given, **values}
        found: list[Any] = await connection.fetch(self.sql, *[filled[name] for name in self.names])
        return found


def prepared(statement: ClauseElement | str, **given: Any) -> Prepared:
    """Compile a statement, or SQL, for `fetch`. `given`: parameters of SQL that never vary."""
    if isinstance(statement, str):
        statement = text(statement).bindparams(**given)
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)
    return Prepared(str(compiled), tuple(compiled.positiontup or ()), compiled.params)


async def one_at_a_time(session: AsyncSession, key: str) -> None:
    """Take the advisory lock `key` until the transaction ends; wait for its present holder."""
    await fetch(session, _HOLD, key=key)


async def fetch(session: AsyncSession, statement: Prepared, **values: Any) -> list[Any]:
    """The rows of a compiled statement, read by index or by name: `row["title"]`.

    It runs in the session's transaction, if it has one, through asyncpg, which costs a quarter of
    SQLAlchemy: for the statements of nearly every request only. Changed rows are flushed first.
    """
    stands_alone = session.info.get("pool")
    if not stands_alone and (session.new or session.dirty or session.deleted):
        await session.flush()
    return await statement.rows(stands_alone or driver_connection(session), **values)


async def fetch_one(session: AsyncSession, statement: Prepared, **values: Any) -> Any:
    """The first row of a compiled statement. Raises `NotFound` without any."""
    return existing(next(iter(await fetch(session, statement, **values)), None))


def driver_connection(session: AsyncSession) -> Any:
    """The asyncpg connection of a session, inside the session's transaction."""
    return session.info["driver"]


def _begin(held: Any, record: Any, _proxy: Any) -> None:
    """At checkout: begin a transaction; replace a connection that died since its last use."""
    used = record.info.get("used", False)
    record.info["used"] = True
    try:
        if not is_usable(held.driver_connection):
            raise ConnectionResetError("the server is gone, or takes no writes any more")
        held.run_async(lambda driver: driver.execute("BEGIN", timeout=BEGIN_TIMEOUT))
    except Exception as error:
        if used and is_unavailable(error):
            raise InvalidatePoolError from error  # older connections are checked too
        raise


def _roll_back(held: Any, _record: Any, state: Any) -> None:
    """At return to the pool: roll back what was not committed."""
    driver = held.driver_connection
    if not state.terminate_only and not driver.is_closed() and driver.is_in_transaction():
        held.run_async(lambda driver: driver.execute("ROLLBACK", timeout=BEGIN_TIMEOUT))


def is_usable(driver: Any, *, writes: bool = True) -> bool:
    """Whether a connection is open and its server takes writes, by its last reported settings."""
    settings = driver.get_settings()
    refuses = writes and getattr(settings, READ_ONLY, "off") == "on"
    return not (refuses or getattr(settings, "in_hot_standby", "off") == "on" or driver.is_closed())


_DIALECT: Any = dialect()  # type: ignore[no-untyped-call]
_HOLD = prepared("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:key AS varchar), 0))")
