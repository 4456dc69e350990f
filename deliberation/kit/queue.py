"""Work to do later: jobs are rows, enqueued in the transaction that causes them.

A worker takes one with SKIP LOCKED, runs it in a transaction of its own, and deletes it in that
same transaction: a job that failed half-way has done nothing. PostgreSQL's NOTIFY wakes workers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import structlog
from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.kit import clock
from deliberation.kit.act import Act, House
from deliberation.kit.database import Row, transaction

log = structlog.get_logger()

Job = Callable[..., Awaitable[None]]  # async (act, **values) -> None
TRIES = 8


class QueuedJob(Row):
    """One piece of work: its name in the table of jobs and the values it is called with."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    run_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default="0")
    failure: Mapped[str | None]
    once: Mapped[str | None] = mapped_column(unique=True)
    __table_args__ = (Index(None, "run_at"),)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that runs again and again, `every` so long."""

    job: Job
    every: timedelta


async def enqueue(
    db: AsyncSession,
    name: str,
    *,
    run_at: datetime | None = None,
    once: str | None = None,
    **values: Any,
) -> None:
    """Add a job to the current transaction; a second one with the same `once` key is left out."""
    await db.execute(
        text(
            "INSERT INTO job (name, values, run_at, once)"
            " VALUES (:name, :values, coalesce(:run_at, clock_now()), :once)"
            " ON CONFLICT (once) DO NOTHING"
        ),
        {"name": name, "values": _json(values), "run_at": run_at, "once": once},
    )


async def work(
    house: House,
    jobs: Mapping[str, Job],
    periodic: Mapping[str, Periodic],
    *,
    until: asyncio.Event,
    idle: float = 2.0,
) -> None:
    """Run jobs as they come and periodic ones on time, until `until` is set."""
    due = dict.fromkeys(periodic, 0.0)
    wake = asyncio.Event()
    listener = asyncio.create_task(_listen(house, wake, until))
    loop = asyncio.get_running_loop()
    try:
        while not until.is_set():
            try:
                for name, entry in periodic.items():
                    if loop.time() >= due[name]:
                        due[name] = loop.time() + entry.every.total_seconds()
                        await _run_alone(house, name, entry.job)
                while await run_one(house, jobs):
                    if until.is_set():
                        return
            except Exception as error:  # whatever it is, the worker goes on
                log.warning("worker-database-unreachable", error=type(error).__name__)
            await _wait(idle, wake, until)
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener


async def run_one(house: House, jobs: Mapping[str, Job]) -> bool:
    """Take and run one due job; whether there was one. A failing job is put off and tried again."""
    try:
        async with transaction(house.engine) as db:
            row = (await db.execute(text(_TAKE), {"tries": TRIES})).one_or_none()
            if row is None:
                return False
            act = Act(house=house, db=db, now=await clock.now(db))
            try:
                async with db.begin_nested():
                    await jobs[row.name](act, **row.values)
            except Exception as error:
                # The message is not logged nor kept: it may quote what somebody wrote.
                log.error(
                    "job-failed", job=row.name, tries=row.tries + 1, error=type(error).__name__
                )
                await db.execute(text(_PUT_OFF), {"id": row.id, "failure": type(error).__name__})
            else:
                await db.execute(text("DELETE FROM job WHERE id = :id"), {"id": row.id})
    except asyncpg.SerializationError:
        return True
    return True


async def run_all(house: House, jobs: Mapping[str, Job]) -> int:
    """Run every due job now, for tests and commands; how many ran."""
    count = 0
    while await run_one(house, jobs):
        count += 1
    return count


_TAKE = """
    SELECT id, name, values, tries FROM job
    WHERE run_at <= clock_now() AND tries < :tries
    ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_PUT_OFF = """
    UPDATE job SET tries = tries + 1, failure = :failure,
                   run_at = clock_now() + make_interval(secs => power(3, tries + 1))
    WHERE id = :id
"""


async def _run_alone(house: House, name: str, job: Job) -> None:
    """Run a periodic job unless another worker is running it just now."""
    try:
        async with transaction(house.engine) as db:
            locked = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
            if (await db.scalars(locked, {"name": f"periodic:{name}"})).one():
                await job(Act(house=house, db=db, now=await clock.now(db)))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        raise
    except Exception as error:
        log.error("periodic-failed", job=name, error=type(error).__name__)


async def _listen(house: House, wake: asyncio.Event, until: asyncio.Event) -> None:
    """Set `wake` at each new job; reconnect for ever: without it workers only poll."""
    url = house.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    closed = asyncio.Event()
    while not until.is_set():
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection = await asyncpg.connect(url)
            try:
                await connection.add_listener("job", lambda *_: wake.set())
                closed.clear()
                connection.add_termination_listener(lambda *_: closed.set())
                await closed.wait()
            finally:
                connection.terminate()
        await asyncio.sleep(1)


async def _wait(seconds: float, wake: asyncio.Event, until: asyncio.Event) -> None:
    waiting = [asyncio.create_task(wake.wait()), asyncio.create_task(until.wait())]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    wake.clear()


def _json(values: dict[str, Any]) -> str:
    return msgspec.json.encode(values).decode()
