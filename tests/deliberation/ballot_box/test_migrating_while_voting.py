"""A new version of the program does not change the tables under an open urn."""

import asyncio

import pytest
from sqlalchemy import text

from deliberation.kit.act import House
from deliberation.kit.database import migrate
from deliberation.kit.errors import NotAllowed
from tests.builders import acting
from tests.sealed import a_sealed_vote


async def test_a_migration_waits_for_the_close(house: House) -> None:
    await a_sealed_vote(house)
    url = house.engine.url.render_as_string(hide_password=False)
    await asyncio.to_thread(migrate, url)  # nothing is pending: a restart is always possible
    before = await _at_version(house, "0001")
    try:
        with pytest.raises(NotAllowed) as refused:
            await asyncio.to_thread(migrate, url)
    finally:
        await _at_version(house, before)
    assert refused.value.code == "urn-is-open-for-migration"


async def _at_version(house: House, version: str) -> str:
    """Have the database say that its schema has this version; the one it said before."""
    async with acting(house) as act:
        before = (await act.db.scalars(text("SELECT version_num FROM alembic_version"))).one()
        await act.db.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    return before
