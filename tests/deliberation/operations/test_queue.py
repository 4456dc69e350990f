"""Jobs: enqueued with the change that causes them, run once, tried again when they fail."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import text

from deliberation.core.context import AppContext, RequestContext
from deliberation.core.database import connect, transaction
from deliberation.core.pools import disconnect
from deliberation.operations.queue import Lane, PermanentFailure, enqueue, run_all, run_one
from deliberation.operations.worker import Periodic, work
from tests.builders import request_context


@pytest.fixture(autouse=True)
async def empty_queue(app: AppContext) -> None:
    async with transaction(app.engine) as db:
        await db.execute(text("DELETE FROM job"))


async def waiting(app: AppContext) -> int:
    async with transaction(app.engine) as db:
        return int(await db.scalar(text("SELECT count(*) FROM job")) or 0)


async def listening(app: AppContext, name: str) -> bool:
    """Whether a worker whose connections have this name hears of new jobs by now."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = :name AND state = 'idle' AND query LIKE 'LISTEN %'"
    )
    async with transaction(app.engine) as db:
        return bool(await db.scalar(text(query), {"name": name}))


async def test_a_job_of_a_transaction_that_fails_is_never_seen(app: AppContext) -> None:
    async def change_and_fail() -> None:
        async with request_context(app) as ctx:
            await enqueue(ctx.db, "greet")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_and_fail()
    assert await waiting(app) == 0


async def test_concurrent_workers_run_each_job_once(app: AppContext) -> None:
    ran: list[int] = []

    async def greet(ctx: RequestContext, number: int) -> None:
        ran.append(number)

    async with request_context(app) as ctx:
        for number in range(60):
            await enqueue(ctx.db, "greet", number=number)
    await asyncio.gather(*(run_all(app, {"greet": greet}) for _ in range(6)))
    assert sorted(ran) == list(range(60))
    assert await waiting(app) == 0


async def test_a_failing_job_has_done_nothing_and_is_tried_again_later(app: AppContext) -> None:
    async def fail(ctx: RequestContext) -> None:
        await ctx.db.execute(text("INSERT INTO rate_count VALUES ('half', clock_now(), 1)"))
        raise RuntimeError("what somebody wrote")

    async with request_context(app) as ctx:
        await enqueue(ctx.db, "fail")
    assert await run_one(app, Lane({"fail": fail}))
    assert not await run_one(app, Lane({"fail": fail}))  # put off, not due
    async with transaction(app.engine) as db:
        row = (await db.execute(text("SELECT tries, failure FROM job"))).one()
        half = await db.scalar(text("SELECT count(*) FROM rate_count WHERE key = 'half'"))
    assert (row.tries, row.failure, half) == (1, "RuntimeError", 0)


async def test_a_job_too_old_is_given_up_kept_apart_and_left_alone(app: AppContext) -> None:
    async def fail(ctx: RequestContext) -> None:
        raise RuntimeError

    lane = Lane({"fail": fail}, give_up_after=timedelta(days=3))
    async with request_context(app) as ctx:
        await enqueue(ctx.db, "fail")
    assert await run_one(app, lane)
    async with request_context(app) as ctx:
        await ctx.db.execute(
            text("UPDATE job SET run_at = since, since = since - interval '3 days'")
        )
    assert await run_one(app, lane)
    async with request_context(app) as ctx:
        row = (await ctx.db.execute(text("SELECT dead_at, failure FROM job"))).one()
        await ctx.db.execute(text("UPDATE job SET run_at = clock_now()"))
    assert row.dead_at is not None
    assert row.failure == "RuntimeError"
    assert not await run_one(app, lane)


async def test_pauses_grow_to_the_longest_of_the_lane_and_votes_are_never_given_up(
    app: AppContext,
) -> None:
    async def fail(ctx: RequestContext) -> None:
        raise RuntimeError

    lane = Lane({"fail": fail}, max_pause=timedelta(minutes=5))
    async with request_context(app) as ctx:
        await enqueue(ctx.db, "fail")
    for expected in (3, 9, 27, 81, 243, *[300] * 35):
        async with request_context(app) as ctx:
            before = ctx.now
        assert await run_one(app, lane)
        async with request_context(app) as ctx:
            run_at = await ctx.db.scalar(text("SELECT run_at FROM job WHERE dead_at IS NULL"))
            ago = "UPDATE job SET run_at = clock_now(), since = since - interval '1 day'"
            await ctx.db.execute(text(ago))
        assert before <= run_at - timedelta(seconds=expected) <= ctx.now


async def test_f4_a_dead_job_does_not_block_the_next_with_its_once_key(app: AppContext) -> None:
    async def refuse(ctx: RequestContext) -> None:
        raise PermanentFailure("recipient-refused-550")

    ran = []

    async def greet(ctx: RequestContext) -> None:
        ran.append(1)

    async with request_context(app) as ctx:
        await enqueue(ctx.db, "greet", once="count:1")
    assert await run_one(app, Lane({"greet": refuse}))
    async with request_context(app) as ctx:
        await enqueue(ctx.db, "greet", once="count:1")
    assert await run_one(app, Lane({"greet": greet}))
    assert ran == [1]
    assert await waiting(app) == 1  # the dead one, kept apart


async def test_the_same_once_key_enqueues_once(app: AppContext) -> None:
    async with request_context(app) as ctx:
        await enqueue(ctx.db, "greet", once="the-one")
        await enqueue(ctx.db, "greet", once="the-one")
    assert await waiting(app) == 1


async def test_a_worker_wakes_for_a_new_job_and_runs_periodic_ones(app: AppContext) -> None:
    greeted, ticked, until = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def greet(ctx: RequestContext) -> None:
        greeted.set()

    async def tick(ctx: RequestContext) -> None:
        ticked.set()

    periodic = {"tick": Periodic(tick, timedelta(seconds=30))}
    lanes = {"greetings": Lane({"greet": greet})}
    own = replace(app, engine=connect(app.settings.database_url, name="woken"))
    worker = asyncio.create_task(work(own, lanes, periodic, until=until, idle=3600.0))
    async with asyncio.timeout(60):  # it is woken and does not poll: it idles for an hour
        await ticked.wait()
        while not await listening(app, "woken"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        async with request_context(app) as ctx:
            await enqueue(ctx.db, "greet")
        await greeted.wait()
        until.set()
        await worker
    await disconnect(own.engine)


async def test_a_job_of_the_future_waits(app: AppContext) -> None:
    async def greet(ctx: RequestContext) -> None:
        raise AssertionError("not yet")

    async with request_context(app) as ctx:
        await enqueue(ctx.db, "greet", run_at=ctx.now + timedelta(hours=1))
    assert not await run_one(app, Lane({"greet": greet}))


async def test_a_job_that_did_nothing_says_why(app: AppContext) -> None:
    async def count(ctx: RequestContext, due: bool) -> str | None:
        return None if due else "not-due"

    async with request_context(app) as ctx:
        for due in (True, False):
            await enqueue(ctx.db, "count", due=due)
    with structlog.testing.capture_logs() as said:
        assert await run_all(app, {"count": count}) == 2
    assert said == [
        {"event": "job-did-nothing", "job": "count", "why": "not-due", "log_level": "info"}
    ]
    assert await waiting(app) == 0
