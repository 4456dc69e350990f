"""Voters of the last minute, each sending the same ballot twice, racing the close.

They come evenly over the minute, send again within two seconds, and some come too late. The site
runs with its worker inside, so that batches are sealed and the ballot box is closed meanwhile, by
the same process; no process is kept on a core.
"""

import asyncio
import os
import random
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import time

import msgspec

from benchmarks import client, processes
from benchmarks.electorate import Vote, api_request, fill, recorded
from deliberation.core.settings import Settings
from deliberation.devserver.server import start
from deliberation.migrations.upgrade import migrate

BEFORE = 60.0  # seconds before the close, in which nearly all come
AGAIN = 2.0  # until they send once more, for some after the close
READY = 20.0  # seconds that it takes to write a roll of ten thousand and to start the site
CONNECTIONS = 64


class Told(msgspec.Struct):
    """Fields of an answer that are compared: a receipt's name, or a refusal's code."""

    reference: str = ""
    hash: str = ""
    code: str = ""


def run(vote: Vote, voters: int) -> str:
    """One vote's last minute, in about a minute and a half; what came of it."""
    core = os.sched_getaffinity(0)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-bench-"))
        Path(folder).chmod(0o755)  # under root the server is nobody, who must be able to enter
        base = start(Path(folder) / "postgresql")
        stack.callback(base.stop)
        settings = Settings(
            database_url=base.url(), secret="b" * 40, folder=folder, log_level="error"
        )
        migrate(settings.database_url)
        close = time() + READY + voters / 1000 + BEFORE
        moment = datetime.fromtimestamp(close, UTC)
        shown = asyncio.run(fill(settings, [vote], voters, closes_at=moment))[vote.name]
        ready = [api_request(vote, proof) for proof in shown]
        known = replace(settings, port=processes.free_port(), worker_inside=True)
        pids = (
            stack.enter_context(processes.serving("site", known, core)),
            processes.postmaster_of(base),
        )
        if time() > close - BEFORE:
            raise SystemExit("filling took too long: the last minute had begun")
        return asyncio.run(_race(known, vote, ready, pids, close))


async def _race(
    settings: Settings, vote: Vote, ready: list[bytes], pids: tuple[int, int], close: float
) -> str:
    """Send everything at its moment, then compare the answers with the ballot box."""
    await asyncio.sleep(max(0, close - BEFORE - time()))
    begin = time()
    sent = _moments(ready, close - begin)
    used = [processes.cpu(pid) for pid in pids]
    answers = await client.send_all(
        settings.port, [request for _, request in sent], CONNECTIONS, [due for due, _ in sent]
    )
    used = [processes.cpu(pid) - before for pid, before in zip(pids, used, strict=True)]
    told = [(answer.status, msgspec.json.decode(answer.body, type=Told)) for answer, _ in answers]
    given = {one.hash or one.reference for status, one in told if status == 200}
    refused = Counter(f"{status} {one.code}" for status, one in told if status != 200)
    kept, ballots, marks = await recorded(settings, vote)
    cuts = quantiles([seconds for _, seconds in answers], n=100)
    return (
        f"{vote.name}: {len(ready)} voters, {len(answers)} sendings in {time() - begin:.0f} s;"
        f" p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms,"
        f" longest {max(seconds for _, seconds in answers) * 1000:.0f} ms;"
        f" processor {used[0]:.0f} s of the site, {used[1]:.0f} s of PostgreSQL;"
        f" {sum(status == 200 for status, _ in told)} receipts of {len(given)} ballots;"
        f" refusals {dict(refused)}; lost {len(given - kept)}, not told {len(kept - given)},"
        f" ballots {ballots}, marks {marks}"
    )


def _moments(ready: list[bytes], left: float) -> list[tuple[float, bytes]]:
    """(seconds from now, request), two a voter: the second soon after the first."""
    chance = random.Random(2026)
    sent = []
    for request in ready:
        first = chance.uniform(0, left)
        sent += [(first, request), (first + chance.uniform(0, AGAIN), request)]
    return sorted(sent, key=lambda one: one[0])
