"""A new version of the program does not change the tables under an open urn."""

import asyncio

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import migrate
from deliberation.core.errors import NotAllowed
from tests.builders import request_context
from tests.sealed import a_sealed_vote


async def test_a_migration_waits_for_the_close(app: AppContext) -> None:
    await a_sealed_vote(app)
    url = app.engine.url.render_as_string(hide_password=False)
    await asyncio.to_thread(migrate, url)  # nothing is pending: a restart is always possible
    before = await _at_version(app, "0001")
    try:
        with pytest.raises(NotAllowed) as refused:
            await asyncio.to_thread(migrate, url)
    finally:
        await _at_version(app, before)
    assert refused.value.code == "urn-is-open-for-migration"


async def _at_version(app: AppContext, version: str) -> str:
    """Have the database say that its schema has this version; the one it said before."""
    async with request_context(app) as ctx:
        before = (await ctx.db.scalars(text("SELECT version_num FROM alembic_version"))).one()
        await ctx.db.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    return before
