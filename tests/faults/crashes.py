"""Faults of processes: clicks, kills, restarts, answers that never come, stopped programs."""

import asyncio
import os
import signal
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.processes import cpu, family, free_port, postmaster_of
from tests.faults.crowd import Crowd
from tests.faults.proxy import proxying
from tests.faults.run import Failed, Run, beside, expect, verdict, voting
from tests.faults.votes import ELECTORS, a_vote

RESTART = 10.0  # seconds after which a killed site must answer again, on a machine that is ours
OUTAGE = 30.0  # seconds without any ballot after the death of the database


async def f1_double_click(run: Run) -> str:
    """The same form sent three times at once: one version, one receipt."""
    async with voting(run) as (stage, votes, crowd):
        await crowd.vote(votes, 4, clicks=3)
        return await verdict(stage, votes, crowd, quiet=True)


async def f2_killed_site(run: Run) -> str:
    """One worker of two, then the whole site, by SIGKILL."""
    async with voting(run, site={"workers": 2}) as (stage, votes, crowd):
        took = []

        async def kill_one() -> None:
            await asyncio.sleep(1.5)
            pid = _workers(stage.children[0].pid)[0]
            os.kill(pid, signal.SIGKILL)
            took.append(await stage.answering())

        async def kill_all() -> None:
            await asyncio.sleep(1.5)
            stage.end(stage.children[0], signal.SIGKILL)
            begun = time.monotonic()
            child = await stage.site(workers=2)
            took.append(time.monotonic() - begun)
            took.append(cpu(child.pid))

        await beside(crowd.vote(votes, 7), kill_one(), kill_all())
        patience = RESTART * max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)))
        expect(max(took[:2]) < patience, f"restarting took {max(took[:2]):.1f} s")
        said = await verdict(stage, votes, crowd)
        return (
            f"{said}; back after {took[0]:.1f} s and {took[1]:.1f} s ({took[2]:.1f} s of processor)"
        )


async def f3_killed_database(run: Run) -> str:
    """SIGKILL to the postmaster under load; the site is not restarted."""
    async with voting(run, durable=True) as (stage, votes, crowd):

        async def kill() -> None:
            await asyncio.sleep(2)
            stage.kill_database()
            await asyncio.sleep(0.5)
            await asyncio.to_thread(stage.start_database)

        await beside(crowd.vote(votes, 9), kill())
        gap = _longest_gap(crowd)
        expect(gap < OUTAGE, f"no ballot for {gap:.1f} s")
        return f"{await verdict(stage, votes, crowd)}; outage {gap:.1f} s"


async def f3_own_database(run: Run) -> str:
    """The same with the database that `beffroi serve` starts itself: it brings it back."""
    async with run.stage(durable=True) as stage:
        async with stage.app() as app:
            votes = [await a_vote(app, secrecy) for secrecy in ("plain", "sealed")]
        # Its data folder is the stage's, so that both hold the same server.
        (stage.folder / "site" / "postgresql").symlink_to(stage.folder / "postgresql")
        await stage.site(what="serve", database_url="")
        crowd = run.crowd(stage.settings.port)

        async def kill() -> None:
            await asyncio.sleep(2)
            stage.kill_database()

        await beside(crowd.vote(votes, 9), kill())
        gap = _longest_gap(crowd)
        expect(gap < OUTAGE, f"no ballot for {gap:.1f} s")
        return f"{await verdict(stage, votes, crowd)}; outage {gap:.1f} s"


async def f4_restarted_database(run: Run) -> str:
    """A clean restart of the database: the site's stale connections heal by themselves."""
    async with voting(run) as (stage, votes, crowd):

        async def restart() -> None:
            await asyncio.sleep(1.5)
            pid = postmaster_of(stage.cluster)
            os.kill(pid, signal.SIGINT)
            while lives(pid):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            await asyncio.to_thread(stage.start_database)

        await beside(crowd.vote(votes, 5), restart())
        gap = _longest_gap(crowd)
        healed = run.crowd(stage.settings.port)
        await healed.vote(votes[:1], 1.5)
        unclear = [one.code for one in healed.history.attempts() if one.state == "unknown"]
        expect(not unclear, f"the pool has not healed: {unclear[:3]}")
        for one in healed.history.attempts():
            crowd.history.adopt(one)
        return f"{await verdict(stage, votes, crowd)}; outage {gap:.1f} s"


async def f5_gone_clients(run: Run) -> str:
    """Clients hang up at every moment of a cast; some come back with the same form."""
    async with voting(run) as (stage, votes, crowd):

        async def impatient(place: int) -> None:
            for turn in range(40):
                vote, form = votes[turn % 2], crowd.form()
                voter = crowd.chance.choice(range(place, len(vote.codes), 8))
                choice = crowd.choice(vote)
                wait = crowd.chance.random() * 0.08
                await crowd.cast(vote, voter, form, choice, wait=wait)
                if crowd.chance.random() < 0.5:
                    await crowd.insist(vote, voter, form, choice)

        await asyncio.gather(*(impatient(place) for place in range(8)))
        await asyncio.sleep(1)
        return await verdict(stage, votes, crowd)


async def f6_lost_answers(run: Run) -> str:
    """Answers are dropped after the commit: the same form then gets the same receipt."""
    async with voting(run) as (stage, votes, crowd):
        async with proxying(("127.0.0.1", stage.settings.port)) as proxy:
            crowd.port, again = proxy.port, 0
            for turn in range(60):
                vote, voter, form = votes[turn % 2], turn % 30, crowd.form()
                choice = crowd.choice(vote)
                proxy.forget = True
                await crowd.cast(vote, voter, form, choice)
                proxy.forget = False
                answer = await crowd.insist(vote, voter, form, choice)
                again += answer.status == 200
        expect(again == 60, f"{60 - again} voters never got their receipt")
        before = {one.submission for one in crowd.history.attempts() if one.state == "unknown"}
        expect(len(before) == 60, "the proxy lost fewer answers than it should")
        return await verdict(stage, votes, crowd)


async def f7_cut_network(run: Run) -> str:
    """Slow, reset and mute connections, to the database and to the site; bounded waits."""
    async with run.stage() as stage:
        socket = f"{stage.cluster.sockets}/.s.PGSQL.5432"
        async with (
            proxying(socket) as database,
            proxying(("127.0.0.1", stage.settings.port)) as web,
        ):
            async with stage.app() as app:
                votes = [await a_vote(app, secrecy) for secrecy in ("plain", "sealed")]
            await stage.site(
                database_url=f"postgresql://app@127.0.0.1:{database.port}/app?ssl=disable"
            )
            crowd = run.crowd(web.port)

            async def trouble() -> None:
                for one in (database, web):
                    one.delay = 0.03
                    await asyncio.sleep(1.5)
                    one.delay = 0
                    for _ in range(4):
                        one.cut()
                        await asyncio.sleep(0.3)
                    one.mute = True
                    await asyncio.sleep(3)
                    one.mute = False
                    one.refuse = True
                    one.cut()
                    await asyncio.sleep(1)
                    one.refuse = False

            await beside(crowd.vote(votes, 15), trouble())
            database.mute = True
            fresh = range(ELECTORS - 40, ELECTORS)  # who have not changed their vote often
            begun = time.monotonic()
            crowd.wait = 60
            await asyncio.gather(
                *(crowd.cast(votes[0], n, crowd.form(), crowd.choice(votes[0])) for n in fresh[:24])
            )
            waited = time.monotonic() - begun
            database.mute = False
            database.cut()
            expect(waited < 40, f"a mute database kept people waiting for {waited:.0f} s")
            crowd.wait = 12
            await asyncio.sleep(1)
            healed = await asyncio.gather(
                *(crowd.insist(votes[1], n, crowd.form(), crowd.choice(votes[1])) for n in fresh)
            )
            expect(all(one.status == 200 for one in healed), "connections were leaked")
            said = await verdict(stage, votes, crowd)
            return f"{said}; a mute database is given up after {waited:.0f} s"


async def f10_stopped_site(run: Run) -> str:
    """SIGSTOP to a worker of two for 30 s: others vote on, and no lock outlives its owner."""
    async with voting(run, site={"workers": 2}) as (stage, votes, crowd):
        crowd.wait = 5

        async def stop() -> None:
            await asyncio.sleep(1.5)
            pid = _workers(stage.children[0].pid)[0]
            os.kill(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(30)
                held = await stage.sql(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                    " AND pid IN (SELECT pid FROM pg_stat_activity"
                    " WHERE state_change < clock_timestamp() - interval '20 seconds')"
                )
            finally:
                os.kill(pid, signal.SIGCONT)
            expect(held == 0, f"{held} locks of a stopped program are still held")

        await beside(crowd.vote(votes, 34), stop())
        return await verdict(stage, votes, crowd)


async def f16_rolling_restart(run: Run) -> str:
    """Two sites; each is replaced in its turn while people vote, who are sent to the other."""
    async with voting(run) as (stage, votes, crowd):
        first, second = stage.settings.port, free_port()
        children = {first: stage.children[0], second: await stage.site(port=second)}
        crowd.others = (second,)

        async def roll() -> None:
            for port in (first, second):
                await asyncio.sleep(1)
                await asyncio.to_thread(stage.end, children[port])
                children[port] = await stage.site(port=port)

        rolling = asyncio.create_task(roll())
        while not rolling.done():
            await crowd.vote(votes, 1)
        await rolling
        gap = _longest_gap(crowd)
        expect(gap < 5, f"nobody could vote for {gap:.1f} s")
        return f"{await verdict(stage, votes, crowd)}; longest wait {gap:.1f} s"


def _workers(pid: int) -> list[int]:
    """The site's processes that answer requests, by their command lines or names."""
    found = []
    for one in family(pid)[1:]:
        line = Path(f"/proc/{one}/cmdline").read_bytes()
        if b"resource_tracker" not in line:
            found.append(one)
    if not found:
        raise Failed("the site has no worker process")
    return found


def lives(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def _longest_gap(crowd: Crowd) -> float:
    """The longest time between two acknowledged ballots."""
    ends = sorted(one.ended for one in crowd.history.attempts() if one.state == "ok")
    return max((b - a for a, b in pairwise(ends)), default=0.0)
