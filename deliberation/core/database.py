"""The database: one engine a process, and `transaction()`, the only place that commits.

A connection leaves the pool inside a new transaction: BEGIN also shows whether the server is still
there, when nothing has been done yet and another connection may be taken. SQLAlchemy is told that
every statement commits by itself (AUTOCOMMIT) and leaves transactions to this file.
A statement sent `alone` is a transaction by itself: there is nothing to commit.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import ClauseElement, DateTime, MetaData, event, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler

from deliberation.core.database_errors import is_trouble
from deliberation.core.errors import Refusal

DIAL = 10.0  # seconds to connect
ANSWER = 4.0  # seconds for a server to answer BEGIN, or, when there are several, to connect
TURN = 10.0  # seconds to wait for a connection while all are taken
LANES = 12  # connections a process keeps for statements that stand alone
MIGRATIONS = Path(__file__).parent.parent / "migrations"


class Row(DeclarativeBase):
    """Base of all stored rows."""

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
    url: str, *, size: int = 8, patience: float = 15.0, name: str = "beffroi"
) -> AsyncEngine:
    """An engine on a PostgreSQL address; of several servers, the one that takes writes is used.

    `patience`: seconds after which a statement is given up, so that nobody waits for ever on a
    network that swallows answers. `name`: what the server's list of connections calls them.
    """
    server_settings = {
        "timezone": "UTC",
        "application_name": name,
        # A program that was stopped in the middle holds its locks no longer than this.
        "idle_in_transaction_session_timeout": f"{patience * 2.5:.0f}s",
    }
    engine = create_async_engine(
        asyncpg_url(url),
        async_creator=dialer(url, command_timeout=patience, server_settings=server_settings),
        isolation_level="AUTOCOMMIT",
        pool_size=size,
        max_overflow=size,
        pool_timeout=TURN,
        hide_parameters=True,  # what people wrote never shows in an error
    )
    event.listen(engine.sync_engine, "checkout", _begin)
    event.listen(engine.sync_engine, "reset", _roll_back)
    return engine


def dialer(url: str, **options: Any) -> Callable[[], Awaitable[Any]]:
    """What opens an asyncpg connection to the first server of an address that takes writes.

    A standby or a server made read-only is passed over. It raises what the last server said.
    """
    named: dict[str, Any] = _DIALECT.create_connect_args(make_url(asyncpg_url(url)))[1] | options
    hosts, ports = named.pop("host", None), named.pop("port", None)
    servers = list(zip(hosts, ports, strict=True)) if isinstance(hosts, list) else [(hosts, ports)]

    async def dial() -> Any:
        for number, (host, port) in enumerate(list(servers), 1):
            try:
                connection = await asyncpg.connect(
                    **named,
                    host=host,
                    port=port,
                    timeout=ANSWER if servers[1:] else DIAL,
                    target_session_attrs="read-write",
                )
            except Exception as error:
                if number == len(servers) or not is_trouble(error):
                    raise
            else:
                servers.sort(key=lambda one: one != (host, port))  # next time this one first
                return connection
        raise AssertionError("an address names a server")

    return dial


def serving_name(folder: str) -> str:
    """What the connections of a site or worker are called: the others see which folder it has."""
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
    """Nothing was recorded: a statement had failed, or somebody had rolled back, without a word."""


@asynccontextmanager
async def alone(engine: AsyncEngine) -> AsyncIterator[Any]:
    """An asyncpg connection on which each statement is a transaction, committed as it returns.

    For what must stand alone in its transaction, and nowhere else: two statements sent here are
    two units of work. Its few connections are kept for this: it waits behind no page, and costs a
    twentieth of a session.
    """
    if engine not in _LANES:
        _LANES[engine] = _Lane([], asyncio.Semaphore(LANES))
    lane = _LANES[engine]
    async with lane.free:
        connection = lane.idle.pop() if lane.idle else None
        if connection is None or not _is_usable(connection):
            if connection is not None:
                connection.terminate()
            connection = await own_connection(engine)
            # A plan made while a table is empty is kept: it must not read all of it later.
            await connection.execute("SET enable_seqscan = off")
        try:
            yield connection
        except TimeoutError:
            connection.terminate()  # the server may be gone without a word
            raise
        finally:
            if not connection.is_closed():
                lane.idle.append(connection)


async def own_connection(engine: AsyncEngine) -> Any:
    """An asyncpg connection that its caller closes; the engine forgets it."""
    held: Any = await engine.raw_connection()
    connection = held.driver_connection
    held.detach()
    await connection.execute("ROLLBACK")
    return connection


async def disconnect(engine: AsyncEngine) -> None:
    """Close all connections of an engine."""
    if lane := _LANES.pop(engine, None):
        for connection in lane.idle:
            await connection.close()
    await engine.dispose()


def migrate(url: str) -> list[str]:
    """Bring the schema of the database at `url` to the newest version. Blocking.

    Returns the files of database functions that were applied, since their content had changed.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = asyncpg_url(url)
    command.upgrade(config, "head")
    applied: list[str] = config.attributes["applied"]
    return applied


def asyncpg_url(url: str) -> str:
    """The same address with SQLAlchemy's name of the asyncpg dialect, and of several servers.

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
    """Where an address leads, host and port, without a name or password."""
    named = make_url(asyncpg_url(url))
    hosts = named.query.get("host") or f"{named.host or 'localhost'}:{named.port or 5432}"
    return hosts if isinstance(hosts, str) else ", ".join(hosts)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement compiled once and for all: its text, its parameters in order, those it holds."""

    sql: str
    names: tuple[str, ...]
    given: Mapping[str, Any]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in the order of the text."""
        filled = {**self.given, **values}
        return [filled[name] for name in self.names]


def prepared(statement: ClauseElement) -> Prepared:
    """Compile a Core or `text()` statement for `fetch`; what varies is a named `bindparam`."""
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)
    return Prepared(str(compiled), tuple(compiled.positiontup or ()), compiled.params)


async def one_at_a_time(session: AsyncSession, key: str) -> None:
    """Wait until no other transaction holds `key`, and hold it until this one ends."""
    await fetch(session, _HOLD, key=key)


async def fetch(session: AsyncSession, statement: Prepared, **values: Any) -> list[Any]:
    """The rows of a hot statement, read by index or by name: `row["title"]`.

    It runs inside the session's transaction, but beside SQLAlchemy, which costs four times as much
    as asyncpg: for the statements of nearly every request only. Changed rows are flushed first.
    """
    if session.new or session.dirty or session.deleted:
        await session.flush()
    rows: list[Any] = await raw(session).fetch(statement.sql, *statement.arguments(values))
    return rows


def raw(session: AsyncSession) -> Any:
    """The asyncpg connection of a session, inside its transaction."""
    return session.info["driver"]


def _begin(held: Any, record: Any, _proxy: Any) -> None:
    """At checkout: begin a transaction; a connection that died since its last use is replaced."""
    used = record.info.get("used", False)
    record.info["used"] = True
    try:
        if not _is_usable(held.driver_connection):
            raise ConnectionResetError("the server is gone, or takes no writes any more")
        held.run_async(lambda driver: driver.execute("BEGIN", timeout=ANSWER))
    except Exception as error:
        if used and is_trouble(error):
            raise InvalidatePoolError from error  # all of its age are looked at in the same way
        raise


def _roll_back(held: Any, _record: Any, state: Any) -> None:
    """Back in the pool: whatever was not committed is undone."""
    driver = held.driver_connection
    if not state.terminate_only and not driver.is_closed() and driver.is_in_transaction():
        held.run_async(lambda driver: driver.execute("ROLLBACK", timeout=ANSWER))


def _is_usable(driver: Any) -> bool:
    """Whether a connection is open and its server still takes writes, as far as it has told."""
    settings = driver.get_settings()
    told = (getattr(settings, name, "off") for name in ("in_hot_standby", _READ_ONLY))
    return not driver.is_closed() and "on" not in told


_READ_ONLY = "default_transaction_read_only"


class _Lane(NamedTuple):
    """What `alone` keeps of an engine: idle connections, and how many more may be taken."""

    idle: list[Any]
    free: asyncio.Semaphore


_DIALECT: Any = dialect()  # type: ignore[no-untyped-call]
_HOLD = prepared(text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:key AS varchar), 0))"))
_LANES: WeakKeyDictionary[AsyncEngine, _Lane] = WeakKeyDictionary()
