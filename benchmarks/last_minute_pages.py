"""The last minute of a vote by pages, beside visitors of public pages.

Each voter opens the ballot, keeps a choice, checks it, casts it and sees the receipt, with a pause
before each step; one in ten sends the last form twice, and some come too late. Who is told that the
site is busy tries the same step again after the time they were told. Visitors ask for public pages
at an even pace, and do not come back. nginx, where the machine has it, stands in front as in
deploy/nginx. No process is kept on a core; worker, site and load are processes of their own.
"""

import asyncio
import os
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time, time

import asyncpg

from benchmarks import client, crowd, processes, voting
from benchmarks.electorate import Vote, fill, recorded
from benchmarks.filling import keep_figures
from deliberation.core.settings import Settings
from deliberation.devserver.server import Cluster, start
from deliberation.migrations.upgrade import migrate

READY = 60.0  # seconds to write a roll of ten thousand and to start everything
WARM = 64  # requests before it begins, as of a site that was open all week
PAUSE = 1.0  # seconds at most between an answer and the voter's next step
TWICE = 10  # one voter in so many sends the last form twice
_SUBMISSION = re.compile(rb'name="submission" value="([^"]+)"')
_AGAIN = re.compile(rb"\r\nretry-after: (\d+)", re.IGNORECASE)
_REFERENCE = re.compile(rb"/recu/([0-9A-Z-]+)")

# A step of a voter, and the status of its answer.
STEPS: dict[str, tuple[Callable[[voting.Voter], bytes], int]] = {
    "ballot": (voting.open_ballot, 200),
    "choice": (voting.choose, 303),
    "check": (partial(voting.check, encoding="identity"), 200),  # whose form is read
    "cast": (voting.cast, 303),
    "receipt": (voting.see_receipt, 200),
}


@dataclass
class Seen:
    """What the load saw: seconds by step, unexpected answers, and references of receipts.

    `refused`: how often a step was refused as the site was busy, and `turned_away`: whose.
    """

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    others: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    turned_away: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)


def run(vote: Vote, voters: int, visitors: int, seconds: float, workers: int) -> str:
    """One vote's last `seconds`; `visitors`: public pages a second; `workers`: site processes."""
    everywhere = os.sched_getaffinity(0)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-bench-"))
        Path(folder).chmod(0o755)  # under root the server is nobody, who must be able to enter
        base = start(Path(folder) / "postgresql")
        asyncio.run(_let_in(base))
        base.stop()
        base = start(Path(folder) / "postgresql")
        stack.callback(base.stop)
        settings = Settings(
            database_url=base.url(), secret="b" * 40, folder=folder, log_level="error"
        )
        migrate(settings.database_url)
        asyncio.run(_fill_public(settings))
        close = time() + READY + voters / 1000 + seconds
        moment = datetime.fromtimestamp(close, UTC)
        proofs = asyncio.run(fill(settings, [vote], voters, closes_at=moment))[vote.name]
        asyncio.run(keep_figures(settings.database_url))
        known = replace(settings, port=processes.free_port(), workers=workers, trusted_proxies=1)
        parts = {
            "site": stack.enter_context(processes.serving("site", known, everywhere)),
            "worker": stack.enter_context(processes.working(known)),
            "PostgreSQL": processes.postmaster_of(base),
        }
        port = known.port
        if front := stack.enter_context(processes.in_front(known, Path(folder))):
            parts["nginx"], port = front
        if time() > close - seconds:
            raise SystemExit("filling took too long: the last minute had begun")
        walkers = voting.voters_of(vote, proofs)
        asyncio.run(_warm(port, walkers[0]))
        return asyncio.run(_race(known, vote, walkers, visitors, seconds, close, port, parts))


async def _let_in(base: Cluster) -> None:
    """Allow as many connections as site and worker may take, from the next start on."""
    connection = await asyncpg.connect(base.dsn("postgres"), user="postgres")
    await connection.execute("ALTER SYSTEM SET max_connections = 400")
    await connection.close()


async def _fill_public(settings: Settings) -> None:
    connection = await asyncpg.connect(settings.database_url.replace("+asyncpg", "", 1))
    await crowd.fill(connection)
    await connection.close()


async def _warm(port: int, voter: voting.Voter) -> None:
    """Ask for the pages once or twice: each process compiles its templates and statements."""
    pages = [page for page, _ in zip(_public_pages(), range(WARM), strict=False)]
    for one in ([voting.open_ballot(voter)] * WARM, pages):
        await client.send_all(port, one, 8)


async def _race(
    settings: Settings,
    vote: Vote,
    voters: list[voting.Voter],
    visitors: int,
    seconds: float,
    close: float,
    port: int,
    parts: dict[str, int],
) -> str:
    """Begin each walk at its moment, then compare the receipts with the ballot box."""
    await asyncio.sleep(max(0, close - seconds - time()))
    chance, seen = random.Random(2026), Seen()
    own, used = process_time(), {name: processes.cpu(pid) for name, pid in parts.items()}
    begin, left = perf_counter(), close - time()
    await asyncio.gather(
        *(_walk(port, one, begin + chance.uniform(0, left), chance, seen) for one in voters),
        _visitors(port, visitors, begin, left, seen),
    )
    spent = {name: processes.cpu(pid) - used[name] for name, pid in parts.items()}
    spent["load"] = process_time() - own
    kept, ballots, marks = await recorded(settings, vote)
    return "\n".join(
        [
            f"{vote.name}: {len(voters)} voters by pages and {visitors} visitors a second, for"
            f" {left:.0f} s, {'through nginx' if 'nginx' in parts else 'without nginx'}",
            *(_line(name, took) for name, took in seen.took.items()),
            f"refused as busy {dict(seen.refused)}, {len(seen.turned_away)} voters once or more",
            f"other answers {dict(seen.others)}",
            "processor s: " + ", ".join(f"{name} {n:.1f}" for name, n in spent.items()),
            f"receipts {len(seen.given)}, lost {len(seen.given - kept)}, not told"
            f" {len(kept - seen.given)}, ballots {ballots}, marks {marks}",
        ]
    )


def _line(name: str, took: list[float]) -> str:
    cuts = quantiles(took, n=100) if len(took) > 1 else took * 99
    return (
        f"  {name}: {len(took)}, p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms,"
        f" longest {max(took) * 1000:.0f} ms"
    )


async def _walk(
    port: int, voter: voting.Voter, begin: float, chance: random.Random, seen: Seen
) -> None:
    """One voter from the ballot to the receipt, or to the first answer that stops them."""
    await asyncio.sleep(max(0, begin - perf_counter()))
    caller = await client.connect(port)
    for name, (step, expected) in STEPS.items():
        await asyncio.sleep(chance.uniform(0, PAUSE))
        for _ in range(2 if name == "cast" and chance.randrange(TWICE) == 0 else 1):
            while True:
                asked = perf_counter()
                if caller.is_closed():  # as browsers do
                    caller = await client.connect(port)
                try:
                    answer = await caller.ask(step(voter))
                except ConnectionError:
                    seen.others[f"{name}: connection lost"] += 1
                    return
                seen.took[name].append(perf_counter() - asked)
                later = _AGAIN.search(answer.head) if answer.status == 503 else None
                if later is None:
                    break
                seen.refused[name] += 1
                seen.turned_away.add(voter.browser)
                await asyncio.sleep(int(later[1]) + chance.uniform(0, PAUSE))
            if receipt := _REFERENCE.search(answer.head):
                voter = voter._replace(reference=receipt[1].decode())
                seen.given.add(voter.reference)
        if answer.status != expected or (name == "cast" and not voter.reference):
            seen.others[f"{name} {answer.status}"] += 1
            break
        if draft := _SUBMISSION.search(answer.body):
            voter = voter._replace(submission=draft[1].decode())
    caller.close()


async def _visitors(port: int, rate: int, begin: float, left: float, seen: Seen) -> None:
    """Visitors who come evenly and wait for nobody but the site; connections serve again."""
    free: list[client.Caller] = []

    async def visit(due: float, page: bytes) -> None:
        caller = free.pop() if free else await client.connect(port)
        if caller.is_closed():
            caller = await client.connect(port)
        try:
            answer = await caller.ask(page)
        except ConnectionError:
            seen.others["visitor: connection lost"] += 1
            return
        free.append(caller)
        seen.took["visitor"].append(perf_counter() - due)
        if answer.status == 503 and _AGAIN.search(answer.head):
            seen.refused["visitor"] += 1
        elif answer.status != 200:
            seen.others[f"visitor {answer.status}"] += 1

    async with asyncio.TaskGroup() as visits:
        for turn, page in zip(range(int(rate * left)), _public_pages(), strict=False):
            due = begin + turn / rate
            await asyncio.sleep(max(0, due - perf_counter()))
            visits.create_task(visit(due, page))
    for caller in free:
        caller.close()


def _public_pages() -> Iterator[bytes]:
    """A consultation, its list in each of the draws, and its proposals, one more than others."""
    home = f"/fr/c/{crowd.SLUG}"
    for turn in count():
        draw = f"/propositions?graine={turn % 32}"
        for path in ("", draw, f"/p/{1 + turn % 64}", "/p/1"):
            yield client.request("GET", home + path)
