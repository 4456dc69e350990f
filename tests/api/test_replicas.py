"""A standby of the database, as a site sees it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deliberation.core.context import Viewer
from deliberation.core.database import connect, connection_factory, transaction
from deliberation.core.pools import disconnect
from deliberation.elections.ballots.queries import own_ballot, voted_polls
from deliberation.migrations.grants import SITE, grant
from deliberation.operations.replication import copies
from tests.builders import a_ballot, a_consultation, a_person, a_poll, request_context
from tests.faults.stage import Stage, a_stage, make_template, scratch
from tests.faults.survival import a_standby
from tests.site import Visitor, running
from web.app import create_site


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with scratch() as folder:
        yield make_template(folder)


@pytest.fixture
async def stage(template: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with a_stage(
        template.parents[1] / request.node.name[-8:], template, durable=True
    ) as stage:
        await stage.sql(f"CREATE ROLE {SITE} LOGIN", user="postgres")
        await grant(stage.cluster.url())
        yield stage


async def seen(stage: Stage) -> str:
    """How the database is copied, by the word that the site's role gets."""
    engine = connect(stage.cluster.url().replace("app@", f"{SITE}@", 1), size=1)
    try:
        async with transaction(engine) as db:
            return await copies(db)
    finally:
        await disconnect(engine)


async def test_a_site_sees_whether_a_standby_has_what_was_acknowledged(stage: Stage) -> None:
    assert await seen(stage) == "none"
    async with a_standby(stage, synchronous=False):
        assert await seen(stage) == "asynchronous"
        name = "ALTER SYSTEM SET synchronous_standby_names = '*'"
        await stage.sql(name, user="postgres")
        await stage.sql("SELECT pg_reload_conf()", user="postgres")
        assert await seen(stage) == "synchronous"
        await stage.sql("ALTER SYSTEM RESET synchronous_standby_names", user="postgres")
        await stage.sql("SELECT pg_reload_conf()", user="postgres")


async def test_a_visitor_is_answered_by_the_replica_and_whoever_holds_a_cookie_is_not(
    stage: Stage,
) -> None:
    replica = f"postgresql://app@/app?host={stage.folder / 'standby' / 'data'}&port=5432"
    site = create_site(replace(stage.settings, read_database_url=replica))
    async with stage.app() as app:
        slug = (await a_consultation(app, title="Avant")).card.slug
    late, at_once = f"/fr/c/{slug}", f"/api/v1/consultations/{slug}"
    async with running(site) as served:
        stranger, known = Visitor(served), Visitor(served)
        known.http.cookies.set("browser", "b" * 43)
        async with a_standby(stage, synchronous=False):
            await on_replica(replica, "SELECT pg_wal_replay_pause()")
            await stage.sql("UPDATE consultation SET title = 'Après'")
            assert "Avant" in (await stranger.open(late)).text
            assert "Après" in (await stranger.open(at_once)).text
            assert "Après" in (await known.open(late)).text
            await on_replica(replica, "SELECT pg_wal_replay_resume()")
            async with asyncio.timeout(20):
                while "Après" not in (await stranger.open(late)).text:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            # It has followed nothing for some minutes, by what a worker wrote: the primary answers.
            await stage.sql("INSERT INTO periodic_run VALUES ('x', now() - interval '2 minutes')")
            await asyncio.sleep(1)
            await on_replica(replica, "SELECT pg_wal_replay_pause()")
            await stage.sql("UPDATE consultation SET title = 'Alors'")
            await stage.sql("UPDATE periodic_run SET done_at = now()")
            assert "Alors" in (await stranger.open(late)).text
            await on_replica(replica, "SELECT pg_wal_replay_resume()")
        # The replica is away: the primary answers.
        await stage.sql("UPDATE consultation SET title = 'Ensuite'")
        assert "Ensuite" in (await stranger.open(late)).text


async def on_replica(url: str, statement: str) -> None:
    connection = await connection_factory(
        url.replace("app@", "postgres@", 1), target_session_attrs="any"
    )()
    await connection.execute(statement)
    await connection.close()


async def test_no_page_says_that_a_vote_is_recorded_before_a_standby_has_it(stage: Stage) -> None:
    async with stage.app() as app:
        page, poll = await a_poll(app)
        voter, other = await a_person(app), await a_person(app)
        await a_ballot(app, page, poll, {"1": 7}, voter)

        async def told(who: Viewer) -> tuple[bool, bool]:
            async with asyncio.timeout(2), request_context(app, who) as ctx:
                own = await own_ballot(ctx, poll)
                return own.voted, 1 in await voted_polls(ctx, page.ref)

        assert await told(voter) == (True, True)
        name = "ALTER SYSTEM SET synchronous_standby_names = 'away'"
        await stage.sql(name, user="postgres")
        await stage.sql("SELECT pg_reload_conf()", user="postgres")
        assert await told(other) == (False, False)
        with pytest.raises(TimeoutError):
            await told(voter)
        await stage.sql("ALTER SYSTEM RESET synchronous_standby_names", user="postgres")
        await stage.sql("SELECT pg_reload_conf()", user="postgres")
        assert await told(voter) == (True, True)
