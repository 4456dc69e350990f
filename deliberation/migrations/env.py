"""Alembic's entry: runs the versions on the address that `upgrade.migrate` gives."""

import asyncio

from alembic import context
from alembic.script import Script
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

import deliberation.tables  # noqa: F401 (all tables must be known)
from deliberation.core.database import Row, connection_factory
from deliberation.core.errors import NotAllowed
from deliberation.core.settings import CannotStart
from deliberation.migrations.files import (
    BY_HAND,
    apply_functions,
    changed_functions,
    newer_release,
    remember_release,
)
from deliberation.migrations.upgrade import Schema


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        compare_type=True,
        include_name=lambda name, kind, _: not (kind == "table" and name in BY_HAND),
    )
    with context.begin_transaction():
        # Two sites starting together must not migrate together. The lock is the connection's, which
        # ends with this: a version may commit what is done so far.
        connection.exec_driver_sql("SELECT pg_advisory_lock(hashtextextended('migrate', 0))")
        attributes = context.config.attributes
        if newer := newer_release(connection):
            attributes["schema"] = Schema(newer=newer)
            return
        pending, functions = _pending_versions(), changed_functions(connection)
        attributes["schema"] = Schema(
            [f"{one.revision}: {one.doc}" for one in reversed(pending)], functions
        )
        _refuse_what_must_wait(connection, pending)
        if attributes.get("check") or not (pending or functions):
            return
        if not _may_change(connection):
            raise CannotStart(
                "The database's schema is older than this program: run `beffroi migrate` first, "
                "with the owner of the tables in DATABASE_URL."
            )
        context.run_migrations()
        if context.get_context().get_current_revision() == context.script.get_current_head():
            apply_functions(connection)
            remember_release(connection)


def _pending_versions() -> list[Script]:
    """The versions that are not yet applied to this database."""
    current = context.get_context().get_current_revision()
    if current and current not in {one.revision for one in context.script.walk_revisions()}:
        raise CannotStart(
            f"The database's schema {current} is unknown to this program: of a newer release, "
            "of none, or of before 0.1.0, whose `beffroi migrate` must be run first."
        )
    return list(context.script.iterate_revisions("head", current or "base"))


def _may_change(connection: Connection) -> bool:
    """Whether the connection's role owns the tables, or may create them."""
    return bool(connection.exec_driver_sql(_MAY_CHANGE).scalar())


def _refuse_what_must_wait(connection: Connection, pending: list[Script]) -> None:
    """While a ballot box is open, only versions that say `safe_while_voting = True` are applied.

    In a network a ballot box is always open somewhere: a version that does not say it blocks the
    upgrade, and needs a reason (CONTRIBUTING.md).
    """
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
    open_connection = connection_factory(url)
    engine = create_async_engine(url, async_creator=open_connection, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


asyncio.run(_main())
