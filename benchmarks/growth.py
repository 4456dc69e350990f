"""`./dev bench growth`: what each page and job costs in networks of a thousand to a million rows.

For each size a database of our own is filled by SQL (`filling.network_of`), and each page is asked
again and again by one reader. A flat cost is the same in each column; benchmarks/README.md says
how to read the tables.
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy import text

from api.app_context import open_app
from benchmarks import processes
from benchmarks.cases import once
from benchmarks.client import request
from benchmarks.filling import LARGE, VOTE, fill, keep_figures, network_of
from deliberation.core import clock
from deliberation.core.context import RequestContext
from deliberation.core.database import transaction
from deliberation.core.settings import Settings
from deliberation.devserver import server as embedded
from deliberation.elections.results.commands import count_poll
from deliberation.jobs import PERIODIC
from deliberation.migrations.upgrade import migrate
from deliberation.operations.queue import Job

SIZES = (1_000, 10_000, 100_000, 1_000_000)
C, V = f"/fr/c/{LARGE}", f"/fr/c/{VOTE}"
API = f"/api/v1/consultations/{LARGE}"
API_OF_VOTE = f"/api/v1/consultations/{VOTE}"
# Who asks, and the address.
PAGES: list[tuple[str, str]] = [
    ("visitor", "/fr"),
    ("visitor", "/fr/consultations"),
    ("visitor", "/fr/consultations?q=cyclable"),
    ("visitor", "/fr/plan"),
    ("visitor", "/fr/a/commune-1"),
    ("visitor", C),
    ("visitor", f"{C}/propositions?graine=7"),
    ("visitor", f"{C}/propositions?tri=soutiens"),
    ("visitor", f"{C}/propositions?tri=recentes"),
    ("visitor", f"{C}/propositions?q=piste&graine=7"),
    # All texts have the one, all authors the other.
    ("visitor", f"{C}/propositions?q=arceaux&graine=7"),
    ("visitor", f"{C}/propositions?q=arceaux&reponse=oui&graine=7"),
    ("visitor", f"{C}/propositions?q=delattre&graine=7"),
    ("visitor", f"{C}/propositions?q=mot777&graine=7"),
    ("visitor", f"{C}/propositions?q=delattre+777&graine=7"),
    ("visitor", f"{C}/propositions?theme=S%C3%A9curit%C3%A9&graine=7"),
    ("visitor", f"{C}/propositions?reponse=non&graine=7"),
    ("visitor", f"{C}/p/1"),
    ("visitor", f"{C}/p/2"),
    ("visitor", f"{C}/p/1/versions"),
    ("visitor", f"{C}/suites"),
    ("visitor", f"{C}/journal"),
    ("visitor", f"{C}/versions"),
    ("visitor", f"{C}/moderation"),
    ("visitor", f"{C}/reglement"),
    ("visitor", V),
    ("visitor", f"{V}/voter/1"),
    ("visitor", f"/embed/c/{LARGE}"),
    ("visitor", "/api/v1/authorities"),
    ("visitor", "/api/v1/consultations"),
    ("visitor", "/api/v1/latest-answers"),
    ("visitor", f"{API}/proposals"),
    ("visitor", f"{API}/proposals/1/comments"),
    ("visitor", f"{API}/answers"),
    ("visitor", f"{API}/proposals/20/answer"),
    ("visitor", f"{API}/figures"),
    ("visitor", f"{API}/journal"),
    ("visitor", f"{API}/overview"),
    ("citizen", f"{C}/propositions?graine=7"),
    ("citizen", f"{C}/p/1"),
    ("citizen", "/fr/compte/contributions"),
    ("moderator", "/fr/gestion/a/commune-1/signalements"),
    ("agent", "/fr/gestion"),
    ("agent", f"/fr/gestion/c/{LARGE}"),
    ("agent", f"/fr/gestion/c/{LARGE}/anomalies"),
    ("agent", f"/fr/gestion/c/{VOTE}/urne"),
    ("agent", f"/fr/gestion/c/{VOTE}/urne/contreseing"),
    ("agent", f"/fr/gestion/c/{VOTE}/fins"),
    ("agent", f"{API_OF_VOTE}/ballot-box/code-requests"),
    ("agent", f"{API_OF_VOTE}/polls/1/undoings"),
    ("agent", f"{API_OF_VOTE}/polls/1/papers"),
    ("official", "/fr/elus"),
    ("official", f"/fr/elus/c/{LARGE}"),
    ("official", f"/fr/elus/c/{LARGE}/p/20/repondre"),
    ("administrator", "/fr/gestion/a/commune-1/equipe"),
    ("administrator", "/fr/gestion/a/commune-1/fonctionnement"),
]
SLOW = 5.0  # milliseconds from which a statement is named
SECONDS = 0.5  # for which each page is asked


@dataclass
class Cost:
    """Milliseconds of processor (site, database) and of waiting for one answer, and its bytes."""

    site: float
    database: float
    wall: float
    size: int
    statements: list[tuple[float, str]]


def main() -> None:
    """Measure all sizes and print the tables."""
    parser = argparse.ArgumentParser(prog="./dev bench growth", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="rows, with commas")
    parser.add_argument("--only", default="", help="the pages and jobs whose name holds this text")
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    costs = {size: _measured(size, chosen.only) for size in sizes}
    print(f"{os.cpu_count()} cores; load average of the machine: {os.getloadavg()[0]:.1f}.\n")
    print(table(costs))
    print("\n".join(_slow(costs)))


def table(costs: dict[int, dict[str, Cost]]) -> str:
    """A line a page or job: for each size processor ms (site and database), wall ms, bytes."""
    sizes = list(costs)
    heads = ["CPU ms (wall ms)", *(f"{size:,}" for size in sizes), *(f"bytes, {sizes[-1]:,}",)]
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    for name in costs[sizes[0]]:
        found = [costs[size][name] for size in sizes]
        cells = [f"{one.site + one.database:.1f} ({one.wall:.1f})" for one in found]
        lines.append(f"| {name} | " + " | ".join([*cells, f"{found[-1].size:,}"]) + " |")
    return "\n".join(lines)


def _slow(costs: dict[int, dict[str, Cost]]) -> Iterator[str]:
    """The statements that took long, with the page that sent them and the size of the network."""
    for size, found in costs.items():
        for name, cost in found.items():
            for wall, statement in cost.statements:
                yield f"{size:,}: {name}: {wall:.1f} ms: {statement[:160]}"


def _measured(size: int, only: str) -> dict[str, Cost]:
    core, others = processes.cores()
    with _filled(size) as (cluster, tokens):
        database = processes.postmaster_of(cluster)
        processes.pin(database, core)
        settings = Settings(
            database_url=cluster.url(),
            secret="b" * 40,
            port=processes.free_port(),
            log_level="error",
        )
        costs: dict[str, Cost] = {}
        with processes.serving("site", settings, core) as site:
            os.sched_setaffinity(0, others)
            for who, path in PAGES:
                if only in path:
                    cookie = {"cookie": f"session={tokens[who]}"} if who in tokens else {}
                    sent = request("GET", path, **cookie)
                    cost = asyncio.run(_page(cluster, settings.port, (site, database), sent))
                    costs[f"{who} {path}"] = cost
                    print(f"{size:,}: {who} {path}: {cost.wall:.1f} ms", file=sys.stderr)
        costs |= asyncio.run(_jobs(settings, cluster, database, only))
        return costs


@contextmanager
def _filled(size: int) -> Iterator[tuple[embedded.Cluster, dict[str, str]]]:
    with tempfile.TemporaryDirectory(prefix="beffroi-growth-") as folder:
        Path(folder).chmod(0o755)  # under root the server is nobody, who must be able to enter
        cluster = embedded.start(Path(folder) / "postgresql", durable=False)
        try:
            migrate(cluster.url())
            begin = time.perf_counter()
            tokens = asyncio.run(_fill(cluster, size))
            print(f"{size:,}: filled in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
            yield cluster, tokens
        finally:
            cluster.stop()


async def _fill(cluster: embedded.Cluster, size: int) -> dict[str, str]:
    connection = await asyncpg.connect(cluster.dsn())
    tokens = await fill(connection, network_of(size))
    await connection.close()
    await keep_figures(cluster.url())
    owner = await asyncpg.connect(cluster.dsn("postgres"), user="postgres")
    await owner.execute(f"ALTER SYSTEM SET log_min_duration_statement = '{SLOW:.0f}ms'")
    await owner.execute("SELECT pg_reload_conf()")
    await owner.close()
    return tokens


async def _page(
    cluster: embedded.Cluster, port: int, measured: tuple[int, int], sent: bytes
) -> Cost:
    answer = await once(port, sent)
    if answer.status != 200:
        print(f"{sent.split()[1]!r}: {answer.status}", file=sys.stderr)
    with _slow_statements(cluster) as statements:
        begin, cpu, asked = time.perf_counter(), [processes.cpu(pid) for pid in measured], 0
        while asked < 3 or time.perf_counter() - begin < SECONDS:
            await once(port, sent)
            asked += 1
        wall = (time.perf_counter() - begin) / asked * 1000
        site, database = (
            (processes.cpu(pid) - before) / asked * 1000
            for pid, before in zip(measured, cpu, strict=True)
        )
    return Cost(site, database, wall, len(answer.body), statements)


async def _jobs(
    settings: Settings, cluster: embedded.Cluster, database: int, only: str
) -> dict[str, Cost]:
    """Each periodic job once, then the count of the large vote, in this process."""
    jobs: dict[str, Job] = {name: entry.job for name, entry in PERIODIC.items()}
    costs = {}
    async with open_app(settings) as app:
        for name, job in (jobs | {"count-poll": _count}).items():
            if only in name:
                with _slow_statements(cluster) as statements:
                    begin = time.perf_counter()
                    cpu = time.process_time(), processes.cpu(database)
                    async with transaction(app.engine) as db:
                        if job is _count:
                            await db.execute(_LATER)
                        await job(RequestContext(app=app, db=db, now=await clock.now(db)))
                    wall = (time.perf_counter() - begin) * 1000
                used = time.process_time() - cpu[0], processes.cpu(database) - cpu[1]
                costs[f"job {name}"] = Cost(used[0] * 1000, used[1] * 1000, wall, 0, statements)
    return costs


async def _count(ctx: RequestContext) -> None:
    """Count the large vote."""
    poll = await ctx.db.scalar(text("SELECT md5('v1')::uuid::text"))
    await count_poll(ctx, poll)


@contextmanager
def _slow_statements(cluster: embedded.Cluster) -> Iterator[list[tuple[float, str]]]:
    """The statements that take `SLOW` milliseconds or more in the block, each once at its worst."""
    log, found = cluster.folder / "server.log", list[tuple[float, str]]()
    begin = log.stat().st_size
    yield found
    said = log.read_bytes()[begin:].decode(errors="replace")
    worst: dict[str, float] = {}
    for took, statement in re.findall(_DURATION, said):
        plain = " ".join(statement.split())
        worst[plain] = max(float(took), worst.get(plain, 0))
    found += sorted(((took, plain) for plain, took in worst.items()), reverse=True)


_LATER = text("UPDATE install SET kind = 'test', clock_offset = interval '30 days'")
# A line of the server's log, and those of its statement, which begin with a tabulator.
_DURATION = re.compile(r"duration: ([\d.]+) ms  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)")

if __name__ == "__main__":
    main()
