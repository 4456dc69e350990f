"""The migrations make exactly the tables that the rooms describe."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

import deliberation.tables  # noqa: F401 (all tables must be known)
from deliberation.core.context import AppContext
from deliberation.core.database import Row
from deliberation.migrations.files import BY_HAND


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
