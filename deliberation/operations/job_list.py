"""Waiting, failing and dead jobs: retried and dropped by an operator."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound


async def failed(db: AsyncSession) -> tuple[int, ...]:
    """The numbers of the jobs that failed or were given up."""
    return tuple(await db.scalars(text("SELECT id FROM job WHERE tries > 0 ORDER BY id")))


async def retry(db: AsyncSession, job_id: int) -> None:
    """Have a job tried now, as if for the first time. Raises `NotFound`.

    A dead job whose work has been asked for again meanwhile is dropped: the new one does it.
    """
    if (await db.execute(_RETRY, {"id": job_id})).first() is None:
        await drop(db, job_id)


async def drop(db: AsyncSession, job_id: int) -> None:
    """Forget a job, and its mail if it was to deliver one. Raises `NotFound`."""
    if (await db.execute(_DROP, {"id": job_id})).first() is None:
        raise NotFound


async def forget_refused_mails(ctx: RequestContext) -> None:
    """Periodic: mails whose recipient was refused for good are kept a month, then forgotten."""
    await ctx.db.execute(_FORGET_REFUSED)


_RETRY = text(
    """
    UPDATE job SET tries = 0, failure = NULL, dead_at = NULL, run_at = clock_now(),
                   since = clock_now()
    WHERE id = :id AND (dead_at IS NULL OR once IS NULL OR NOT EXISTS (
        SELECT FROM job AS other WHERE other.once = job.once AND other.dead_at IS NULL))
    RETURNING id
    """
)
_FORGET = """
    WITH dropped AS (DELETE FROM job WHERE {which} RETURNING values ->> 'mail_id' AS mail),
    gone AS (DELETE FROM mail WHERE id IN (SELECT mail::uuid FROM dropped))
    SELECT mail FROM dropped
"""
_DROP = text(_FORGET.format(which="id = :id"))
_REFUSED = "dead_at < clock_now() - interval '30 days' AND failure LIKE 'recipient-refused-%'"
_FORGET_REFUSED = text(_FORGET.format(which=_REFUSED))
