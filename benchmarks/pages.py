"""`./dev bench pages`: what the pages people open most cost, on a consultation full of life.

One site worker and PostgreSQL share one core, as on the smallest rented machine; the load comes
from the other cores. Nothing leaves the loopback. benchmarks/README.md says how to read the table.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import quantiles

import asyncpg

from benchmarks import client, crowd, processes, voting
from benchmarks.cases import FLOOR, Case, cases, once
from benchmarks.filling import keep_figures
from deliberation.core.settings import Settings
from deliberation.devserver import server as embedded
from deliberation.migrations.upgrade import migrate

CONCURRENCY = (1, 8)
PEER = (
    "The closest Python peer, measured the same way: list 165 ms and 141 queries, proposal with "
    "ten comments 355 ms and 466 queries, a rating 30 ms, 1.25 MB on first visit."
)
AIMS = (
    "Aims: list and proposal at most 6 queries and 3.5 ms each, a support at most 1.5 ms "
    "(CPU of the site and of PostgreSQL together)."
)


@dataclass(frozen=True)
class Measure:
    """One case at one concurrency; milliseconds of processor a request, and of waiting."""

    name: str
    concurrency: int
    queries: int
    server_ms: float
    database_ms: float
    floors: float  # how many times the processor time of the floor
    per_second: float
    p50_ms: float
    p99_ms: float
    plain_bytes: int
    brotli_bytes: int


@dataclass(frozen=True)
class Bench:
    """Servers to ask, and the processes whose processor time is read."""

    cluster: embedded.Cluster
    floor: tuple[int, int]  # port and pid
    site: tuple[int, int]
    database: int
    seconds: float


def main() -> None:
    """Measure everything and print a table, or JSON."""
    parser = argparse.ArgumentParser(prog="./dev bench pages", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--seconds", type=float, default=4.0, help="of load for each line")
    parser.add_argument("--only", default="", help="the cases whose name holds this text")
    chosen = parser.parse_args()
    measures = run(chosen.seconds, chosen.only)
    if chosen.json:
        shown = {"machine": machine(), "peer": PEER, "measures": [asdict(m) for m in measures]}
        print(json.dumps(shown, indent=2))
    else:
        print(table(measures))


def run(seconds: float, only: str = "") -> list[Measure]:
    """Fill a database of our own, then measure the floor and each case."""
    core, others = processes.cores()
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder, _database(folder) as base:
        processes.pin(processes.postmaster_of(base), core)
        settings = Settings(
            database_url=base.url(), secret="b" * 40, port=processes.free_port(), log_level="error"
        )
        migrate(settings.database_url)
        tokens = asyncio.run(_fill(base))
        wanted = any(only in name for vote in voting.SHOWN for name in voting.names(vote))
        votes = asyncio.run(voting.steps(settings, seconds)) if wanted else []
        measures: list[Measure] = []
        beside = replace(settings, port=processes.free_port())
        with (
            processes.serving("floor", beside, core) as floor,
            processes.serving("site", settings, core) as site,
        ):
            os.sched_setaffinity(0, others)
            bench = Bench(
                cluster=base,
                floor=(beside.port, floor),
                site=(settings.port, site),
                database=processes.postmaster_of(base),
                seconds=seconds,
            )
            for case in [FLOOR, *asyncio.run(cases(settings.port, tokens)), *votes]:
                if only in case.name or case is FLOOR:
                    measures += asyncio.run(_measure(bench, case))
        if untrue := asyncio.run(_untrue_counts(base)):
            raise SystemExit(f"{untrue} proposals count supports or comments that they do not have")
        return measures


def table(measures: list[Measure]) -> str:
    """The measures as text, with what to compare them with."""
    heads = [
        "",
        "conc.",
        "queries",
        "site ms",
        "db ms",
        "CPU ms",
        "x floor",
        "req/s",
        "p50 ms",
        "p99 ms",
        "bytes",
        "brotli",
    ]
    rows = [
        (
            m.name,
            f"{m.concurrency}",
            f"{m.queries}",
            f"{m.server_ms:.2f}",
            f"{m.database_ms:.2f}",
            f"{m.server_ms + m.database_ms:.2f}",
            f"{m.floors:.1f}",
            f"{m.per_second:.0f}",
            f"{m.p50_ms:.1f}",
            f"{m.p99_ms:.1f}",
            f"{m.plain_bytes}",
            f"{m.brotli_bytes}",
        )
        for m in measures
    ]
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([machine(), "", *lines, "", PEER, AIMS])


def machine() -> str:
    """The machine and the data of the benchmark."""
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}; {crowd.PROPOSALS} proposals, "
        f"{crowd.COMMENTS} comments, {crowd.SUPPORTS} supports; one worker and PostgreSQL on one "
        f"core. Load average of the machine: {os.getloadavg()[0]:.1f}."
    )


async def _measure(bench: Bench, case: Case) -> list[Measure]:
    """Warm the case up, count its statements and bytes, then load it at each concurrency.

    The floor is measured before and after, since a shared machine is faster now and then.
    """
    server = bench.floor if case is FLOOR else bench.site
    await client.load(server[0], case.requests, case.status, concurrency=8, seconds=0.7)
    queries = await _statements(bench, server[0], case)
    plain, packed = await _sizes(server[0], case)
    measures: list[Measure] = []
    for concurrency in CONCURRENCY:
        before = await _cost(bench, bench.floor, FLOOR, concurrency, bench.seconds / 2)
        found = await _cost(bench, server, case, concurrency, bench.seconds)
        after = await _cost(bench, bench.floor, FLOOR, concurrency, bench.seconds / 2)
        cuts = quantiles(found.taken, n=100)
        measures.append(
            Measure(
                name=case.name,
                concurrency=concurrency,
                queries=queries,
                server_ms=found.server_ms,
                database_ms=found.database_ms,
                floors=2 * found.ms / (before.ms + after.ms),
                per_second=len(found.taken) / bench.seconds,
                p50_ms=cuts[49] * 1000,
                p99_ms=cuts[98] * 1000,
                plain_bytes=plain,
                brotli_bytes=packed,
            )
        )
        print(f"{case.name}, {concurrency} at once: done", file=sys.stderr)
    return measures


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor a request, and the seconds that each took."""

    server_ms: float
    database_ms: float
    taken: list[float]

    @property
    def ms(self) -> float:
        """Of the server and of PostgreSQL."""
        return self.server_ms + self.database_ms


async def _cost(
    bench: Bench, server: tuple[int, int], case: Case, concurrency: int, seconds: float
) -> Cost:
    port, pid = server
    begin = processes.cpu(pid), processes.cpu(bench.database)
    taken = await client.load(
        port, case.requests, case.status, concurrency=concurrency, seconds=seconds
    )
    each = 1000 / len(taken)
    return Cost(
        (processes.cpu(pid) - begin[0]) * each,
        (processes.cpu(bench.database) - begin[1]) * each,
        taken,
    )


async def _statements(bench: Bench, port: int, case: Case) -> int:
    """Number of statements that one request sends to PostgreSQL, from its own log."""
    log = bench.cluster.folder / "server.log"
    await _log_statements(bench.cluster, "all")
    begin = log.stat().st_size
    await once(port, case.requests())
    await asyncio.sleep(0.1)
    said = log.read_bytes()[begin:].decode(errors="replace")
    await _log_statements(bench.cluster, "none")
    sent: list[str] = re.findall(r"LOG:  (?:statement|execute [^:]*): \s*(\w+)", said)
    return len([verb for verb in sent if verb not in {"BEGIN", "COMMIT", "ROLLBACK"}])


async def _log_statements(cluster: embedded.Cluster, which: str) -> None:
    connection = await asyncpg.connect(cluster.dsn("postgres"), user="postgres")
    await connection.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    await asyncio.sleep(0.2)


async def _sizes(port: int, case: Case) -> tuple[int, int]:
    """Bytes of the body, plain and in brotli."""
    if case.status != 200:
        return 0, 0
    packed = await once(port, case.requests())
    plain = await once(port, case.requests().replace(b"encoding: br", b"encoding: identity"))
    return len(plain.body), len(packed.body)


@contextmanager
def _database(folder: str) -> Iterator[embedded.Cluster]:
    """A PostgreSQL of our own, as durable as a real one, thrown away at the end."""
    Path(folder).chmod(0o755)  # under root the server is nobody, who must be able to enter
    cluster = embedded.start(Path(folder) / "postgresql")
    try:
        yield cluster
    finally:
        cluster.stop()


async def _fill(cluster: embedded.Cluster) -> list[str]:
    connection = await asyncpg.connect(cluster.dsn())
    tokens = await crowd.fill(connection)
    await connection.close()
    await keep_figures(cluster.url())
    return tokens


async def _untrue_counts(cluster: embedded.Cluster) -> int:
    connection = await asyncpg.connect(cluster.dsn())
    count = await crowd.untrue_counts(connection)
    await connection.close()
    return count


if __name__ == "__main__":
    main()
