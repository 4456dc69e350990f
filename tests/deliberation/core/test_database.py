"""Connections that died while nobody used them cost nobody an answer (finding H5)."""

import asyncio
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from litestar import Litestar
from sqlalchemy import QueuePool, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from deliberation.core import pools
from deliberation.core.context import AppContext
from deliberation.core.database import (
    NotCommitted,
    asyncpg_url,
    connect,
    connection_factory,
    driver_connection,
    fetch,
    own_connection,
    prepared,
    transaction,
)
from deliberation.core.database_errors import is_unavailable
from deliberation.core.pools import (
    ASKS,
    POOLS,
    alone,
    autocommit_connection,
    disconnect,
    reading,
)
from tests.site import Visitor

_PID = prepared(text("SELECT pg_backend_pid() AS pid"))
_ENDS_ITSELF = prepared(
    text(
        "SELECT pg_backend_pid() AS pid, CASE WHEN pg_backend_pid() = CAST(:pid AS int)"
        " THEN pg_terminate_backend(pg_backend_pid())::text || pg_sleep(5)::text END"
    )
)


async def end_connections(engine: AsyncEngine) -> None:
    """Terminate the connections that `engine` keeps, as a restart of the server does."""
    pool = engine.sync_engine.pool
    # A role may end its own connections only. Taken before the others: from the pool that holds
    # them, it would end itself.
    killer = await own_connection(engine)
    async with (
        engine.connect() as one,
        engine.connect() as two,
        autocommit_connection(engine) as three,
        reading(engine) as reads,
        alone(engine) as writes,
    ):
        held = [(await each.get_raw_connection()).driver_connection for each in (one, two)]
        pids = [each.get_server_pid() for each in (*held, three)]
        pids += [row[0] for db in (reads, writes) for row in await fetch(db, _PID)]
    assert isinstance(pool, QueuePool)
    assert pool.checkedin() >= 2
    ended = "SELECT bool_and(pg_terminate_backend(pid, 10000)) FROM unnest($1::int[]) AS pid"
    assert await killer.fetchval(ended, pids)
    await killer.close()


async def test_no_statement_is_compiled_before_it_runs(app: AppContext) -> None:
    """PostgreSQL's packages often compile: it took 40 % of the processor time of these tests."""
    async with app.engine.connect() as connection:
        assert await connection.scalar(text("SHOW jit")) == "off"


async def test_h5_pages_answer_after_the_database_was_restarted(
    site: Litestar, app: AppContext
) -> None:
    for _ in range(3):
        await end_connections(site.state.app.engine)
        visitor = Visitor(site)
        answers = await asyncio.gather(*(visitor.http.get("/fr") for _ in range(6)))
        assert [one.status_code for one in answers] == [200] * 6
        await visitor.http.aclose()


async def test_h5_a_statement_that_stands_alone_finds_a_living_connection(
    app: AppContext, database_url: str
) -> None:
    engine = connect(database_url, size=4)
    await end_connections(engine)
    async with autocommit_connection(engine) as connection:
        assert await connection.fetchval("SELECT 1") == 1
    await disconnect(engine)


async def test_a_connection_whose_server_is_about_to_hang_up_is_not_given_again(
    database_url: str,
) -> None:
    """A server that shuts down says so before it closes; asyncpg then refuses to send."""
    engine = connect(database_url, size=1)
    with pytest.raises(asyncpg.InternalClientError) as refused:
        async with autocommit_connection(engine) as connection:
            raise asyncpg.InternalClientError("another operation is in progress")
    assert is_unavailable(refused.value)
    assert connection.is_closed()
    await disconnect(engine)


async def test_h5_a_read_or_a_write_alone_finds_a_living_connection(
    app: AppContext, database_url: str
) -> None:
    engine = connect(database_url, size=4)
    for opened in (reading, alone):
        await end_connections(engine)
        async with opened(engine) as db:
            assert len(await fetch(db, _PID)) == 1
    await disconnect(engine)


async def test_a_read_whose_connection_dies_under_it_is_sent_again_and_a_write_is_not(
    database_url: str,
) -> None:
    engine = connect(database_url, size=4)
    async with reading(engine) as reads, alone(engine) as writes:
        (first,) = await fetch(reads, _PID)
        (second,) = await fetch(reads, _ENDS_ITSELF, pid=first["pid"])
        assert second["pid"] != first["pid"]
        (first,) = await fetch(writes, _PID)
        with pytest.raises(asyncpg.PostgresError) as caught:
            await fetch(writes, _ENDS_ITSELF, pid=first["pid"])
        assert is_unavailable(caught.value)
    await disconnect(engine)


async def test_a_connection_unused_for_long_is_asked_whether_its_server_answers(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that went silent closes nothing, and a statement would wait for all its time."""
    engine = connect(database_url, size=4)
    async with reading(engine) as db:
        (first,) = await fetch(db, _PID)
        ((connection, _),) = POOLS[engine]["reads"].idle
        sent: list[str] = []
        connection.add_query_logger(lambda record: sent.append(record.query))
        await fetch(db, _PID)
        monkeypatch.setattr(pools, "UNUSED", 0.0)
        await fetch(db, _PID)
        await asyncio.sleep(0)  # asyncpg tells of a query at the loop's next turn
        assert sent == [_PID.sql, ASKS, _PID.sql]
        monkeypatch.setattr(pools, "BEGIN_TIMEOUT", 0.0)
        (second,) = await fetch(db, _PID)
        assert second["pid"] != first["pid"]
    await disconnect(engine)


@pytest.mark.parametrize("opened", [reading, alone])
async def test_without_a_transaction_only_compiled_statements_write_and_none_where_one_reads(
    database_url: str, opened: Any
) -> None:
    engine = connect(database_url, size=4)
    write = "INSERT INTO rate_count VALUES ('alone', clock_now(), 1) ON CONFLICT DO NOTHING"
    for sent in (fetch, None):
        async with opened(engine) as db:
            wrong = opened is reading or sent is None
            refused = pytest.raises(Exception, match="read-only") if wrong else nullcontext()
            with refused:
                await (fetch(db, prepared(text(write))) if sent else db.execute(text(write)))
    async with reading(engine) as db:
        query = text("SELECT count(*) FROM rate_count WHERE key = 'alone'")
        assert await db.scalar(query) == (opened is alone)
    await disconnect(engine)


async def test_a_connection_to_a_server_made_read_only_is_dropped(database_url: str) -> None:
    engine = connect(database_url, size=1)
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("COMMIT; SET default_transaction_read_only = on")
        old = driver.get_server_pid()
    async with transaction(engine) as db:
        await db.execute(text("CREATE TEMPORARY TABLE written ()"))
        assert driver_connection(db).get_server_pid() != old
    await disconnect(engine)


async def test_a_connection_in_use_when_all_are_closed_closes_after_its_use(
    database_url: str,
) -> None:
    engine = connect(database_url, size=1)
    async with autocommit_connection(engine) as connection:
        await disconnect(engine)
        assert await connection.fetchval("SELECT 1") == 1
    assert connection.is_closed()


async def test_a_connection_whose_request_ends_while_it_opens_is_closed(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    connect_to = asyncpg.connect

    async def seen(**given: Any) -> Any:
        opened.append(await connect_to(**given))
        return opened[0]

    monkeypatch.setattr(asyncpg, "connect", seen)
    monkeypatch.setattr(pools, "READ_ONLY", "a.b = on; SELECT pg_sleep(60); SET a.b")
    engine = connect(database_url, size=1)
    async with reading(engine) as db:
        asking = asyncio.create_task(fetch(db, _PID))
        while not opened:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
    assert opened[0].is_closed()
    await disconnect(engine)


async def test_no_server_that_takes_writes_is_trouble(database_url: str) -> None:
    options = {"server_settings": {"default_transaction_read_only": "on"}}
    with pytest.raises(asyncpg.TargetServerAttributeNotMatched) as caught:
        await connection_factory(database_url, **options)()
    assert is_unavailable(caught.value)


async def test_of_several_servers_the_one_that_answers_is_used(database_url: str) -> None:
    url = make_url(database_url)
    host, port = url.query.get("host", url.host), url.query.get("port", url.port or 5432)
    several = url.set(host=None, port=None).update_query_dict(
        {"host": f"127.0.0.1,{host}", "port": f"1,{port}"}
    )
    engine = connect(several.render_as_string(hide_password=False), size=1)
    async with transaction(engine) as db:
        assert await db.scalar(text("SELECT 1")) == 1
    await disconnect(engine)


def test_several_servers_are_written_as_libpq_writes_them() -> None:
    url = asyncpg_url("postgresql://app:p%40ss@one:5433,two/beffroi?sslmode=require")
    named = make_url(url)
    assert (named.username, named.password, named.database) == ("app", "p@ss", "beffroi")
    assert named.query["host"] == ("one:5433", "two:5432")
    assert named.query["sslmode"] == "require"


async def test_a_failed_statement_that_nobody_told_of_is_not_taken_for_a_commit(
    app: AppContext,
) -> None:
    async def write_and_fail() -> None:
        async with transaction(app.engine) as db:
            await db.execute(text("INSERT INTO rate_count VALUES ('lost', clock_now(), 1)"))
            with suppress(asyncpg.PostgresError):
                await driver_connection(db).execute("SELECT 1/0")

    async def write_and_roll_back() -> None:
        async with transaction(app.engine) as db:
            await db.execute(text("INSERT INTO rate_count VALUES ('lost', clock_now(), 1)"))
            await db.rollback()

    for one in (write_and_fail, write_and_roll_back):
        with pytest.raises(NotCommitted):
            await one()
    async with transaction(app.engine) as db:
        assert await db.scalar(text("SELECT count(*) FROM rate_count WHERE key = 'lost'")) == 0


async def test_what_was_not_committed_does_not_outlive_its_block(app: AppContext) -> None:
    for _ in range(3):
        async with app.engine.connect() as connection:
            await connection.execute(text("INSERT INTO rate_count VALUES ('x', clock_now(), 1)"))
    async with transaction(app.engine) as db:
        assert await db.scalar(text("SELECT count(*) FROM rate_count WHERE key = 'x'")) == 0


async def test_a_database_that_is_away_is_trouble_and_back_at_once(app: AppContext) -> None:
    gone = replace(app, engine=connect("postgresql://nobody@127.0.0.1:1/nowhere"))
    with pytest.raises(OSError) as caught:
        async with transaction(gone.engine):
            pass
    assert is_unavailable(caught.value)
