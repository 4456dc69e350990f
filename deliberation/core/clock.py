"""The database's clock: it decides everywhere, and only this module reads it.

In SQL it is `clock_now()`, which adds the offset of a demo or test install; the database refuses an
offset on a live install.
"""

import time
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.core.errors import NotAllowed


async def now(session: AsyncSession) -> datetime:
    """The current time in UTC, by the clock that opens and closes phases."""
    moment: datetime = (await session.scalars(select(func.clock_now()))).one()
    return moment


async def drift(session: AsyncSession) -> float:
    """Seconds by which this machine's clock is ahead of the database server's."""
    before = time.time()
    there = await session.scalar(text("SELECT extract(epoch FROM clock_timestamp())::float8"))
    return (before + time.time()) / 2 - float(there)


async def advance(session: AsyncSession, by: timedelta) -> datetime:
    """Move the clock of a demo or test install forward and return the new time.

    Raises `NotAllowed("clock-is-real")` on a live install.
    """
    if (await install_kind(session)) == "live":
        raise NotAllowed("clock-is-real")
    await session.execute(text("UPDATE install SET clock_offset = clock_offset + :by"), {"by": by})
    return await now(session)


async def install_kind(session: AsyncSession) -> str:
    """`live`, `demo` or `test`."""
    kind: str = (await session.scalars(text("SELECT kind FROM install"))).one()
    return kind


async def begin_demo(session: AsyncSession) -> datetime:
    """Make the install a demo, whose clock can be moved, and return the real time."""
    await session.execute(text("UPDATE install SET kind = 'demo', clock_offset = interval '0'"))
    return await now(session)


async def set_offset(session: AsyncSession, offset: timedelta) -> None:
    """Set the clock to the real time plus `offset`; the database refuses it on a live install."""
    await session.execute(text("UPDATE install SET clock_offset = :by"), {"by": offset})
