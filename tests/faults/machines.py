"""Two machines on one database: another secret, another data folder."""

import asyncio
import statistics
from pathlib import Path
from subprocess import Popen
from typing import Any

from benchmarks.processes import family, free_port
from deliberation.elections.ballot_box.lifecycle import open_ballot_box
from deliberation.elections.pseudonyms.key_folder import folder_fault
from tests.builders import request_context
from tests.faults.crowd import Crowd
from tests.faults.run import Run, expect, verdict
from tests.faults.stage import Stage
from tests.faults.votes import Vote, a_vote
from tests.sealed import a_sealed_vote

REFUSED = 2  # the exit code of a program that must not start here
PATIENCE = 60.0  # seconds given to a program to say so


async def f33_two_machines(run: Run) -> str:
    """A second machine with another secret or folder is refused or warned; no vote is spoiled."""
    async with run.stage() as stage:
        folders = {"folder": str(stage.folder / "other machine")}
        first = await stage.site(what="serve")
        await _a_ballot_box_that_waits(stage, folders)
        async with stage.app() as app:
            votes = [await a_vote(app, secrecy) for secrecy in ("plain", "sealed")]
        refused = await asyncio.gather(
            *(
                _refused(stage, what, values)
                for what in ("serve", "worker")
                for values in (folders, {"secret": "the secret of another machine altogether"})
            )
        )
        expect(all(refused), f"a program of another machine started: {refused}")

        # One that got past the door, since it was started by other means than our command.
        port = free_port()
        await stage.site(what="site", port=port, **folders)
        crowd = run.crowd(stage.settings.port)
        elsewhere = run.crowd(port)
        await crowd.vote(votes, 2)
        told = await _sent_elsewhere(elsewhere, votes)
        keys = list((stage.folder / "other machine" / "slot-keys").glob("*-*"))
        expect(not keys, "the other machine made a key")
        await crowd.vote(votes, 2)
        took = statistics.median(
            one.ended - one.begun for one in crowd.history.attempts() if one.state == "ok"
        )
        said = await verdict(stage, votes, crowd, quiet=True)
        return f"{said}; {told}; median {took * 1000:.0f} ms, {_memory(first)} MB a site"


async def _a_ballot_box_that_waits(stage: Stage, folders: dict[str, str]) -> None:
    """Two machines were started while there was no sealed vote: its ballot box does not open."""
    second = await stage.site(what="serve", port=free_port(), **folders)
    async with stage.app() as app:
        vote = await a_sealed_vote(app, opened=False)
        opened = "SELECT board_is_open($1)"
        async with request_context(app) as ctx:
            await open_ballot_box(ctx, str(vote.poll.id))
            expect(await folder_fault(ctx) == "several", "two folders are not seen")
        expect(not await stage.sql(opened, vote.poll.id), "an urn opened over two folders")
        stage.end(second)
        async with request_context(app) as ctx:
            await open_ballot_box(ctx, str(vote.poll.id))
        expect(await stage.sql(opened, vote.poll.id), "the urn stays shut with one machine")


async def _refused(stage: Stage, what: str, values: dict[str, Any]) -> bool:
    """Whether a program of another machine ends by itself, as one that must not start."""
    child = stage.start(what, port=free_port(), **values)
    try:
        return await asyncio.to_thread(child.wait, PATIENCE) == REFUSED
    finally:
        stage.end(child)


async def _sent_elsewhere(crowd: Crowd, votes: list[Vote]) -> str:
    """Ballots sent to the machine with the other folder: sealed ones refused, in words."""
    sealed = votes[1]
    answers = [
        await crowd.cast(sealed, voter, crowd.form(), crowd.choice(sealed)) for voter in range(10)
    ]
    codes = {(one.status, one.body.get("code")) for one in answers}
    expect(codes == {(403, "slot-key-missing")}, f"the other folder answers {codes}")
    return f"{len(answers)} sealed ballots refused by the other machine"


def _memory(process: "Popen[bytes]") -> int:
    """The resident memory of a program and its children, in megabytes."""
    pages = 0
    for pid in family(process.pid):
        status = Path(f"/proc/{pid}/statm")
        if status.exists():
            pages += int(status.read_text().split()[1])
    return pages * 4096 // 2**20
