"""Faults of time: the last minute, casts racing the close, clocks, sealers, locks, replays."""

import asyncio
import math
import os
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from deliberation.core.context import AppContext, RequestContext
from deliberation.elections.ballot_box.lifecycle import close_ballot_box
from deliberation.elections.ballots.batch_publisher import seal_batch, seal_waiting_ballots
from deliberation.elections.results.commands import count_poll
from tests.builders import request_context
from tests.faults.crowd import Crowd, put
from tests.faults.run import Failed, NotRun, Run, beside, expect, mirrored, verdict, voting
from tests.faults.stage import Stage
from tests.faults.votes import ELECTORS, Vote, a_vote

SLOWEST = 2.0  # seconds: the 99th percentile of an answer in the last minute
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


async def f11_clock_steps(run: Run) -> str:
    """The database's clock jumps an hour forward, back, and over a change to summer time."""
    async with run.stage() as stage:
        async with stage.app() as app:
            votes = [await a_vote(app, one, closes_in=1800) for one in ("plain", "sealed")]
        await stage.site()
        crowd = run.crowd(stage.settings.port)
        await crowd.vote(votes, 2)
        told = []
        for hours in (1, 24 * 200):
            await _step(stage, hours)
            aside = run.crowd(stage.settings.port)
            for vote in votes:
                answer = await aside.cast(vote, 3, aside.form(), aside.choice(vote))
                told.append((answer.status, answer.body.get("code")))
            await _step(stage, 0)
        expect(set(told) == {(403, "voting-closed")}, f"an hour later: {told}")
        await crowd.vote(votes, 2)
        await _step(stage, -1)
        await crowd.vote(votes, 1)
        await _step(stage, 0)
        zones = await stage.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE $1", "beffroi%"
        )
        expect(zones > 0, "the site has no connection")
        return await verdict(stage, votes, crowd, quiet=True)


async def f11_site_clock(run: Run) -> str:
    """The site's own clock is an hour wrong, each way."""
    if not FAKETIME.exists():  # noqa: ASYNC240
        raise NotRun("needs libfaketime (Debian: apt-get install faketime)")
    said = ""
    for offset in ("+1h", "-1h"):
        async with run.stage() as stage:
            async with stage.app() as app:
                votes = [await a_vote(app, one, closes_in=1800) for one in ("plain", "sealed")]
            wrong = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": offset}
            os.environ |= wrong
            try:
                await stage.site()
            finally:
                for name in wrong:
                    os.environ.pop(name)
            crowd = run.crowd(stage.settings.port)
            await crowd.vote(votes, 2)
            said = await verdict(stage, votes, crowd, quiet=True)
    return said


async def f12_small_rush(run: Run) -> str:
    """500 voters in the last ten seconds, each sending twice; some come too late."""
    return await _rush(run, voters=500, seconds=10)


async def f12_rush(run: Run) -> str:
    """10,000 voters in the last minute, each sending twice; some come too late."""
    return await _rush(run, voters=10_000, seconds=60)


async def f13_racing_close(run: Run) -> str:
    """500 casts around the close, with two workers closing."""
    async with run.stage() as stage:
        await stage.site()
        async with stage.app() as app:
            votes = [await a_vote(app, one, 250, closes_in=7) for one in ("plain", "sealed")]
            closes = await _closes(app, votes)
            crowd = run.crowd(stage.settings.port)
            early = asyncio.create_task(_until(closes, crowd, votes))

            async def late(vote: Vote, voter: int) -> None:
                at = closes[vote.name] - 0.8 + crowd.chance.random() * 1.2
                await asyncio.sleep(max(0.0, at - time.time()))
                await crowd.insist(vote, voter, crowd.form(), crowd.choice(vote))

            await early
            await mirrored(app, votes)
            await asyncio.gather(
                *(late(vote, voter) for vote in votes for voter in range(250)),
                *(_close_both(app, votes, closes) for _ in range(2)),
            )
        refused = [one for one in crowd.history.attempts() if one.code == "voting-closed"]
        expect(len(refused) > 20, f"only {len(refused)} came after the close: no race")
        return await verdict(stage, votes, crowd, quiet=True, ended=True)


async def f14_killed_publisher(run: Run) -> str:
    """Kill the batch publisher's connection after each of its statements; run two at once."""
    async with voting(run) as (stage, votes, crowd):
        sealed = votes[1]
        deaths = 0
        async with stage.app() as app:
            for statement in range(1, 12):
                await crowd.vote(votes[1:], 0.6)
                try:
                    async with request_context(app) as ctx:
                        dying: Any = _Dying(ctx.db, stage, statement)
                        await seal_batch(
                            RequestContext(app=app, db=dying, now=ctx.now), sealed.poll.id
                        )
                except Exception:
                    deaths += 1
                await mirrored(app, votes)
                await asyncio.gather(*(_seal(app) for _ in range(2)))
            expect(deaths >= 5, f"the sealer died only {deaths} times")

            async def sealing() -> None:
                for _ in range(15):
                    await asyncio.gather(*(_seal(app) for _ in range(2)))
                    await mirrored(app, votes)
                    await asyncio.sleep(0.1)

            await beside(crowd.vote(votes, 2), sealing())
        return f"{await verdict(stage, votes, crowd)}; {deaths} deaths"


async def f15_forced_conflicts(run: Run) -> str:
    """One cast in four meets a deadlock or a serialization failure: tried again, never twice."""
    async with voting(run) as (stage, votes, crowd):
        await stage.sql(_CONFLICTS, user="postgres")
        await crowd.vote(votes, 4, clicks=2)
        errors = [one for one in crowd.history.attempts() if one.state == "unknown"]
        share = len(errors) / len(crowd.history.attempts())
        expect(share < 0.03, f"{share:.0%} of the sendings failed: they are not tried again")
        await stage.sql("UPDATE conflicts SET share = 1", user="postgres")
        begun = time.monotonic()
        answer = await crowd.cast(votes[0], ELECTORS - 1, crowd.form(), crowd.choice(votes[0]))
        took = time.monotonic() - begun
        expect(answer.status >= 500 and took < 5, f"{answer.status} after {took:.1f} s: no bound")
        await stage.sql("UPDATE conflicts SET share = 0", user="postgres")
        return f"{await verdict(stage, votes, crowd)}; {share:.1%} without an answer"


async def f20_replays(run: Run) -> str:
    """Requests of acknowledged ballots are sent again: to other elections, and after the close."""
    async with voting(run) as (stage, votes, crowd):
        async with stage.app() as app:
            others = [await a_vote(app, one, 10) for one in ("plain", "sealed")]
        port = stage.settings.port
        bodies = []
        for vote in votes:
            for voter in range(10):
                body = {"choice": crowd.choice(vote), "submission": crowd.form()}
                await crowd.insist(vote, voter, body["submission"], body["choice"])  # type: ignore[arg-type]
                bodies.append((vote, voter, body | {"code": vote.codes[voter]}))
        told = set()
        for vote, voter, body in bodies:
            for other in (*others, *(one for one in votes if one is not vote)):
                answer = await put(port, other.address, body, voter, 10)
                told.add((answer.status, answer.body.get("code"), answer.body.get("title")))
            wrong = body | {"code": "Z" * 20}
            answer = await put(port, vote.address, wrong, voter, 10)
            told.add((answer.status, answer.body.get("code"), answer.body.get("title")))
        expect(len(told) == 1 and next(iter(told))[0] == 403, f"another election says {told}")
        await _step(stage, 24 * 4)
        late = set()
        for vote, voter, body in bodies:
            answer = await put(port, vote.address, body, voter, 10)
            late.add((answer.status, answer.body.get("code")))
        await _step(stage, 0)
        expect(late == {(403, "voting-closed")}, f"after the close a replay is told {late}")
        said = await verdict(stage, votes, crowd)
        for other in others:
            for table in ("roll_mark", "urn_ballot", "sealed_ballot"):
                held = await stage.sql(
                    f"SELECT count(*) FROM {table} WHERE poll_id = $1",  # noqa: S608
                    other.poll.id,
                )
                expect(held == 0, f"a replay was recorded in {table}")
        return said


async def f24_two_elections(run: Run) -> str:
    """One election is locked and flooded; the other one answers as before."""
    async with voting(run) as (stage, votes, crowd):
        async with stage.app() as app:
            flooded = [await a_vote(app, one) for one in ("plain", "sealed")]
        flood, load = run.crowd(stage.settings.port, wait=30), None
        for vote in flooded:
            async with stage.app() as app, request_context(app) as ctx:
                await ctx.db.execute(
                    text("SELECT pg_advisory_xact_lock(hashtextextended('poll:' || :id, 0))"),
                    {"id": vote.name},
                )
                load = asyncio.create_task(flood.vote([vote], 4, tasks=40))
                await asyncio.sleep(0.5)
                await crowd.vote(votes, 3, tasks=4)
            await load
        slow = _slowest(crowd)
        expect(slow < SLOWEST, f"the other election answered in {slow:.1f} s (99th percentile)")
        await verdict(stage, flooded, flood)
        return f"{await verdict(stage, votes, crowd, quiet=True)}; p99 {slow * 1000:.0f} ms"


async def _rush(run: Run, *, voters: int, seconds: float) -> str:
    async with run.stage() as stage:
        await stage.site(workers=2)
        async with stage.app() as app:
            votes = [
                await a_vote(app, one, voters // 2, closes_in=seconds + 4 + voters / 1000)
                for one in ("plain", "sealed")
            ]
            closes = await _closes(app, votes)
            crowd = run.crowd(stage.settings.port, wait=30)

            async def come(vote: Vote, voter: int) -> None:
                before = (voter + crowd.chance.random()) / len(vote.codes) * seconds * 1.04
                await asyncio.sleep(max(0.0, closes[vote.name] - seconds + before - time.time()))
                await crowd.insist(vote, voter, crowd.form(), crowd.choice(vote), clicks=2)

            await asyncio.gather(*(come(vote, n) for vote in votes for n in range(len(vote.codes))))
            await mirrored(app, votes)
            await _close_both(app, votes, closes)
        said = await verdict(stage, votes, crowd, ended=True)
        slow = _slowest(crowd)
        expect(slow < SLOWEST, f"{said}; 99th percentile of an answer: {slow:.2f} s")
        return f"{said}; p99 {slow * 1000:.0f} ms"


async def _closes(app: AppContext, votes: list[Vote]) -> dict[str, float]:
    return {vote.name: vote.poll.closes_at.timestamp() for vote in votes if vote.poll.closes_at}


async def _until(closes: dict[str, float], crowd: Crowd, votes: list[Vote]) -> None:
    """Some vote early, so that late ones change a ballot."""
    left = min(closes.values()) - time.time() - 1.2
    if left < 0.5:
        raise Failed("this machine is too slow for the race: the site started after the close")
    await crowd.vote(votes, left, tasks=6)


async def _close_both(app: AppContext, votes: list[Vote], closes: dict[str, float]) -> None:
    """A worker that tries to close from the very moment on."""
    for vote in votes:
        await asyncio.sleep(max(0.0, closes[vote.name] - time.time()))
        job: Callable[[RequestContext, str], Awaitable[str | None]] = (
            close_ballot_box if vote.poll.secrecy == "sealed" else count_poll
        )
        async with request_context(app) as ctx:
            await job(ctx, vote.name)


async def _seal(app: AppContext) -> None:
    async with request_context(app) as ctx:
        await seal_waiting_ballots(ctx)


async def _step(stage: Stage, hours: float) -> None:
    await stage.sql("UPDATE install SET clock_offset = $1", timedelta(hours=hours))


def _slowest(crowd: Crowd) -> float:
    """The 99th percentile of the time to an answer."""
    taken = sorted(one.ended - one.begun for one in crowd.history.attempts())
    return taken[math.ceil(len(taken) * 0.99) - 1] if taken else math.inf


class _Dying:
    """A session whose connection is killed after so many statements."""

    def __init__(self, db: Any, stage: Stage, after: int) -> None:
        self._db, self._stage, self._left = db, stage, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._db, name)
        if name not in ("execute", "scalar", "scalars", "flush"):
            return found

        async def counted(*args: Any, **values: Any) -> Any:
            answer = await found(*args, **values)
            self._left -= 1
            if self._left == 0:
                pid = await self._db.scalar(text("SELECT pg_backend_pid()"))
                await self._stage.sql("SELECT pg_terminate_backend($1)", pid)
            return answer

        return counted


_CONFLICTS = """
    CREATE TABLE conflicts (share float8);
    INSERT INTO conflicts VALUES (0.25);
    GRANT SELECT ON conflicts TO app;
    CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF random() < (SELECT share FROM conflicts) THEN
            IF random() < 0.5 THEN
                RAISE EXCEPTION 'forced' USING ERRCODE = 'deadlock_detected';
            END IF;
            RAISE EXCEPTION 'forced' USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER conflict BEFORE INSERT ON urn_ballot FOR EACH ROW EXECUTE FUNCTION conflict();
    CREATE TRIGGER conflict BEFORE INSERT ON sealed_ballot FOR EACH ROW EXECUTE FUNCTION conflict();
"""
