"""The floor: what a Litestar handler costs that only asks the database one thing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from litestar import Litestar, Request, get

from deliberation.core.settings import read_settings


@get("/")
async def one_select(request: Request[Any, Any, Any]) -> dict[str, str]:
    """One row by its key, as JSON."""
    async with request.app.state.pool.acquire() as connection:
        row = await connection.fetchrow("SELECT slug, title FROM consultation LIMIT 1")
        return dict(row)


def create_floor() -> Litestar:
    """An application with this one handler and nothing else."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        url = read_settings().database_url.replace("+asyncpg", "", 1)
        async with asyncpg.create_pool(url, reset=_nothing) as pool:
            app.state.pool = pool
            yield

    return Litestar([one_select], lifespan=[lifespan], openapi_config=None, logging_config=None)


async def _nothing(_: asyncpg.Connection) -> None:
    """Nothing to put back after a plain SELECT: the usual reset would be a second statement."""
