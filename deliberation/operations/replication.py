"""How the database copies what it commits, as far as every role may ask it."""

from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# `none`: one server, or copies that its storage makes; `asynchronous`: standbys receive later what
# was acknowledged, and one that takes over lacks the last of it; `synchronous`: one has it before.
Copies = Literal["none", "asynchronous", "synchronous"]

# What others may see of `pg_stat_replication` is that there is a row.
COPIES = """
    CASE WHEN current_setting('synchronous_standby_names') <> '' THEN 'synchronous'
         WHEN EXISTS (SELECT FROM pg_stat_replication) THEN 'asynchronous'
         ELSE 'none' END
"""


async def copies(db: AsyncSession) -> Copies:
    """How the database is copied now."""
    found: Copies = (await db.scalars(_COPIES)).one()
    return found


_COPIES = text(f"SELECT {COPIES}")
