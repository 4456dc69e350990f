"""The worker: runners for the jobs of each lane, and timers for periodic jobs.

Nothing ends it but `until`: whatever is raised is logged, and tried again after a pause. Each hand
and each periodic job has a connection of its own, so that none waits for another. A new job wakes
one hand of its lane; a hand that found work wakes the next, so that a queue soon has them all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import func, text
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core import clock
from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import Row, own_connection, transaction
from deliberation.operations.queue import Job, Lane, run_one

log = structlog.get_logger()

IDLE = 2.0  # seconds after which a hand looks for work that nobody announced
MAX_RETRY_SECONDS = 15.0  # seconds between tries while the database is away


class PeriodicRun(Row):
    """Last finished run of a periodic job, by the database's clock: the worker's heartbeat."""

    __tablename__ = "periodic_run"
    name: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that runs again and again, `every` so long."""

    job: Job
    every: timedelta


def connections(lanes: Mapping[str, Lane], periodic: Mapping[str, Periodic]) -> int:
    """Number of database connections that a worker may hold, with the one that listens for jobs."""
    return sum(lane.concurrency for lane in lanes.values()) + len(periodic) + 1


async def work(
    app: AppContext,
    lanes: Mapping[str, Lane],
    periodic: Mapping[str, Periodic],
    *,
    until: asyncio.Event,
    idle: float = IDLE,
) -> None:
    """Run jobs as they come and periodic ones on time, until `until` is set."""
    runners = [(name, lane) for name, lane in lanes.items() for _ in range(lane.concurrency)]
    wakes = {name: asyncio.Queue[None](lane.concurrency) for name, lane in lanes.items()}
    listener = asyncio.create_task(_listen(app, lanes, wakes))
    try:
        async with asyncio.TaskGroup() as group:
            for name, lane in runners:
                once = partial(run_one, app, lane)
                group.create_task(_keep(name, once, idle, wakes[name], until))
            for name, entry in periodic.items():
                once = partial(_run_periodic, app, name, entry)
                every = entry.every.total_seconds()
                group.create_task(_keep(name, once, every, asyncio.Queue(), until))
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener


async def _keep(
    name: str,
    once: Callable[[], Awaitable[bool]],
    pause: float,
    wakes: "asyncio.Queue[None]",
    until: asyncio.Event,
) -> None:
    """Do something again and again: at once while it says that there is more, or after a pause."""
    failures = 0
    while not until.is_set():
        more, wait = False, pause
        try:
            more = await once()
            if failures:
                log.info("work-goes-on", work=name, failures=failures)
            failures = 0
        except Exception as error:
            failures += 1
            wait = min(pause * 2 ** min(failures, 10), max(pause, MAX_RETRY_SECONDS))
            if failures == 1:  # log an outage once, not every few seconds
                log.error("work-failed", work=name, error=type(error).__name__)
        if more:
            _wake(wakes)
        else:
            await _wait(wait, wakes, until)


async def _run_periodic(app: AppContext, name: str, entry: Periodic) -> bool:
    """Run a periodic job unless another worker is running it just now."""
    async with transaction(app.engine) as db:
        locked = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
        if (await db.scalars(locked, {"name": f"periodic:{name}"})).one():
            await entry.job(RequestContext(app=app, db=db, now=await clock.now(db)))
            await db.execute(_DONE, {"name": name})
    return False


# Seldom more than every ten seconds: an idle site need not write.
_DONE = text(
    """
    INSERT INTO periodic_run AS run (name, done_at) VALUES (:name, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at
    WHERE run.done_at < excluded.done_at - interval '10 seconds'
    """
)


def _wake(wakes: "asyncio.Queue[None]") -> None:
    """Wake a hand of a lane, or the next one to wait."""
    with suppress(asyncio.QueueFull):
        wakes.put_nowait(None)


async def _listen(
    app: AppContext, lanes: Mapping[str, Lane], wakes: "Mapping[str, asyncio.Queue[None]]"
) -> None:
    """Wake a hand of its lane at each new job; always reconnect (else runners only poll)."""

    def announce(_connection: object, _pid: object, _channel: object, name: str) -> None:
        for lane, hands in wakes.items():
            if name in lanes[lane].jobs:
                _wake(hands)

    while True:
        with suppress(Exception):
            connection, closed = await own_connection(app.engine), asyncio.Event()
            try:
                connection.add_termination_listener(lambda _, closed=closed: closed.set())
                await connection.add_listener("job", announce)
                await closed.wait()
            finally:
                connection.terminate()
        await asyncio.sleep(1)


async def _wait(seconds: float, wakes: "asyncio.Queue[None]", until: asyncio.Event) -> None:
    waiting = [asyncio.create_task(wakes.get()), asyncio.create_task(until.wait())]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
