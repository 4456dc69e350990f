"""The site's and the worker's roles in the database: what they may do, and what they may not.

The whole suite of pages and API runs as the site's role (`tests/plugin_site.py`).
"""

from contextlib import suppress
from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from api.app_context import open_app
from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import NotCommitted, Row, transaction
from deliberation.elections.ballot_box.lifecycle import close_ballot_box, open_ballot_box
from deliberation.elections.results.commands import count_poll
from deliberation.jobs import JOBS, PERIODIC
from deliberation.migrations.files import BY_HAND
from deliberation.migrations.grants import CAST_FUNCTIONS, GRANTS, SITE, WORKER, grant, statements
from deliberation.network.people.commands import delete_account
from deliberation.operations.queue import run_all
from tests.builders import (
    TITLES,
    a_ballot,
    a_comment,
    a_consultation,
    a_person,
    a_poll,
    a_proposal,
    close_now,
    request_context,
)
from tests.sealed import a_sealed_ballot, a_sealed_vote, end_vote

POLL = "00000000-0000-0000-0000-000000000000"
GROWS_ONLY = ("board_line", "event", "minutes", "result", "sealed_ballot", "urn_ballot")
NOBODY = [
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in GROWS_ONLY),
    "UPDATE board_line SET kind = kind",
    "UPDATE result SET digest = digest",
    "UPDATE sealed_ballot SET slot = slot",
    "UPDATE urn_ballot SET slot = slot",
    *(f"TRUNCATE {table}" for table in (*GROWS_ONLY, "roll_mark", "elector")),
    "UPDATE event SET kind = kind",
    "DELETE FROM event",
    "DELETE FROM board_line",
    "DELETE FROM result",
    "DELETE FROM urn_ballot",
    "INSERT INTO urn_ballot SELECT * FROM urn_ballot",
    "UPDATE roll_mark SET voter_id = voter_id",
    "UPDATE install SET secret_check = ''",
    "UPDATE install SET kind = 'demo'",
    "INSERT INTO renewed_key SELECT * FROM renewed_key",
    "DROP TRIGGER dates_are_held ON phase",
    "SET session_replication_role = replica",
    "CREATE TABLE own (id int)",
    "CREATE OR REPLACE FUNCTION clock_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
    "ALTER FUNCTION cast_sealed RENAME TO other",
    "COPY person TO PROGRAM 'cat'",
    "COPY person FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "CREATE ROLE other SUPERUSER",
    f"GRANT {WORKER} TO {SITE}",
    "UPDATE alembic_version SET version_num = version_num",
]
NOT_THE_SITE = [
    *NOBODY,
    "DELETE FROM roll_mark",
    "DELETE FROM sealed_ballot",
    "INSERT INTO roll_mark SELECT * FROM roll_mark",
    "INSERT INTO sealed_ballot SELECT * FROM sealed_ballot",
    "UPDATE periodic_run SET name = name",
    "DELETE FROM job",
    "DELETE FROM mail",
]
NOT_THE_WORKER = [
    *NOBODY,
    "UPDATE elector SET name = name",
    "INSERT INTO membership SELECT * FROM membership",
    "UPDATE trustee SET public = public",
    "INSERT INTO session SELECT * FROM session",
]


async def test_m8_every_table_says_what_each_role_may_do(app: AppContext) -> None:
    tables = {*Row.metadata.tables, *BY_HAND, "alembic_version"}
    assert set(GRANTS) == tables, "a new table needs its line in deliberation/migrations/grants.py"


@pytest.mark.parametrize(
    ("role", "statement"),
    [*((SITE, one) for one in NOT_THE_SITE), *((WORKER, one) for one in NOT_THE_WORKER)],
)
async def test_m8_the_site_and_the_worker_may_not(
    app: AppContext, role: str, statement: str
) -> None:
    connection = await _connected(app, role)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_m8_ballots_come_in_by_their_doors_only(app: AppContext) -> None:
    connection = await _connected(app, SITE)
    try:
        for function in CAST_FUNCTIONS:
            owner = "SELECT prosecdef AND proconfig @> '{\"search_path=public, pg_temp\"}'"
            assert await connection.fetchval(f"{owner} FROM pg_proc WHERE proname = $1", function)
        said = await connection.fetchval("SELECT mark_paper_voter($1, '1', 'paper')", POLL)
        assert said == "voting-not-open"
    finally:
        await connection.close()


@pytest.mark.parametrize("name", PERIODIC)
async def test_m8_the_workers_rights_are_enough_for_every_periodic_job(
    app: AppContext, name: str
) -> None:
    url = app.engine.url.set(username=WORKER).render_as_string(hide_password=False)
    async with open_app(replace(app.settings, database_url=url), size=1) as own:
        with suppress(NotCommitted):  # nothing of it is kept
            async with transaction(own.engine) as db:
                await PERIODIC[name].job(RequestContext(app=own, db=db, now=await clock.now(db)))
                await db.rollback()


async def test_m8_the_workers_rights_are_enough_to_open_close_and_count(app: AppContext) -> None:
    sealed = await a_sealed_vote(app, opened=False)
    page, plain = await a_poll(app, TITLES)
    await a_ballot(app, page, plain, {"1": 7})
    url = app.engine.url.set(username=WORKER).render_as_string(hide_password=False)
    async with open_app(replace(app.settings, database_url=url), size=1) as own:
        async with request_context(own) as ctx:
            await open_ballot_box(ctx, str(sealed.poll.id))
        await a_sealed_ballot(app, sealed, sealed.codes[0], {"1": 7})
        await end_vote(app, sealed)
        await close_now(app, page)
        async with request_context(own) as ctx:
            await close_ballot_box(ctx, str(sealed.poll.id))
        async with request_context(own) as ctx:
            await count_poll(ctx, str(plain.id))
            counted = "EXISTS (SELECT FROM result WHERE poll_id = :plain)"
            done = text(f"SELECT board_is_closed(:sealed) AND {counted}")
            assert await ctx.db.scalar(done, {"sealed": sealed.poll.id, "plain": plain.id})


async def test_m8_the_workers_rights_are_enough_to_forget_what_was_never_published(
    app: AppContext,
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    linked = "Voyez https://boutique.example/velos, c’est ici."
    author = await a_person(app)
    await a_proposal(app, page, author, body=linked)
    await a_comment(app, page, number, author, body=linked)
    async with request_context(app, author) as ctx:
        await delete_account(ctx)
    url = app.engine.url.set(username=WORKER).render_as_string(hide_password=False)
    async with open_app(replace(app.settings, database_url=url), size=1) as own:
        await run_all(own, JOBS)
    async with request_context(app) as ctx:
        left = text("SELECT count(*) FROM subject WHERE author_id = :author")
        assert await ctx.db.scalar(left, {"author": author.id}) == 0


async def test_m8_without_the_two_roles_nothing_is_asked_of_the_server() -> None:
    assert statements([]) == []


async def test_m8_granting_again_changes_nothing(app: AppContext) -> None:
    url = app.engine.url.render_as_string(hide_password=False)
    before = await _rights(app)
    assert await grant(url) == [SITE, WORKER]
    assert await _rights(app) == before


async def _rights(app: AppContext) -> list[object]:
    connection = await _connected(app, app.engine.url.username or "")
    try:
        rows: list[object] = await connection.fetch(
            "SELECT grantee, table_name, privilege_type FROM information_schema.table_privileges"
            " WHERE table_schema = 'public' ORDER BY 1, 2, 3"
        )
        return rows
    finally:
        await connection.close()


async def _connected(app: AppContext, role: str) -> asyncpg.Connection:
    url = make_url(app.engine.url).set(drivername="postgresql", username=role)
    return await asyncpg.connect(url.render_as_string(hide_password=False))
