"""Faults that site and worker must outlive: restarts, a failover, a day without mail, kills."""

# ruff: noqa: ASYNC220 (nobody else waits for these steps)

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text

from benchmarks.processes import family, free_port, postmaster_of
from deliberation.core.ids import new_id
from deliberation.devserver import server as embedded
from deliberation.devserver.binaries import environment, running_account
from deliberation.operations import mail
from tests.builders import request_context
from tests.faults.backups import base_backup, own
from tests.faults.crashes import lives
from tests.faults.run import Failed, Run, beside, expect, settled, verdict, voting
from tests.faults.services import Office
from tests.faults.stage import Stage
from tests.faults.votes import a_vote

GIVEN_UP = 60.0  # seconds after which something that should happen has not
MAILS = 20
STEPS = 60  # no job has so many statements


async def f29_restarted_database(run: Run) -> str:
    """PostgreSQL is restarted, and stays away once: only pages are asked, and they answer."""
    async with voting(run) as (stage, votes, crowd):
        worker, port = stage.start("worker"), stage.settings.port
        slowest = 0.0
        for away in (0, 0, 8):
            await job_runs(stage)
            await asyncio.to_thread(stop_database, stage)
            told = [await page(port) for _ in range(away)]
            expect(set(told) <= {503}, f"without a database pages answer {told}")
            await asyncio.to_thread(stage.start_database)
            begun = time.monotonic()
            told = await asyncio.gather(*(page(port) for _ in range(12)))
            slowest = max(slowest, time.monotonic() - begun)
            expect(set(told) == {200}, f"after a restart pages answer {told}")
            await job_runs(stage)
            expect(worker.poll() is None, "the worker has ended")
        await crowd.vote(votes, 2)
        said = await verdict(stage, votes, crowd)
        held = memory(stage.children[0].pid), memory(worker.pid)
        return (
            f"{said}; 12 pages at once after a restart in {slowest * 1000:.0f} ms; "
            f"site {held[0]:.0f} MB, worker {held[1]:.0f} MB"
        )


async def f30_failover(run: Run) -> str:
    """The primary dies, its synchronous standby is promoted: nothing acknowledged is lost."""
    async with run.stage(durable=True) as stage, a_standby(stage) as standby:
        async with stage.app() as app:
            votes = [await a_vote(app, secrecy, 60) for secrecy in ("plain", "sealed")]
        both = f"postgresql://app@/app?host={stage.cluster.sockets}:5432&host={standby}:5432"
        await stage.site(database_url=both)
        worker = stage.start("worker", database_url=both)
        await job_runs(stage)
        crowd, outage = run.crowd(stage.settings.port), 0.0

        async def fail_over() -> None:
            nonlocal outage
            await asyncio.sleep(2)
            stage.kill_database()
            begun = time.monotonic()
            await asyncio.sleep(0.5)
            promoted = await asyncpg.connect(f"postgresql://postgres@/postgres?host={standby}")
            await promoted.execute("SELECT pg_promote()")
            await promoted.close()
            stage.cluster.held.close()  # what dies with it is dead already
            stage.cluster = await asyncio.to_thread(embedded.start, standby.parent)
            while await page(stage.settings.port) != 200:
                expect(time.monotonic() < begun + GIVEN_UP, "no page after the failover")
                await asyncio.sleep(0.05)
            outage = time.monotonic() - begun

        await beside(crowd.vote(votes, 6), fail_over())
        told = await asyncio.gather(*(page(stage.settings.port) for _ in range(12)))
        expect(set(told) == {200}, f"after the failover pages answer {told}")
        await job_runs(stage)
        expect(worker.poll() is None, "the worker has ended")
        after = run.crowd(stage.settings.port)
        await after.vote(votes, 1.5)
        for one in after.history.attempts():
            crowd.history.adopt(one)
        said = await verdict(stage, votes, crowd)
        return f"{said}; a page after {outage:.1f} s; worker {memory(worker.pid):.0f} MB"


async def f31_mail_server_away(run: Run) -> str:
    """The mail server is away for 24 hours: announcements come after it, expired codes do not."""
    port, office = free_port(), Office(troubles=[])
    async with run.stage(smtp=f"smtp://127.0.0.1:{port}") as stage:
        async with stage.app() as app, request_context(app) as ctx:
            for number in range(MAILS):
                await mail.post(ctx, f"n{number}@example.org", "Résultat", "…")
            soon = ctx.now + timedelta(minutes=10)
            await mail.post(ctx, "code@example.org", "Code", "…", expires_at=soon)
        worker = stage.start("worker")
        for hours in range(0, 25, 4):
            await stage.sql(MOVE_CLOCK, timedelta(hours=hours))
            # Each move makes every pause over: all are tried once more.
            await until(stage, "SELECT count(*) = 0 FROM job WHERE run_at <= clock_now()")
        tries = await stage.sql("SELECT min(tries) FROM job")
        dead = await stage.sql("SELECT count(*) FROM job WHERE dead_at IS NOT NULL")
        expect(dead == 0, f"{dead} mails were given up in a day")
        expect(await stage.sql("SELECT count(*) FROM mail") == MAILS, "not all mails wait")
        server = await asyncio.start_server(office.serve, "127.0.0.1", port)
        await stage.sql(MOVE_CLOCK, timedelta(hours=25))
        begun = time.monotonic()
        await until(stage, "SELECT count(*) = 0 FROM mail")
        took = time.monotonic() - begun
        server.close()
        got = sorted(to for to, _ in office.delivered)
        wanted = sorted(f"n{number}@example.org" for number in range(MAILS))
        expect(got == wanted, f"what came: {got}")
        held = memory(worker.pid)
        return f"{MAILS} mails after {tries} tries, in {took:.1f} s; worker {held:.0f} MB"


async def f32_killed_worker(run: Run) -> str:
    """The worker is killed after each statement of a mail, a close and a count."""
    port, office = free_port(), Office(troubles=[])
    server = await asyncio.start_server(office.serve, "127.0.0.1", port)
    async with run.stage(smtp=f"smtp://127.0.0.1:{port}") as stage:
        site, crowd = await stage.site(), run.crowd(stage.settings.port)
        async with stage.app() as app:
            votes = [await a_vote(app, one, 40, closes_in=8) for one in ("plain", "sealed")]
        await crowd.vote(votes, 3)
        await until(stage, "SELECT max(closes_at) < clock_now() FROM phase")
        counts, close = votes[0].name, votes[1].name
        kills = [
            await killed_at_each_step(stage, "count-poll", poll_id=counts),
            await killed_at_each_step(stage, "close-urn", poll_id=close),
        ]
        async with stage.app() as app, request_context(app) as ctx:
            await mail.post(ctx, "once@example.org", "Résultat", "…")
            mail_id = str(await ctx.db.scalar(text("SELECT id FROM mail")))
        kills.append(await killed_at_each_step(stage, "deliver-mail", mail_id=mail_id))
        results = await stage.sql("SELECT count(*) FROM result")
        closes = await stage.sql("SELECT count(*) FROM board_line WHERE kind = 'close'")
        expect((results, closes) == (1, 1), f"{results} results, {closes} closes")
        once = office.numbers
        expect(len(set(once)) == 1, f"one mail went out under {len(set(once))} numbers")
        # Only a kill between the server's yes and the commit sends it again.
        expect(1 <= len(once) <= kills[2] + 1, f"one mail went out {len(once)} times")
        said = await settled(stage, votes, crowd.history.attempts(), ended=True)
        server.close()
        expect(site.poll() is None, "the site has ended")
        return (
            f"{said}; killed {kills[0]} times counting, {kills[1]} closing, {kills[2]} mailing; "
            f"the mail came {len(once)} times under one number"
        )


async def killed_at_each_step(stage: Stage, name: str, **values: str) -> int:
    """Run a job by workers that die one statement later each time; how many died."""
    for step in range(STEPS):
        await stage.sql("UPDATE job SET run_at = clock_now() WHERE name = $1", name)  # no lease
        await stage.sql(ASK, name, json.dumps(values))
        worker = stage.start(f"dying:{name}:{step}")
        while worker.poll() is None and await stage.sql(LEFT, name):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        if worker.poll() is None:
            stage.end(worker, signal.SIGKILL)
            return step
        expect(worker.returncode == -signal.SIGKILL, f"a worker ended with {worker.returncode}")
    raise Failed(f"{name} never comes to its end")


async def page(port: int) -> int:
    """The status of a page that a visitor asks for; 0 when no answer comes."""
    request = b"GET /fr HTTP/1.1\r\nhost: localhost:8000\r\nconnection: close\r\n\r\n"
    with suppress(OSError, ValueError):
        async with asyncio.timeout(GIVEN_UP):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            line = await reader.readline()
            writer.close()
            return int(line.split()[1])
    return 0


async def job_runs(stage: Stage) -> None:
    """Ask for a job that has nothing to do, and see the worker do it."""
    await stage.sql(ASK, "open-urn", json.dumps({"poll_id": str(new_id())}))
    await until(stage, "SELECT count(*) = 0 FROM job")


async def until(stage: Stage, question: str) -> None:
    """Wait until the database says yes."""
    begun = time.monotonic()
    while not await stage.sql(question):
        expect(
            time.monotonic() < begun + GIVEN_UP, f"for {GIVEN_UP:.0f} s it is not so: {question}"
        )
        await asyncio.sleep(0.1)


def stop_database(stage: Stage) -> None:
    """An orderly, quick stop, as `pg_ctl restart -m fast` begins with. Blocking."""
    pid = postmaster_of(stage.cluster)
    os.kill(pid, signal.SIGINT)
    while lives(pid):
        time.sleep(0.02)


def memory(pid: int) -> float:
    """Megabytes that a process and its children hold."""
    pages = 0
    for one in family(pid):
        with suppress(OSError):
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@asynccontextmanager
async def a_standby(stage: Stage, *, synchronous: bool = True) -> AsyncIterator[Path]:
    """A standby of the stage's database; the folder of its socket."""
    data = stage.folder / "standby" / "data"
    await asyncio.to_thread(base_backup, stage, data, "stream")
    with (data / "postgresql.auto.conf").open("a") as conf:
        conf.write(
            f"primary_conninfo = 'host={stage.cluster.sockets} port=5432 user=postgres'\n"
            f"unix_socket_directories = '{data}'\nlisten_addresses = ''\nport = 5432\n"
        )
    (data / ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # the primary's, copied
    (data / "standby.signal").touch()
    own(data / "standby.signal")
    with (stage.folder / "standby.log").open("wb") as log:
        child = subprocess.Popen(
            [stage.cluster.server.bin / "postgres", "-D", data],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment(),
            **running_account().options,
        )
    try:
        if synchronous:
            await _as_owner(stage, "ALTER SYSTEM SET synchronous_standby_names = '*'")
            await _as_owner(stage, "SELECT pg_reload_conf()")
        begun, state = time.monotonic(), "sync" if synchronous else "async"
        while await _as_owner(stage, f"{_FOLLOWING} = '{state}'") != 1:
            said = (stage.folder / "standby.log").read_text()[-300:]
            expect(time.monotonic() < begun + GIVEN_UP, f"the standby does not follow: {said}")
            await asyncio.sleep(0.1)
        yield data
    finally:
        child.send_signal(signal.SIGINT)
        await asyncio.to_thread(child.wait)


async def _as_owner(stage: Stage, statement: str) -> Any:
    return await stage.sql(statement, user="postgres")


MOVE_CLOCK = "UPDATE install SET clock_offset = $1"
ASK = """
    INSERT INTO job (name, values, run_at) SELECT CAST($1 AS varchar), $2, clock_now()
    WHERE NOT EXISTS (SELECT FROM job WHERE name = $1)
"""
LEFT = "SELECT EXISTS (SELECT FROM job WHERE name = $1)"
_FOLLOWING = "SELECT count(*) FROM pg_stat_replication WHERE sync_state"
