"""One case: people vote, something dies, and what is stored is held to what they were told."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from api.app_context import open_app
from deliberation.core.ids import new_id
from tests.cluster.cases import Case
from tests.cluster.deployment import Cluster, until
from tests.faults.crowd import Crowd
from tests.faults.history import Attempt, History
from tests.faults.run import Failed, disagreements
from tests.faults.survival import ASK, LEFT
from tests.faults.votes import a_vote

BEFORE = 5.0  # seconds of voting before the fault
AT_ONCE = 1.0  # seconds in which a worker that listens takes a job; one that does not takes two
# What the site, or in its place HAProxy, answers: what was confirmed is recorded.
OURS = ("503 unavailable", "503 not-json")
HEAD = (
    f"{'what dies':32} {'rate':>5} {'acknowledged':>13} {'lost':>5} {'doubled':>8} {'silence':>8}"
    f"  {'job':>6}  answers other than a receipt"
)


@dataclass
class Line:
    """A line of the table; `wrong`: a sentence for each thing that must not be."""

    told: str
    seed: int
    rate: float = 0.0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    silence: float = 0.0
    job: float = 0.0
    errors: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        errors = ", ".join(f"{number} × {code}" for code, number in sorted(self.errors.items()))
        return (
            f"{self.told:32} {self.rate:>3.0f}/s {self.acknowledged:>13} {self.lost:>5}"
            f" {self.doubled:>8} {self.silence:>6.1f} s  {self.job:>4.2f} s  {errors or 'none'}"
            f"{'  FAILED' if self.wrong else ''}"
        )


async def try_case(cluster: Cluster, case: Case, seed: int, seconds: float, rate: float) -> Line:
    """Vote for some seconds; after the first of them, something dies; then count and compare."""
    line = Line(case.told, seed)
    try:
        if case.database:
            await cluster.restart_sites(case.database)
        async with open_app(cluster.settings) as app:
            votes = [await a_vote(app, secrecy) for secrecy in ("plain", "sealed")]
        history = History(cluster.folder / f"{case.name}-{seed}.jsonl")
        crowd = Crowd(cluster.settings.port, history, random.Random(seed))
        voting = asyncio.create_task(crowd.vote(votes, seconds, rate=rate))
        await asyncio.sleep(BEFORE)
        struck = time.time()
        async with case.strike(cluster):
            await voting
            ended = time.time()
        await until("two standbys follow", cluster.is_replicated)
        await until("the sites answer", cluster.answers)
        line.job = await _job_taken(cluster)
        attempts = history.attempts()
        async with open_app(cluster.settings) as app:
            line.wrong = await disagreements(app, votes, attempts)
        _measure(line, attempts, struck, ended)
        _judge(line, case, cluster)
        if case.database:
            await cluster.restart_sites()
    except Failed as error:
        line.wrong += error.args
    return line


def _measure(line: Line, attempts: Sequence[Attempt], struck: float, ended: float) -> None:
    acknowledged = sorted(one.ended for one in attempts if one.state == "ok")
    before = sum(one < struck for one in acknowledged)
    line.rate = before / BEFORE
    line.acknowledged = len(acknowledged)
    line.lost = sum("acknowledged and lost" in one for one in line.wrong)
    line.doubled = sum(one.endswith(" times") for one in line.wrong)
    line.silence = max((b - a for a, b in pairwise(acknowledged)), default=0.0)
    if not acknowledged or acknowledged[-1] < ended - BEFORE:
        line.wrong.append("nobody could vote in the end")
    # A refusal is an answer: a voter has to wait a minute, or is known not to have been heard.
    line.errors = Counter(one.code for one in attempts if one.state == "unknown")


def _judge(line: Line, case: Case, cluster: Cluster) -> None:
    for code in line.errors:
        if code.startswith("5") and code not in OURS:
            line.wrong.append(f"answers {code}")
    if line.silence > case.longest:
        line.wrong.append(f"nobody could vote for {line.silence:.0f} s")
    if line.job > AT_ONCE:
        line.wrong.append(f"an announced job waited {line.job:.1f} s")
    for machine in cluster.sites:
        for name, process in machine.processes.items():
            if process.poll() is not None:
                line.wrong.append(f"{name} of {machine.name} has ended")


async def _job_taken(cluster: Cluster) -> float:
    """The shortest time of three in which an announced job was taken, when both workers listen."""
    listening = (
        "SELECT count(*) = 2 FROM pg_stat_activity"
        " WHERE usename = 'beffroi_worker' AND query ILIKE 'LISTEN%'"
    )
    await until("both workers listen", lambda: cluster.superuser(listening))
    times = []
    for _ in range(3):
        begun = time.monotonic()
        await cluster.sql(ASK, "open-urn", json.dumps({"poll_id": str(new_id())}))

        async def taken() -> bool:
            return not await cluster.sql(LEFT, "open-urn")

        await until("the job is taken", taken)
        times.append(time.monotonic() - begun)
    return min(times)
