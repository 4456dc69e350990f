"""Bring a database to the newest schema. Alembic is imported here only: no site serves with it."""

from collections.abc import Sequence
from typing import NamedTuple

from alembic import command
from alembic.config import Config

from deliberation.core.database import MIGRATIONS, asyncpg_url


class Schema(NamedTuple):
    """What is missing in a database, or was until now: versions, and files of functions.

    `newer`: the newer release that has migrated it, to which this one leaves it.
    """

    versions: Sequence[str] = ()
    functions: Sequence[str] = ()
    newer: str = ""


def migrate(url: str) -> Sequence[str]:
    """Bring the schema of the database at `url` to the newest version. Blocking.

    Returns the files of database functions that were applied, since their content had changed.
    """
    return schema_of(url, check=False).functions


def schema_of(url: str, *, check: bool = True) -> Schema:
    """What `migrate` would do to the database at `url`; without `check`, it is done. Blocking."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes |= {"url": asyncpg_url(url), "check": check}
    command.upgrade(config, "head")
    schema: Schema = config.attributes["schema"]
    return schema
