"""The job queue: jobs are rows, enqueued in the transaction that causes them.

A worker takes one with SKIP LOCKED, runs it in a transaction of its own, and deletes it in that
same transaction: a job that failed half-way has done nothing, and one whose worker was killed is
run again. A leased job talks to another server, so no transaction is open meanwhile: it is put off
for as long as its worker may need, and deleted when it is done. A job that fails is tried again, at
growing pauses; one that is given up stays in the table, apart (`dead_at`), until somebody retries
or drops it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import BigInteger, Identity, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import Row, driver_connection, fetch, prepared, transaction
from deliberation.operations.metrics import JOBS

log = structlog.get_logger()

# async (ctx, **values) -> None, or a code that says why there was nothing to do.
Job = Callable[..., Awaitable[str | None]]
LEASE = timedelta(minutes=2)  # for which a leased job is put off, longer than it may take


class QueuedJob(Row):
    """One piece of work: its name in the table of jobs and the values it is called with."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    run_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default="0")
    failure: Mapped[str | None]  # the kind of the last error, never its words
    once: Mapped[str | None]  # no second one is added while one with this key waits
    since: Mapped[datetime] = mapped_column(server_default=func.clock_now())
    dead_at: Mapped[datetime | None]
    __table_args__ = (
        Index(None, "name", "run_at", postgresql_where=text("dead_at IS NULL")),
        Index(None, "once", unique=True, postgresql_where=text("dead_at IS NULL")),
        Index(None, "run_at", postgresql_where=text("dead_at IS NULL")),
        # For the health check: dead jobs and jobs with many tries, nearly always none.
        Index(None, "dead_at", postgresql_where=text("dead_at IS NOT NULL")),
        Index(None, "tries", postgresql_where=text("dead_at IS NULL AND tries > 5")),
    )


@dataclass(frozen=True, slots=True)
class Leased:
    """A job that claims its rows itself, up to `batch` at a time, for `LEASE`.

    `run(app, lane, name, batch)` returns whether there were any.
    """

    run: Callable[[AppContext, "Lane", str, int], Awaitable[bool]]
    batch: int = 1


@dataclass(frozen=True, slots=True)
class Lane:
    """Jobs that wait for one another and for no others; earlier names go first.

    `concurrency`: how many run at once. After a failure the pause grows threefold up to
    `max_pause`; a job that is older than `give_up_after` is given up (`None`: never).
    """

    jobs: Mapping[str, Job | Leased]
    concurrency: int = 1
    max_pause: timedelta = timedelta(minutes=5)
    give_up_after: timedelta | None = None


class PermanentFailure(Exception):
    """A job that no later try can do; the code says why, for operators."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def enqueue(
    db: AsyncSession,
    name: str,
    *,
    run_at: datetime | None = None,
    once: str | None = None,
    **values: Any,
) -> None:
    """Add a job to the current transaction; a second one with the same `once` key is left out."""
    given = {"name": name, "values": msgspec.json.encode(values).decode()}
    await db.execute(_ADD, {**given, "run_at": run_at, "once": once})


def enqueue_sql(name: str, values: str, rows: str) -> str:
    """The statement that adds a job for each of some rows, inside a larger one.

    `values`: a jsonb expression of a row; `rows`: what stands after FROM.
    """
    insert = "INSERT INTO job (name, values, run_at)"
    return f"{insert} SELECT '{name}', {values}, clock_now() FROM {rows}"  # noqa: S608 - fixed text


async def run_one(app: AppContext, lane: Lane) -> bool:
    """Run the next due job of a lane; whether there was one. A failing job is put off."""
    for name, job in lane.jobs.items():
        if isinstance(job, Leased):
            ran = await job.run(app, lane, name, job.batch)
        else:
            ran = await _run_inside(app, lane, name, job)
        if ran:
            return True
    return False


async def _run_inside(app: AppContext, lane: Lane, name: str, job: Job) -> bool:
    """Take, run and delete a job in one transaction; whether there was one of this name."""
    async with transaction(app.engine) as db:
        row = next(iter(await fetch(db, _TAKE, name=name)), None)
        if row is None:
            return False
        ctx = RequestContext(app=app, db=db, now=row["now"])
        try:
            async with db.begin_nested():
                idle = await job(ctx, **row["values"])
        except Exception as error:
            await put_off(driver_connection(db), lane, row["id"], error)
        else:
            if idle is not None:
                log.info("job-did-nothing", job=name, why=idle)
            await fetch(db, _DELETE, id=row["id"])
            JOBS.labels(name, "done").inc()
    return True


async def put_off(connection: Any, lane: Lane, job_id: int, error: Exception) -> None:
    """Have a job that failed tried later, or give it up, over an asyncpg connection."""
    # The message is not logged nor kept: it may quote what somebody wrote.
    failure = error.code if isinstance(error, PermanentFailure) else type(error).__name__
    rows = await _PUT_OFF.rows(
        connection,
        id=job_id,
        failure=failure,
        max_pause=lane.max_pause,
        useless=isinstance(error, PermanentFailure),
        give_up_after=lane.give_up_after,
    )
    for row in rows:  # none, if somebody has dropped it meanwhile
        log.error("job-failed", error=failure, **row)
        JOBS.labels(row["job"], "given-up" if row["given_up"] else "failed").inc()


async def run_all(app: AppContext, jobs: Mapping[str, Job | Leased]) -> int:
    """Run every due job now, for tests and commands; how many ran."""
    count = 0
    while True:
        async with transaction(app.engine) as db:
            waiting = jobs.keys() & set(await db.scalars(_DUE))
        if not waiting:
            return count
        while await run_one(app, Lane({name: jobs[name] for name in jobs if name in waiting})):
            count += 1


_ADD = text(
    "INSERT INTO job (name, values, run_at, once)"
    " VALUES (:name, :values, coalesce(:run_at, clock_now()), :once)"
    " ON CONFLICT (once) WHERE dead_at IS NULL DO NOTHING"
)
_DUE = text("SELECT DISTINCT name FROM job WHERE run_at <= clock_now() AND dead_at IS NULL")
_TAKE = prepared(
    """
    SELECT id, values, clock_now() AS now FROM job
    WHERE name = :name AND run_at <= clock_now() AND dead_at IS NULL
    ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)
_DELETE = prepared("DELETE FROM job WHERE id = :id")
_PUT_OFF = prepared(
    """
    UPDATE job SET tries = tries + 1, failure = :failure,
        run_at = clock_now()
            + least(make_interval(secs => power(3, least(tries, 20) + 1)), :max_pause),
        dead_at = CASE WHEN :useless OR since < clock_now() - CAST(:give_up_after AS interval)
                       THEN clock_now() END
    WHERE id = :id RETURNING name AS job, tries, dead_at IS NOT NULL AS given_up
    """
)
