"""The migrations make exactly the tables that the rooms describe."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

import deliberation.tables  # noqa: F401 (all tables must be known)
from deliberation.core.context import AppContext
from deliberation.core.database import Row
from deliberation.migrations.files import BY_HAND
from deliberation.operations.health import newest_version


async def test_migrations_make_the_tables_that_the_rooms_describe(app: AppContext) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: not (kind == "table" and name in BY_HAND),
            },
        )
        return list(compare_metadata(context, Row.metadata))

    async with app.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_last_version_applied_is_the_one_with_the_highest_number(app: AppContext) -> None:
    """Health checks and backups compare versions by number."""
    async with app.engine.connect() as connection:
        applied = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    assert applied == newest_version()
