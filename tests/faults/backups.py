"""Faults that only a backup mends: logical, physical, and to a point in time."""

import asyncio
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from deliberation.devserver import server as embedded
from deliberation.devserver.binaries import EmbeddedError, Server, find_server, running_account
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.results.queries import recount_bytes
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.elections.verification.claims import Published, findings
from tests.builders import request_context
from tests.faults.crowd import Crowd
from tests.faults.history import Attempt
from tests.faults.run import NotRun, Run, beside, expect, settled, verdict, voting
from tests.faults.stage import Stage
from tests.faults.votes import Vote, a_vote
from tests.sealed import archive_of, counted

ARCHIVED = 20.0  # seconds given to the archiver


async def f17_logical_backup(run: Run) -> str:
    """A dump during the vote and one after it: equal counts; later receipts reported."""
    async with voting(run) as (stage, votes, crowd):
        await crowd.vote(votes, 1.5)
        during, begun = stage.folder / "during.sql", time.time()
        await beside(crowd.vote(votes, 3), asyncio.to_thread(dump, stage, during))
        kept = [Vote(v.page, v.poll, v.codes, v.slots, v.voters, list(v.mirrors)) for v in votes]
        said = await verdict(stage, votes, crowd)
        attempts = crowd.history.attempts()
        after = stage.folder / "after.sql"
        dump(stage, after)
        async with restored(stage, "after", sql=after) as copy:
            await same_results(stage, copy, votes)
        async with restored(stage, "during", sql=during) as earlier:
            known, late = before(attempts, begun)
            await settled(earlier, kept, known)
            told = await missing(earlier, kept[1], attempts)
        early = {one.receipt["hash"] for one in known if one.state == "ok" and one.receipt}
        expect(not told & early, "a receipt from before the backup is told missing")
        expect(bool(told), "no receipt is told missing: nothing was lost")
        return f"{said}; of {late} later ballots {len(told)} sealed ones are told missing by number"


async def f18_point_in_time(run: Run) -> str:
    """The disk is lost; a base backup and the archived log bring all back but the last segment."""
    async with archived(run) as (stage, votes, crowd, archive):
        await crowd.vote(votes, 1)
        base = stage.folder / "recovered" / "data"
        await beside(crowd.vote(votes, 3), asyncio.to_thread(base_backup, stage, base, "none"))
        safe = time.time()
        await archive_now(stage)
        await crowd.vote(votes, 2)
        stage.kill_database()
        await asyncio.sleep(0.3)
        for child in stage.children:
            stage.end(child)
        shutil.rmtree(stage.folder / "postgresql" / "data")
        with (base / "postgresql.auto.conf").open("a") as conf:
            conf.write(
                f"archive_mode = off\nhot_standby = off\nrestore_command = 'cp {archive}/%f %p'\n"
            )
        (base / "recovery.signal").touch()
        own(base / "recovery.signal")
        async with restored(stage, "recovered") as recovered:
            known, late = before(crowd.history.attempts(), safe)
            said = await settled(recovered, votes, known)
        return f"{said}; {late} ballots after the last archived segment are the gap"


async def f19_physical_backup(run: Run) -> str:
    """A physical backup under load, checked and started elsewhere."""
    async with voting(run, durable=True) as (stage, votes, crowd):
        await crowd.vote(votes, 1)
        base, begun = stage.folder / "copied" / "data", time.time()
        await beside(crowd.vote(votes, 3), asyncio.to_thread(base_backup, stage, base, "stream"))
        files = verified(base)
        async with restored(stage, "copied") as copy:
            known, late = before(crowd.history.attempts(), begun)
            said = await settled(copy, votes, known)
            copy.cluster.stop()
            checked = tool(stage, "pg_checksums", "--check", base, account=True)
            expect(checked.returncode == 0, f"pg_checksums: {checked.stderr[-300:]}")
        return f"{said}; {files} files verified; {late} ballots came during or after it"


async def f19_other_major(run: Run) -> str:
    """A logical backup restored into an older major version: the same result."""
    try:
        older = find_server("16")
    except EmbeddedError as error:
        raise NotRun("needs a second PostgreSQL (16) beside the packaged one") from error
    async with voting(run) as (stage, votes, crowd):
        if stage.cluster.server.major == older.major:
            raise NotRun("needs a PostgreSQL of another major version than the one in use")
        await crowd.vote(votes, 2)
        said = await verdict(stage, votes, crowd)
        file = stage.folder / "after.sql"
        dump(stage, file)
        async with restored(stage, "older", sql=file, server=older) as copy:
            await same_results(stage, copy, votes)
        return f"{said}; the same in PostgreSQL {stage.cluster.server.major} and {older.major}"


async def same_results(stage: Stage, copy: Stage, votes: list[Vote]) -> None:
    """Bundle, minutes and published files are equal, byte for byte."""
    async with stage.app() as one, copy.app() as other:
        bundles = [await archive_of(app, votes[1].poll.id) for app in (one, other)]
        files = []
        for app in (one, other):
            async with request_context(app) as ctx:
                files.append(await recount_bytes(ctx, votes[0].page.ref, votes[0].poll.number))
    expect(bundles[0] == bundles[1], "the restored bundle differs")
    expect(counted(bundles[0]) == counted(bundles[1], (0, 2)), "the restored count differs")
    expect(files[0] == files[1], "the restored published file differs")


async def missing(stage: Stage, vote: Vote, attempts: list[Attempt]) -> set[str]:
    """The hashes of the receipts that `beffroi sealed verify` reports missing on this board."""
    async with stage.app() as app, request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
    receipts = [
        msgspec.convert(one.receipt, SealedReceipt)
        for one in attempts
        if one.receipt and one.vote == vote.name
    ]
    references = {
        fault.values["reference"]
        for finding in findings(Published(board=board), receipts=receipts)
        for fault in finding.faults
        if fault.code == "receipt-missing"
    }
    return {one.hash for one in receipts if one.reference in references}


def before(attempts: list[Attempt], moment: float) -> tuple[list[Attempt], int]:
    """The history as somebody knows it who has only a backup of a moment.

    What was acknowledged later may be in the backup or not; how many of those there are.
    """
    known = [
        one
        if one.state != "ok" or one.ended < moment
        else msgspec.structs.replace(one, state="unknown", ended=float("inf"), receipt=None)
        for one in attempts
    ]
    return known, sum(one.state == "ok" and one.ended >= moment for one in attempts)


def dump(stage: Stage, file: Path) -> None:
    """A logical backup. Blocking."""
    done = tool(stage, "pg_dump", "-d", stage.dsn, "-f", file)
    expect(done.returncode == 0, f"pg_dump: {done.stderr[-300:]}")


def base_backup(stage: Stage, to: Path, log: str) -> None:
    """A physical backup; `log`: how the write-ahead log of its time is got. Blocking."""
    to.parent.mkdir(mode=0o755)
    to.parent.chmod(0o755)
    own(to.parent)
    address = stage.dsn.replace("app@/app", "postgres@/postgres", 1)
    options = ["-X", log, "-c", "fast", "--manifest-checksums=SHA256"]
    done = tool(stage, "pg_basebackup", "-d", address, "-D", to, *options, account=True)
    expect(done.returncode == 0, f"pg_basebackup: {done.stderr[-300:]}")


def verified(base: Path) -> int:
    """Hold a physical backup to its manifest, file by file; how many there are.

    (pg_verifybackup does the same; the one in the package of the embedded server does not start.)
    """
    manifest = msgspec.json.decode((base / "backup_manifest").read_bytes())
    for one in manifest["Files"]:
        digest = hashlib.sha256((base / one["Path"]).read_bytes()).hexdigest()
        expect(digest == one["Checksum"], f"the backup's {one['Path']} is not as it was taken")
    return len(manifest["Files"])


def tool(
    stage: Stage, name: str, *arguments: "str | Path", account: bool = False
) -> "subprocess.CompletedProcess[str]":
    """One of PostgreSQL's programs, as the server's account or as ourselves."""
    program = stage.cluster.server.bin / name
    if not program.exists():
        raise NotRun(f"needs {name} beside the server")
    options = running_account().options if account else {}
    return subprocess.run([program, *arguments], capture_output=True, text=True, cwd="/", **options)


def own(path: Path) -> None:
    """Give a path to the account that runs the server."""
    if options := running_account().options:
        os.chown(path, options["user"], options["group"])


@asynccontextmanager
async def restored(
    stage: Stage, name: str, *, sql: Path | None = None, server: Server | None = None
) -> AsyncIterator[Stage]:
    """Another cluster in a folder of the stage, holding a dump or what lies there already."""
    cluster = await asyncio.to_thread(
        embedded.start, stage.folder / name, server=server, durable=False
    )
    settings = replace(stage.settings, database_url=cluster.url())
    copy = Stage(stage.folder, cluster, settings, durable=False)
    try:
        if sql is not None:
            # An older server does not know every setting that a newer dump begins with.
            done = tool(copy, "psql", "-Xq", "-d", copy.dsn, "-f", sql)
            wrong = [line for line in done.stderr.splitlines() if "ERROR" in line]
            wrong = [line for line in wrong if "unrecognized configuration" not in line]
            expect(not wrong, f"restoring: {wrong[:3]}")
        yield copy
    finally:
        copy.cluster.stop()


@asynccontextmanager
async def archived(run: Run) -> AsyncIterator[tuple[Stage, list[Vote], Crowd, Path]]:
    """A vote whose database archives its log."""
    async with run.stage(durable=True) as stage:
        archive = stage.folder / "archive"
        archive.mkdir(mode=0o755)
        own(archive)
        stage.cluster.stop()
        with (stage.folder / "postgresql/data/postgresql.auto.conf").open("a") as conf:
            conf.write(f"archive_mode = on\narchive_command = 'cp %p {archive}/%f'\n")
        await asyncio.to_thread(stage.start_database)
        async with stage.app() as app:
            votes = [await a_vote(app, secrecy) for secrecy in ("plain", "sealed")]
        await stage.site()
        yield stage, votes, run.crowd(stage.settings.port), archive


async def archive_now(stage: Stage) -> None:
    """Have the log archived up to this moment."""
    segment = await stage.sql("SELECT pg_walfile_name(pg_switch_wal())", user="postgres")
    until = time.monotonic() + ARCHIVED
    while (
        await stage.sql("SELECT last_archived_wal FROM pg_stat_archiver", user="postgres") or ""
    ) < segment:
        expect(time.monotonic() < until, "the log is not archived")
        await asyncio.sleep(0.1)
