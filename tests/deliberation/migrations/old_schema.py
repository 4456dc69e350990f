"""Databases at an older version of the schema, and rows for them."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config

from deliberation.core.database import MIGRATIONS, asyncpg_url


def upgrade(url: str, version: str) -> None:
    """Bring a database to a version of the schema. Blocking."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = asyncpg_url(url)
    command.upgrade(config, version)


async def first_release(url: str) -> asyncpg.Connection:
    """Make of an empty database one as 0.1.0 leaves it; a connection to it."""
    await asyncio.to_thread(upgrade, url, "0017")
    connection = await connected(url)
    functions = Path(__file__).with_name("first_release.sql")
    await connection.execute(functions.read_text(encoding="utf-8"))
    return connection


async def connected(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url.replace("+asyncpg", "", 1))


# A value for each column that has none of its own and no default.
EMPTY = {
    "text": "",
    "character varying": "",
    "integer": 1,
    "boolean": False,
    "ARRAY": [],
    "jsonb": "{}",
}


async def insert(connection: asyncpg.Connection, table: str, given: dict[str, Any]) -> None:
    """A row of a table, with something in each column that must hold something."""
    columns = await connection.fetch(
        "SELECT column_name AS name, data_type AS kind FROM information_schema.columns"
        " WHERE table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL"
        " AND is_generated = 'NEVER'",
        table,
    )
    known = {
        "source": "live",
        "method": "majority_judgment",
        "created_at": await connection.fetchval("SELECT now()"),
    }
    row = {c["name"]: known.get(c["name"], EMPTY.get(c["kind"])) for c in columns} | given
    await connection.copy_records_to_table(table, columns=[*row], records=[tuple(row.values())])
