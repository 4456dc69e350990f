"""A standby of the database, as a site sees it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deliberation.core.database import connect, disconnect, transaction
from deliberation.migrations.grants import SITE, grant
from deliberation.operations.replication import copies
from tests.faults.stage import Stage, a_stage, make_template, scratch
from tests.faults.survival import a_standby


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with scratch() as folder:
        yield make_template(folder)


@pytest.fixture
async def stage(template: Path) -> AsyncIterator[Stage]:
    async with a_stage(template.parents[1] / "stage", template, durable=True) as stage:
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
