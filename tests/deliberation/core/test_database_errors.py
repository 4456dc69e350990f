"""Transient database errors and our own mistakes are distinguished; conflicts are retried."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deliberation.core.context import AppContext
from deliberation.core.database_errors import TRIES, is_unavailable, retried
from tests.builders import request_context

CONFLICT = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{}'; END $$"


@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_a_conflict_is_tried_again_and_then_goes_through(app: AppContext, code: str) -> None:
    tries = []

    async def work() -> int:
        tries.append(1)
        async with request_context(app) as ctx:
            if len(tries) < 3:
                await ctx.db.execute(text(CONFLICT.format(code)))
        return len(tries)

    assert await retried(work) == 3


async def test_a_conflict_that_lasts_is_given_up_and_is_trouble(app: AppContext) -> None:
    tries = []

    async def work() -> None:
        tries.append(1)
        async with request_context(app) as ctx:
            await ctx.db.execute(text(CONFLICT.format("40001")))

    with pytest.raises(DBAPIError) as caught:
        await retried(work)
    assert len(tries) == TRIES
    assert is_unavailable(caught.value)


@pytest.mark.parametrize("code", ["53100", "57P01", "25006", "58030", "55P03"])
async def test_a_full_disk_or_a_stopped_server_is_trouble(app: AppContext, code: str) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with request_context(app) as ctx:
            await ctx.db.execute(text(CONFLICT.format(code)))
    assert is_unavailable(caught.value)


async def test_nothing_else_is_trouble_nor_tried_again(app: AppContext) -> None:
    tries = []

    async def work() -> None:
        tries.append(1)
        async with request_context(app) as ctx:
            await ctx.db.execute(text("SELECT 1 / 0"))

    with pytest.raises(DBAPIError) as caught:
        await retried(work)
    assert len(tries) == 1
    assert not is_unavailable(caught.value)
    assert not is_unavailable(FileNotFoundError(2, "No such file", "key"))


async def test_a_server_that_is_not_there_is_trouble() -> None:
    with pytest.raises(OSError) as caught:
        await asyncpg.connect("postgresql://app@/app?host=/nowhere-at-all")
    assert is_unavailable(caught.value)
