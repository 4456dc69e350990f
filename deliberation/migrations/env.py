"""Alembic's entry: runs the versions on the address that `kit.database.migrate` gives."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

import deliberation.tables  # noqa: F401 (all tables must be known)
from deliberation.kit.database import Row
from deliberation.migrations.files import BY_HAND


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        compare_type=True,
        include_name=lambda name, kind, _: not (kind == "table" and name in BY_HAND),
    )
    with context.begin_transaction():
        # Two sites starting together must not migrate together.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('migrate', 0))")
        context.run_migrations()


async def _main() -> None:
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_main())
