"""The worker: nothing ends it, and no lane waits for another (findings H1, H5, M2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import connect, transaction
from deliberation.core.pools import disconnect
from deliberation.jobs import LANES, PERIODIC
from deliberation.operations.queue import Job, Lane, enqueue
from deliberation.operations.worker import Periodic, connections, work
from tests.builders import request_context

SOON = 60.0  # seconds after which a test gives up: never what decides


@pytest.fixture(autouse=True)
async def empty_queue(app: AppContext) -> None:
    async with transaction(app.engine) as db:
        await db.execute(text("DELETE FROM job"))


@asynccontextmanager
async def working(
    app: AppContext, lanes: dict[str, Lane], periodic: dict[str, Periodic] | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """A worker with connections of its own, at work meanwhile."""
    until, engine = asyncio.Event(), connect(app.settings.database_url)
    own = replace(app, engine=engine)
    worker = asyncio.create_task(work(own, lanes, periodic or {}, until=until, idle=0.05))
    try:
        yield worker
    finally:
        until.set()
        await asyncio.wait_for(worker, SOON)
        await disconnect(engine)


def signal() -> tuple[asyncio.Event, Job]:
    """A job that says that it ran."""
    done = asyncio.Event()

    async def run(ctx: RequestContext) -> None:
        done.set()

    return done, run


async def end_connections_of_others(app: AppContext) -> None:
    """Terminate all other connections, as a restart of the server does; each has ended on
    return.
    """
    async with transaction(app.engine) as db:
        await db.execute(
            text(
                "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                " AND usename = current_user"
            )
        )


@pytest.mark.parametrize("error", [NoConnectionLeft("pool"), KeyError("x"), ConnectionError("x")])
async def test_h1_h5_whatever_is_raised_the_worker_goes_on(
    app: AppContext, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, run = signal()
    failures = iter([error] * 3)

    async def fail_first(ctx: RequestContext) -> None:
        for one in failures:
            raise one
        done.set()

    periodic = {"tick": Periodic(fail_first, timedelta(seconds=0.05))}
    async with working(app, {"all": Lane({"run": run})}, periodic) as worker:
        await asyncio.wait_for(done.wait(), SOON)
        assert not worker.done()


async def test_h5_the_worker_goes_on_after_a_restart_of_the_database(app: AppContext) -> None:
    for _ in range(3):
        done, run = signal()
        ticks: asyncio.Queue[None] = asyncio.Queue()

        async def tick(ctx: RequestContext, ticks: asyncio.Queue[None] = ticks) -> None:
            ticks.put_nowait(None)

        periodic = {"tick": Periodic(tick, timedelta(seconds=0.05))}
        async with working(app, {"all": Lane({"run": run})}, periodic) as worker:
            await asyncio.wait_for(ticks.get(), SOON)
            await end_connections_of_others(app)
            async with request_context(app) as ctx:
                await enqueue(ctx.db, "run")
            await asyncio.wait_for(done.wait(), SOON)
            while not ticks.empty():
                ticks.get_nowait()
            await asyncio.wait_for(ticks.get(), SOON)
            assert not worker.done()


async def test_m2_a_lane_that_is_stuck_holds_up_no_other(app: AppContext) -> None:
    stuck, release = asyncio.Event(), asyncio.Event()
    done, run = signal()

    async def wait(ctx: RequestContext) -> None:
        stuck.set()
        await release.wait()

    ticked, tick = signal()
    lanes = {"slow": Lane({"wait": wait}), "quick": Lane({"run": run})}
    async with request_context(app) as ctx:
        await enqueue(ctx.db, "wait")
    async with working(app, lanes, {"tick": Periodic(tick, timedelta(seconds=0.05))}):
        await asyncio.wait_for(stuck.wait(), SOON)
        ticked.clear()
        async with request_context(app) as ctx:
            await enqueue(ctx.db, "run")
        await asyncio.wait_for(done.wait(), SOON)
        await asyncio.wait_for(ticked.wait(), SOON)
        release.set()


async def test_in_a_lane_the_first_name_goes_first(app: AppContext) -> None:
    ran: list[str] = []
    done = asyncio.Event()

    def noting(name: str) -> Job:
        async def note(ctx: RequestContext) -> None:
            ran.append(name)
            if len(ran) == 4:
                done.set()

        return note

    async with request_context(app) as ctx:
        for name in ("mail", "mail", "mail", "code"):
            await enqueue(ctx.db, name)
    async with working(app, {"mails": Lane({"code": noting("code"), "mail": noting("mail")})}):
        await asyncio.wait_for(done.wait(), SOON)
    assert ran == ["code", "mail", "mail", "mail"]


async def test_a_worker_says_when_each_periodic_job_last_came_to_its_end(app: AppContext) -> None:
    ticked, tick = signal()
    async with working(app, {}, {"tick": Periodic(tick, timedelta(seconds=0.05))}):
        await asyncio.wait_for(ticked.wait(), SOON)
    async with transaction(app.engine) as db:
        query = "SELECT count(*) FROM periodic_run WHERE name = 'tick'"
        assert await db.scalar(text(query)) == 1


def test_every_runner_has_a_connection_and_codes_have_hands_of_their_own() -> None:
    assert connections(LANES, PERIODIC) >= sum(one.concurrency for one in LANES.values()) + len(
        PERIODIC
    )
    lanes: dict[str, str] = {}
    for name, lane in LANES.items():
        for job in lane.jobs:
            assert lanes.setdefault(job, name) == name
    apart = ("deliver-code", "deliver-mail", "close-urn", "count-poll", "react")
    assert len({lanes[job] for job in apart}) == len(apart)
