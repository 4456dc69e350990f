"""`./dev bench intake`: the cost of casting a ballot by API, compared with a bare handler.

Both servers and PostgreSQL share one core, the load comes from the other ones, and nothing leaves
the loopback. The same number of first ballots goes to one and to the other in turns; figures are
medians of the turns. At the end the ballot boxes must hold every acknowledged ballot once, and
nothing else. `--last-minute` has ten thousand voters race the close instead, each sending twice;
with `--pages`, each by the pages of the vote, beside visitors of public pages.
"""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import asyncpg
import msgspec

from benchmarks import client, last_minute, last_minute_pages, processes
from benchmarks.electorate import VOTES, Vote, api_request, fill, recorded
from deliberation.core.settings import Settings
from deliberation.devserver.server import Cluster, start
from deliberation.migrations.upgrade import migrate

CONCURRENCY = (1, 32)
WARM = 200


class Receipt(msgspec.Struct):
    """Fields of a receipt that are compared with the ballot box."""

    reference: str = ""
    hash: str = ""


class Turn(NamedTuple):
    """One turn of one server: milliseconds a ballot, of processor and of waiting."""

    server: float
    database: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Server:
    """A server process, and the port it answers on."""

    pid: int
    port: int


def main() -> None:
    """Measure, check, and print a table."""
    parser = argparse.ArgumentParser(prog="./dev bench intake", description=__doc__)
    parser.add_argument("--last-minute", action="store_true", help="race the close instead")
    parser.add_argument("--ballots", type=int, default=1500, help="of each turn")
    parser.add_argument("--turns", type=int, default=5, help="of each line")
    parser.add_argument("--only", default="", help="the votes whose name holds this text")
    parser.add_argument("--delay", type=int, default=0, help="PostgreSQL's commit_delay, in µs")
    parser.add_argument("--voters", type=int, default=10_000, help="of the last minute")
    parser.add_argument("--pages", action="store_true", help="the last minute's voters use pages")
    parser.add_argument("--visitors", type=int, default=500, help="public pages a second, beside")
    parser.add_argument("--seconds", type=float, default=60.0, help="that the last minute lasts")
    parser.add_argument("--workers", type=int, default=2, help="processes of the site, for pages")
    chosen = parser.parse_args()
    votes = [vote for vote in VOTES if chosen.only in vote.name]
    print(machine(), file=sys.stderr)
    if chosen.last_minute and chosen.pages:
        for vote in votes:
            print(
                last_minute_pages.run(
                    vote, chosen.voters, chosen.visitors, chosen.seconds, chosen.workers
                )
            )
    elif chosen.last_minute:
        for vote in votes:
            print(last_minute.run(vote, chosen.voters))
    else:
        print("\n".join(run(votes, chosen.ballots, chosen.turns, chosen.delay)))


def machine() -> str:
    """The machine that runs the benchmark."""
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}; load average of the machine: "
        f"{os.getloadavg()[0]:.1f}."
    )


def run(votes: list[Vote], ballots: int, turns: int, delay: int = 0) -> list[str]:
    """The lines of the table; `delay`: how long a commit waits for others to share its writing."""
    core, others = processes.cores()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-bench-"))
        Path(folder).chmod(0o755)  # under root the server is nobody, who must be able to enter
        base = start(Path(folder) / "postgresql")
        stack.callback(base.stop)
        postmaster = processes.postmaster_of(base)
        processes.pin(postmaster, core)
        settings = Settings(
            database_url=base.url(), secret="b" * 40, folder=folder, log_level="error"
        )
        migrate(settings.database_url)
        asyncio.run(_group_commit(base, delay))
        needed = 2 * (WARM + len(CONCURRENCY) * turns * ballots)
        shown = asyncio.run(fill(settings, votes, needed))
        servers = {}
        for name in ("bare", "site"):
            port = processes.free_port()
            known = replace(settings, port=port)
            servers[name] = Server(stack.enter_context(processes.serving(name, known, core)), port)
        os.sched_setaffinity(0, others)
        lines = [HEAD]
        for vote in votes:
            lines += asyncio.run(
                _measure(
                    vote,
                    iter([api_request(vote, proof) for proof in shown[vote.name]]),
                    servers,
                    postmaster,
                    ballots,
                    turns,
                )
            )
            answers = _ANSWERS.pop(vote.name)
            if faults := asyncio.run(_faults(settings, vote, answers)):
                raise SystemExit(f"{vote.name}: {faults}")
            print(f"{vote.name}: {len(answers)} receipts, each of one ballot", file=sys.stderr)
        return lines


async def _group_commit(base: Cluster, delay: int) -> None:
    connection = await asyncpg.connect(base.dsn("postgres"), user="postgres")
    await connection.execute(f"ALTER SYSTEM SET commit_delay = {delay:d}")
    await connection.execute("ALTER SYSTEM SET commit_siblings = 1")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


HEAD = (
    "|  | conc. | site ms | bare ms | ratio | db ms | db, bare | p50 ms | p99 ms |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)
# What each vote's voters were answered, to be compared with its ballot box.
_ANSWERS: dict[str, list[client.Answer]] = {}


async def _measure(
    vote: Vote,
    ready: Iterator[bytes],
    servers: dict[str, Server],
    postmaster: int,
    ballots: int,
    turns: int,
) -> list[str]:
    """A line for each concurrency: bare and site in turns, then medians."""
    lines = []
    _ANSWERS[vote.name] = answers = []
    for server in servers.values():
        sent = await client.send_all(server.port, list(islice(ready, WARM)), 8)
        answers += [answer for answer, _ in sent]
    for concurrency in CONCURRENCY:
        seen: dict[str, list[Turn]] = {"bare": [], "site": []}
        for turn in range(turns):
            for name in sorted(servers, reverse=turn % 2 == 1):
                sent = list(islice(ready, ballots))
                begin = processes.cpu(servers[name].pid), processes.cpu(postmaster)
                came = await client.send_all(servers[name].port, sent, concurrency)
                end = processes.cpu(servers[name].pid), processes.cpu(postmaster)
                cuts = quantiles([seconds for _, seconds in came], n=100)
                each = 1000 / ballots
                seen[name].append(
                    Turn(
                        (end[0] - begin[0]) * each,
                        (end[1] - begin[1]) * each,
                        cuts[49] * 1000,
                        cuts[98] * 1000,
                    )
                )
                answers += [answer for answer, _ in came]
        lines.append(_line(vote.name, concurrency, seen["site"], seen["bare"]))
        print(lines[-1], file=sys.stderr)
    return lines


def _line(name: str, concurrency: int, site: list[Turn], bare: list[Turn]) -> str:
    ratio = median(one.server / other.server for one, other in zip(site, bare, strict=True))
    middle = [median(column) for column in zip(*site, strict=True)]
    least = [median(column) for column in zip(*bare, strict=True)]
    return (
        f"| {name} | {concurrency} | {middle[0]:.3f} | {least[0]:.3f} | {ratio:.2f} |"
        f" {middle[1]:.3f} | {least[1]:.3f} | {middle[2]:.1f} | {middle[3]:.1f} |"
    )


async def _faults(settings: Settings, vote: Vote, answers: list[client.Answer]) -> str:
    """Differences between the receipts and the ballot box; any makes the measurement worthless."""
    wrong = [answer for answer in answers if answer.status != 200]
    if wrong:
        return f"{len(wrong)} refused: {wrong[0].status} {wrong[0].body[:300]!r}"
    receipts = [msgspec.json.decode(answer.body, type=Receipt) for answer in answers]
    given = {one.hash or one.reference for one in receipts}
    kept, ballots, marks = await recorded(settings, vote)
    if given != kept or not len(given) == ballots == marks == len(answers):
        return f"{len(answers)} receipts, {len(given & kept)} in {ballots} ballots, {marks} marks"
    return ""


if __name__ == "__main__":
    main()
