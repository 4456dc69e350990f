"""Context of a case: its folder, its seed, its history, and the verdict at the end."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deliberation.core.context import AppContext
from tests.faults.checker import check
from tests.faults.crowd import Crowd
from tests.faults.history import Attempt, History
from tests.faults.stage import Stage, a_stage
from tests.faults.votes import ELECTORS, Vote, a_vote, end_vote, found_in, mirror


class Failed(Exception):
    """A rule that did not hold: each argument is a sentence."""


class NotRun(Exception):
    """A fault that this machine cannot inject, and what it needs."""


@dataclass
class Run:
    """One case with one seed."""

    folder: Path
    template: Path
    seed: int

    @property
    def chance(self) -> random.Random:
        """The same draws for the same seed."""
        return random.Random(self.seed)

    @asynccontextmanager
    async def stage(self, **values: Any) -> AsyncIterator[Stage]:
        """A stage of this run; a second one has a folder of its own."""
        place = self.folder / f"stage-{len(list(self.folder.iterdir()))}"
        async with a_stage(place, self.template, **values) as stage:
            yield stage

    def crowd(self, port: int, **values: Any) -> Crowd:
        """Voters with a history of their own."""
        number = len(list(self.folder.glob("*.jsonl")))
        history = History(self.folder / f"history-{number}.jsonl")
        return Crowd(port, history, self.chance, **values)


Case = Callable[[Run], Awaitable[str]]


@asynccontextmanager
async def voting(
    run: Run, *, electors: int = ELECTORS, site: dict[str, Any] | None = None, **values: Any
) -> AsyncIterator[tuple[Stage, list[Vote], Crowd]]:
    """A stage with a site that answers, one vote of each profile, and a crowd."""
    async with run.stage(**values) as stage:
        async with stage.app() as app:
            votes = [await a_vote(app, secrecy, electors) for secrecy in ("plain", "sealed")]
        await stage.site(**(site or {}))
        yield stage, votes, run.crowd(stage.settings.port)


async def verdict(
    stage: Stage,
    votes: Sequence[Vote],
    crowd: Crowd,
    *,
    quiet: bool = False,
    ended: bool = False,
    least: int = 20,
) -> str:
    """Close every vote and hold it to the history; a few numbers. Raises `Failed`."""
    return await settled(
        stage, votes, crowd.history.attempts(), quiet=quiet, ended=ended, least=least
    )


async def settled(
    stage: Stage,
    votes: Sequence[Vote],
    attempts: Sequence[Attempt],
    *,
    quiet: bool = False,
    ended: bool = False,
    least: int = 20,
) -> str:
    """The same for the sendings of any history."""
    async with stage.app() as app:
        wrong = await disagreements(app, votes, attempts, quiet=quiet, ended=ended)
    states = [one.state for one in attempts]
    ok = states.count("ok")
    if ok < least:
        codes = sorted({one.code for one in attempts if one.state != "ok"})
        wrong.append(f"only {ok} ballots were acknowledged: {codes}")
    if wrong:
        raise Failed(*wrong)
    return f"{ok} ok, {states.count('fail')} refused, {states.count('unknown')} unknown"


async def disagreements(
    app: AppContext,
    votes: Sequence[Vote],
    attempts: Sequence[Attempt],
    *,
    quiet: bool = False,
    ended: bool = False,
) -> list[str]:
    """End the votes, unless they have `ended`; what they hold that the sendings do not explain."""
    wrong: list[str] = []
    for vote in votes:
        own = [one for one in attempts if one.vote == vote.name]
        if not ended:
            await end_vote(app, vote)
        found = await found_in(app, vote, own)
        wrong += [f"{vote.poll.secrecy}: {one}" for one in check(own, found, quiet=quiet)]
    return wrong


async def mirrored(app: AppContext, votes: Sequence[Vote]) -> None:
    """Mirror each board during the vote, as a witness does."""
    for vote in votes:
        if vote.poll.secrecy == "sealed":
            await mirror(app, vote)


def expect(holds: bool, sentence: str) -> None:
    """Fail with a sentence unless it holds."""
    if not holds:
        raise Failed(sentence)


async def beside(load: Awaitable[int], *faults: Awaitable[Any]) -> None:
    """Inject faults, one after the other, while people vote."""
    task = asyncio.ensure_future(load)
    try:
        for fault in faults:
            await fault
    finally:
        await task
