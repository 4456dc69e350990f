"""Faults of the count, and its size: bad bundles and shares, 100,000 of 1,000,000 voters."""

# ruff: noqa: ASYNC240 (nobody else waits for these steps)

import asyncio
import hashlib
import io
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg

from deliberation.core.context import Viewer
from deliberation.core.ids import new_id
from deliberation.elections.bulletin_board.entries import board_entries
from deliberation.elections.paper.archives import export_archive
from deliberation.elections.results.sealed_count import CountDraft, publish_count
from deliberation.elections.sealed_protocol.archive import NotABallotArchive, open_archive
from deliberation.elections.sealed_protocol.board import as_file, hashes_of, read_board
from deliberation.elections.sealed_protocol.keys import key_from, sign
from deliberation.elections.sealed_protocol.sealing import context_of, padded, seal
from deliberation.elections.sealed_protocol.shares import NotATrustee, write_shares
from deliberation.elections.verification.claims import Published, findings
from deliberation.elections.verification.minutes import count_archive, read_minutes
from tests.builders import request_context
from tests.faults.run import Run, expect
from tests.faults.votes import a_vote
from tests.sealed import TRUSTEES, a_sealed_ballot, archive_of, close_sealed, counted

ELECTORS, BALLOTS = 1_000_000, 100_000
COUNT = 600.0  # seconds for counting and verifying
MEMORY = 700  # megabytes: any one of the counting programs


async def f23_bad_archives(run: Run) -> str:
    """A changed, cut or foreign archive, a missing trustee, a wrong key, a bad share."""
    async with run.stage() as stage, stage.app() as app:
        vote, other = [await a_vote(app, "sealed", 20) for _ in range(2)]
        for one in (vote, other):
            for voter in range(12):
                await a_sealed_ballot(app, one, one.codes[voter], {"1": voter % 7 + 1})  # type: ignore[arg-type]
            await close_sealed(app, one)  # type: ignore[arg-type]
        archive, foreign = [await archive_of(app, one.poll.id) for one in (vote, other)]
    good = counted(archive)
    file = run.folder / "bundle.tar"
    for place in range(600, len(archive), len(archive) // 40):
        spoilt = bytearray(archive)
        spoilt[place] ^= 1
        file.write_bytes(spoilt)
        try:
            with open_archive(file) as opened:
                same = b"".join(line.data for line in opened.sealed_lines())
            expect(hashlib.sha256(same).digest() == _content(archive, run), "a change went unseen")
        except NotABallotArchive:
            pass
    file.write_bytes(archive[: len(archive) // 2])
    _refused(lambda: counted(archive[: len(archive) // 2]), "missing", "digest", "tar")
    _refused(lambda: counted(archive, (0,)), "too-few-shares")
    file.write_bytes(archive)
    shares = [_shares(file, number) for number in range(3)]
    stranger = key_from("Inconnue", hashlib.sha256(b"nobody").digest())
    try:
        with open_archive(file) as opened:
            write_shares(io.BytesIO(), opened, stranger)
        expect(False, "a stranger's key unwraps")
    except NotATrustee:
        pass
    lines = shares[1].split(b"\n")
    lines[3] = b'"' + b"A" * (len(lines[3]) - 2) + b'"'
    bad = b"\n".join(lines)
    with open_archive(file) as opened:
        three = count_archive(opened, [io.BytesIO(one) for one in (shares[0], bad, shares[2])])
        two = count_archive(opened, [io.BytesIO(one) for one in (shares[0], shares[2])])
        wrong = count_archive(opened, [io.BytesIO(one) for one in (shares[0], bad)])
    expect(three == two == good, "another subset does not give the same count")
    unread = read_minutes(wrong.minutes).unreadable
    expect(len(unread) == 1, f"one bad share: {len(unread)} ballots are listed")
    file.write_bytes(foreign)
    theirs = _shares(file, 0)
    file.write_bytes(archive)

    def mixed() -> None:
        with open_archive(file) as opened:
            count_archive(opened, [io.BytesIO(theirs), io.BytesIO(shares[1])])

    _refused(mixed, "other-bundle")
    return f"12 ballots; 40 changed bundles, {unread[0].why} named for 1 ballot"


async def f26_large_count(run: Run) -> str:
    """1,000,000 electors and 100,000 sealed ballots: counted and verified in bounded memory."""
    async with run.stage() as stage, stage.app() as app:
        begun = time.monotonic()
        vote = await a_vote(app, "sealed", ELECTORS)
        slots = sorted(vote.slots.items(), key=lambda one: one[1])[:BALLOTS]
        voters = sorted(vote.voters.items(), key=lambda one: one[1])[:BALLOTS]
        prepared_in = time.monotonic() - begun
        parts = [[pseudonym for pseudonym, _ in slots[start::2]] for start in range(2)]
        loop, context = asyncio.get_running_loop(), multiprocessing.get_context("spawn")
        begun = time.monotonic()
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            sealed = await asyncio.gather(
                *(loop.run_in_executor(pool, _seal_all, vote.name, part) for part in parts)
            )
        sealed_in = time.monotonic() - begun
        connection = await asyncpg.connect(stage.dsn)
        await connection.copy_records_to_table(
            "sealed_ballot",
            records=[
                (vote.poll.id, pseudonym, 1, hashlib.sha256(pseudonym).digest(), data, digest)
                for part in sealed
                for pseudonym, data, digest in part
            ],
            columns=["poll_id", "slot", "version", "submission", "sealed", "hash"],
        )
        day = await connection.fetchval("SELECT clock_now()::date")
        await connection.copy_records_to_table(
            "roll_mark",
            records=[(vote.poll.id, one, day) for one, _ in voters],
            columns=["poll_id", "voter_id", "marked_on"],
        )
        await connection.close()
        begun = time.monotonic()
        await close_sealed(app, vote)  # type: ignore[arg-type]
        closed_in = time.monotonic() - begun
        file = run.folder / "bundle.tar"
        async with request_context(app) as ctx:
            with file.open("wb") as out:
                await export_archive(ctx, vote.poll.id, out)
        begun = time.monotonic()
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            memory = [
                await one
                for one in [
                    loop.run_in_executor(pool, _unwrap, file, number) for number in range(2)
                ]
            ]
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            memory.append(await loop.run_in_executor(pool, _count, file))
        minutes = Path(f"{file}.minutes").read_bytes()
        recount = Path(f"{file}.recount").read_bytes()
        signatures = {str(n): sign(TRUSTEES[n - 1].signing, "minutes", minutes) for n in (1, 2)}
        roles = {vote.page.card.authority.id: frozenset({"agent"})}
        agent = Viewer(new_id(), new_id(), "Agente", "", roles)
        draft = CountDraft(minutes=minutes, signatures=signatures, recount=recount, pdf=b"%PDF-")
        async with request_context(app, agent) as ctx:
            await publish_count(ctx, vote.page.ref, vote.poll, draft)
        async with request_context(app) as ctx:
            Path(f"{file}.board").write_bytes(as_file(await board_entries(ctx, vote.poll.id)))
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            memory.append(await loop.run_in_executor(pool, _verify, file, signatures))
        took = time.monotonic() - begun
        counts = read_minutes(minutes).counts
        expect(counts.counted == BALLOTS and counts.electors == ELECTORS, f"counted {counts}")
        expect(took < COUNT, f"counting and verifying took {took:.0f} s")
        expect(max(memory) < MEMORY, f"a program took {max(memory)} MB")
        return (
            f"counted and verified in {took:.0f} s with at most {max(memory)} MB (roll made in "
            f"{prepared_in:.0f} s, sealed in {sealed_in:.0f} s, closed in {closed_in:.0f} s)"
        )


def _refused(work: Any, *reasons: str) -> None:
    try:
        work()
    except NotABallotArchive as error:
        expect(error.args[0] in reasons, f"refused as {error.args}, not as {reasons}")
    else:
        expect(False, f"not refused as {reasons}")


def _content(archive: bytes, run: Run) -> bytes:
    """The digest of an archive's ballots, which a change outside its files leaves as it is."""
    place = run.folder / "whole.tar"
    place.write_bytes(archive)
    with open_archive(place) as opened:
        return hashlib.sha256(b"".join(line.data for line in opened.sealed_lines())).digest()


def _shares(file: Path, number: int) -> bytes:
    out = io.BytesIO()
    with open_archive(file) as opened:
        write_shares(out, opened, TRUSTEES[number])
    return out.getvalue()


def _seal_all(poll: str, slots: list[bytes]) -> list[tuple[bytes, bytes, bytes]]:
    keys = [key.sealing.public_key() for key in TRUSTEES[:3]]
    found = []
    for place, pseudonym in enumerate(slots):
        row = bytes((place % 7 + 1, place // 7 % 7 + 1, place // 49 % 7 + 1))
        data = seal(padded(row), context_of(poll, pseudonym, 1), keys, 2)
        found.append((pseudonym, data, hashlib.sha256(data).digest()))
    return found


def _unwrap(file: Path, number: int) -> int:
    with open_archive(file) as opened, Path(f"{file}.{number}").open("wb") as out:
        write_shares(out, opened, TRUSTEES[number])
    return _memory()


def _count(file: Path) -> int:
    first, second = Path(f"{file}.0"), Path(f"{file}.1")
    with open_archive(file) as opened, first.open("rb") as one, second.open("rb") as other:
        found = count_archive(opened, [one, other])
    Path(f"{file}.minutes").write_bytes(found.minutes)
    Path(f"{file}.recount").write_bytes(found.recount or b"")
    return _memory()


def _verify(file: Path, signatures: dict[str, str]) -> int:
    board = read_board(Path(f"{file}.board").read_bytes())
    published = Published(
        board=board,
        minutes=Path(f"{file}.minutes").read_bytes(),
        signatures=signatures,
        recount=Path(f"{file}.recount").read_bytes(),
    )
    wrong = [one for one in findings(published) if not one.holds]
    if wrong or len(hashes_of(board)) != BALLOTS:
        raise RuntimeError(f"verified: {wrong[:3]}")
    return _memory()


def _memory() -> int:
    """The peak memory of this process in megabytes (`getrusage` would give its parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024
