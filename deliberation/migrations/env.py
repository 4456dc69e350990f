"""Alembic's entry: runs the versions on the address that `kit.database.migrate` gives."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

import deliberation.tables  # noqa: F401 (all tables must be known)
from deliberation.core.database import Row, dialer
from deliberation.core.errors import NotAllowed
from deliberation.core.settings import CannotStart
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
        _refuse_what_must_wait(connection)
        context.run_migrations()


def _refuse_what_must_wait(connection: Connection) -> None:
    """While an urn is open, only versions that say `safe_while_voting = True` are applied.

    The tables' owner alone applies any.
    """
    current = context.get_context().get_current_revision()
    pending = [] if current is None else list(context.script.iterate_revisions("head", current))
    if (pending or current is None) and not connection.exec_driver_sql(_MAY_CHANGE).scalar():
        raise CannotStart(
            "The database's schema is older than this program: run `beffroi migrate` first, with "
            "the owner of the tables in DATABASE_URL."
        )
    unsafe = [one for one in pending if not getattr(one.module, "safe_while_voting", False)]
    if not unsafe or connection.exec_driver_sql(_NO_BOARD).scalar():
        return
    if connection.exec_driver_sql(_OPEN_URNS).scalar():
        raise NotAllowed("urn-is-open-for-migration")


_MAY_CHANGE = """
    SELECT coalesce(
        (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class
         WHERE oid = to_regclass('alembic_version')),
        has_schema_privilege('public', 'CREATE'))
"""
_NO_BOARD = "SELECT to_regclass('board_line') IS NULL"
_OPEN_URNS = """
    SELECT EXISTS (
        SELECT FROM board_line GROUP BY poll_id HAVING bool_and(kind NOT IN ('close', 'result'))
    )
"""


async def _main() -> None:
    url = context.config.attributes["url"]
    engine = create_async_engine(url, async_creator=dialer(url), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_main())
