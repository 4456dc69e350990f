"""Faults of disks: full, read-only, and a log that nobody can write to."""

# ruff: noqa: ASYNC221, ASYNC230 (nobody else waits for these steps)

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deliberation.devserver.binaries import running_account
from tests.faults.crowd import Crowd
from tests.faults.run import Failed, NotRun, Run, beside, expect, verdict, voting
from tests.faults.stage import Stage
from tests.faults.votes import Vote, a_vote

CLEAR = "unavailable"  # the code of an answer that says: not recorded now, come back


async def f8_full_data(run: Run) -> str:
    """No space is left for the tables; then there is some again."""
    with a_disk(run.folder / "disk", "260m") as disk:
        async with run.stage(disk=disk) as stage:
            votes, crowd = await _open(stage, run)
            await crowd.vote(votes, 2)
            with filled(disk):
                await crowd_until_refused(stage, crowd, votes)
            await stage.answering()
            await crowd.vote(votes, 2)
            said = await verdict(stage, votes, crowd)
            _told_clearly(crowd)
            return said


async def f8_full_log(run: Run) -> str:
    """No space is left for the write-ahead log: the server stops, and starts once there is some."""
    with a_disk(run.folder / "disk", "96m") as disk:
        async with run.stage(durable=True) as stage:
            stage.cluster.stop()
            _move_log(stage, disk)
            with (stage.folder / "postgresql/data/postgresql.auto.conf").open("a") as conf:
                conf.write("min_wal_size = '32MB'\nmax_wal_size = '64MB'\n")
            await asyncio.to_thread(stage.start_database)
            votes, crowd = await _open(stage, run)
            await crowd.vote(votes, 2)
            with filled(disk):
                with suppress(Exception):
                    for _ in range(8):
                        await stage.sql("SELECT pg_switch_wal()", user="postgres")
                        await crowd.vote(votes[:1], 0.2, most=3)
                await crowd_until_refused(stage, crowd, votes)
            await asyncio.to_thread(stage.start_database)
            await stage.answering()
            await crowd.vote(votes, 2)
            said = await verdict(stage, votes, crowd)
            _told_clearly(crowd)
            return said


async def f9_read_only(run: Run) -> str:
    """The database's disk becomes read-only while people vote; then it is mended."""
    with a_disk(run.folder / "disk", "400m") as disk:
        async with run.stage(disk=disk, durable=True) as stage:
            votes, crowd = await _open(stage, run)
            await crowd.vote(votes, 2)
            stage.kill_database()  # an open file would keep the disk writable
            await _read_only(disk)
            try:
                answer = await crowd.cast(votes[0], 1, crowd.form(), crowd.choice(votes[0]))
                expect(answer.status == 503, f"a read-only disk is told as {answer.status}")
            finally:
                _mount("-o", "remount,rw", disk)
            await asyncio.to_thread(stage.start_database)
            await stage.answering()
            await crowd.vote(votes, 2)
            said = await verdict(stage, votes, crowd)
            stage.cluster.stop()
            checked = subprocess.run(
                [stage.cluster.server.bin / "pg_checksums", "--check", disk / "data"],
                capture_output=True,
                text=True,
                cwd="/",
                **running_account().options,
            )
            expect(checked.returncode == 0, f"checksums: {checked.stderr}")
            return f"{said}; checksums hold"


async def f9_failing_fsync(run: Run) -> str:
    """The disk answers EIO to fsync."""
    raise NotRun("needs a device that fails on demand (root, dm-flakey or dm-error)")


async def f25_full_log(run: Run) -> str:
    """The program's log cannot be written: no ballot depends on it, the record is the database."""
    with Path("/dev/full").open("wb") as full:
        async with voting(run, site={"log": full}) as (stage, votes, crowd):

            async def fail_often() -> None:
                for _ in range(6):
                    await asyncio.sleep(0.4)
                    await stage.sql(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        " WHERE application_name LIKE 'beffroi%'",
                        user="postgres",
                    )

            await beside(crowd.vote(votes, 4), fail_often())
            await stage.answering()
            return await verdict(stage, votes, crowd)


async def crowd_until_refused(stage: Stage, crowd: Crowd, votes: list[Vote]) -> None:
    """Vote until nothing is taken any more."""
    for turn in range(4000):
        vote = votes[turn % 2]
        voter = turn // 2 % len(vote.codes)
        answer = await crowd.cast(vote, voter, crowd.form(), crowd.choice(vote))
        if answer.status >= 500 or answer.status == -1:
            return
    raise Failed("a full disk still takes ballots after 4,000 of them")


@contextmanager
def a_disk(place: Path, size: str) -> Iterator[Path]:
    """A small disk of its own, in memory."""
    place.mkdir(mode=0o755)
    try:
        _mount("-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", place)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotRun("needs root: a small disk is mounted") from error
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=False)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Nothing more fits on a disk."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file, suppress(OSError):
        while True:
            os.write(file.fileno(), bytes(4096))
    try:
        yield
    finally:
        ballast.unlink()


async def _open(stage: Stage, run: Run) -> tuple[list[Vote], Crowd]:
    async with stage.app() as app:
        votes = [await a_vote(app, secrecy) for secrecy in ("plain", "sealed")]
    await stage.site()
    return votes, run.crowd(stage.settings.port)


def _move_log(stage: Stage, disk: Path) -> None:
    """The write-ahead log on a disk of its own, as many operators have it."""
    data = stage.folder / "postgresql/data"
    subprocess.run(["cp", "-a", data / "pg_wal", disk / "pg_wal"], check=True)
    subprocess.run(["rm", "-r", data / "pg_wal"], check=True)
    (data / "pg_wal").symlink_to(disk / "pg_wal")


def _told_clearly(crowd: Crowd) -> None:
    """Every response says that the service is unavailable, not that the vote failed."""
    codes = {one.code for one in crowd.history.attempts() if one.code.startswith("5")}
    expect(all(CLEAR in code for code in codes), f"refused with {sorted(codes)}")


async def _read_only(disk: Path) -> None:
    """As soon as the last worker of the killed server has gone."""
    for _ in range(100):
        with suppress(subprocess.CalledProcessError):
            _mount("-o", "remount,ro", disk)
            return
        await asyncio.sleep(0.2)
    raise NotRun("needs a disk that can be made read-only while it is used")


def _mount(*arguments: "str | Path") -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)
