"""Bring a database to the newest schema. Alembic is imported here only: no site serves with it."""

from alembic import command
from alembic.config import Config

from deliberation.core.database import MIGRATIONS, asyncpg_url


def migrate(url: str) -> list[str]:
    """Bring the schema of the database at `url` to the newest version. Blocking.

    Returns the files of database functions that were applied, since their content had changed.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = asyncpg_url(url)
    command.upgrade(config, "head")
    applied: list[str] = config.attributes["applied"]
    return applied
