"""The database: one engine a process, and `transaction()`, the only place that commits.

A statement sent `alone` is a transaction by itself: there is nothing to commit.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from alembic import command
from alembic.config import Config
from sqlalchemy import ClauseElement, DateTime, MetaData
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler

from deliberation.kit.errors import Refusal

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


def connect(url: str, *, size: int = 8, patience: float = 15.0) -> AsyncEngine:
    """An engine on a PostgreSQL address; `postgresql://` is read as asyncpg's.

    `patience`: seconds after which a statement is given up, so that nobody waits for ever on a
    network that swallows answers.
    """
    return create_async_engine(
        asyncpg_url(url),
        pool_size=size,
        max_overflow=size,
        pool_timeout=10,
        hide_parameters=True,  # what people wrote never shows in an error
        connect_args={
            "timeout": 10,
            "command_timeout": patience,
            "server_settings": {
                "timezone": "UTC",
                "application_name": "beffroi",
                # A program that was stopped in the middle holds its locks no longer than this.
                "idle_in_transaction_session_timeout": f"{patience * 2.5:.0f}s",
            },
        },
    )


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One unit of work: commits when the block ends, rolls back when it raises."""
    kept: Refusal | None = None
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        try:
            yield session
        except Refusal as refusal:
            if not refusal.keeps_changes:
                raise
            kept = refusal
    if kept is not None:
        raise kept


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
        if connection is None or connection.is_closed():  # the server was restarted meanwhile
            held: Any = await engine.raw_connection()
            connection = held.driver_connection
            held.detach()
            # A plan made while a table is empty is kept: it must not read all of it later.
            await connection.execute("SET enable_seqscan = off")
        try:
            yield connection
        finally:
            lane.idle.append(connection)


async def disconnect(engine: AsyncEngine) -> None:
    """Close all connections of an engine."""
    if lane := _LANES.pop(engine, None):
        for connection in lane.idle:
            await connection.close()
    await engine.dispose()


def migrate(url: str) -> None:
    """Bring the schema of the database at `url` to the newest version. Blocking."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = asyncpg_url(url)
    command.upgrade(config, "head")


def asyncpg_url(url: str) -> str:
    """The same address with SQLAlchemy's name of the asyncpg dialect."""
    scheme, separator, rest = url.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+asyncpg"} and separator:
        return f"postgresql+asyncpg://{rest}"
    raise ValueError(f"not a PostgreSQL address: {scheme}{separator}…")


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


async def fetch(session: AsyncSession, statement: Prepared, **values: Any) -> list[Any]:
    """The rows of a hot statement, read by index or by name: `row["title"]`.

    It runs inside the session's transaction, but beside SQLAlchemy, which costs four times as much
    as asyncpg: for the statements of nearly every request only. Changed rows are flushed first.
    """
    if session.new or session.dirty or session.deleted:
        await session.flush()
    arguments = statement.arguments(values)
    rows: list[Any] = await (await raw(session)).fetch(statement.sql, *arguments)
    return rows


async def raw(session: AsyncSession) -> Any:
    """The asyncpg connection of a session, inside its transaction."""
    if (kept := session.info.get("raw")) is None:
        core = (await session.connection()).sync_connection
        assert core is not None  # what `connection()` gives is open
        held: Any = core.connection.dbapi_connection
        if held._transaction is None:  # SQLAlchemy says BEGIN with its own first statement only
            await held._start_transaction()
        kept = session.info["raw"] = held.driver_connection
    return kept


class _Lane(NamedTuple):
    """What `alone` keeps of an engine: idle connections, and how many more may be taken."""

    idle: list[Any]
    free: asyncio.Semaphore


_LANES: WeakKeyDictionary[AsyncEngine, _Lane] = WeakKeyDictionary()
_DIALECT = dialect()  # type: ignore[no-untyped-call]
