"""Claims T1 to T12 of `SECURITY.md` on sealed votes, each proved by a test of its name."""

import ast
import asyncio
import gc
import io
import itertools
import json
import logging
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.database import connect
from deliberation.core.errors import Conflict, NotAllowed, TooMany
from deliberation.core.pools import autocommit_connection, disconnect
from deliberation.devserver.server import Cluster
from deliberation.elections.ballot_box.lifecycle import close_due_ballot_boxes
from deliberation.elections.ballots.batch_publisher import MIN_BATCH_VOTERS, seal_batch
from deliberation.elections.ballots.casting import BallotRequest, cast_from_api
from deliberation.elections.bulletin_board.entries import board_entries, signing_key
from deliberation.elections.electorate.turnout import shared_days
from deliberation.elections.paper.archives import export_archive
from deliberation.elections.pseudonyms.keys import kept_keys
from deliberation.elections.results.queries import result_page
from deliberation.elections.sealed_protocol.archive import (
    NotABallotArchive,
    open_archive,
    write_archive,
)
from deliberation.elections.sealed_protocol.board import (
    Fault,
    SignedEntry,
    as_file,
    entry_of,
    faults_of,
    grown_from,
    hashes_of,
)
from deliberation.elections.sealed_protocol.canonical import as_text, canonical
from deliberation.elections.sealed_protocol.keys import sign
from deliberation.elections.sealed_protocol.receipts import SealedReceipt, new_receipt
from deliberation.elections.sealed_protocol.shares import write_shares
from deliberation.elections.verification.claims import Published, findings, receipt_state
from deliberation.elections.verification.minutes import count_archive, read_minutes
from tests.builders import a_ballot, a_person, a_poll, request_context, version_of
from tests.conftest import GivenServer
from tests.sealed import (
    TRUSTEES,
    SealedVote,
    a_minute_later,
    a_sealed_ballot,
    a_sealed_result,
    a_sealed_vote,
    archive_of,
    close_sealed,
    counted,
)
from tests.site import Visitor
from tests.voting.ballot_builders import evidence_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
ELSEWHERE = Path(__file__).with_name("recount_elsewhere.py")


# What -> the statement, whether before the close (else after), the fault that names it.
SABOTAGE: dict[str, tuple[str, bool, str]] = {
    "ciphertexts swapped between two voters": (
        """
        UPDATE sealed_ballot AS one SET sealed = other.sealed, hash = other.hash || '\\x00'
        FROM sealed_ballot AS other
        WHERE one.poll_id = :poll AND other.poll_id = :poll
          AND (one.hash, other.hash) IN (
              SELECT min(hash::text)::bytea, max(hash::text)::bytea
              FROM sealed_ballot WHERE poll_id = :poll
              UNION ALL SELECT max(hash::text)::bytea, min(hash::text)::bytea
              FROM sealed_ballot WHERE poll_id = :poll)
        """,
        True,
        "unreadable-message",
    ),
    "a ballot replaced by another one": (
        """
        UPDATE sealed_ballot SET sealed = 'anything' WHERE poll_id = :poll AND version = 1
        """,
        False,
        "ballot-not-on-board",
    ),
    "a ballot added without a mark": (
        """
        INSERT INTO sealed_ballot (poll_id, slot, version, submission, sealed, hash)
        SELECT :poll, sha256('new'), 1, 'new', sealed || '\\x00', sha256(sealed || '\\x00')
        FROM sealed_ballot WHERE poll_id = :poll LIMIT 1
        """,
        True,
        "marks-and-slots",
    ),
    "a mark added without a ballot": (
        """
        INSERT INTO roll_mark (poll_id, voter_id, marked_on)
        VALUES (:poll, gen_random_uuid(), current_date)
        """,
        True,
        "marks-and-slots",
    ),
    "a mark taken away": (
        """
        DELETE FROM roll_mark WHERE ctid =
            (SELECT ctid FROM roll_mark WHERE poll_id = :poll LIMIT 1)
        """,
        True,
        "marks-and-slots",
    ),
    "a voter and their ballot taken away before the close": (
        """
        WITH gone AS (DELETE FROM sealed_ballot WHERE poll_id = :poll AND slot =
            (SELECT max(slot::text)::bytea FROM sealed_ballot WHERE poll_id = :poll))
        DELETE FROM roll_mark WHERE ctid =
            (SELECT ctid FROM roll_mark WHERE poll_id = :poll LIMIT 1)
        """,
        True,
        "ballot-missing",
    ),
    "a ballot taken away after the close": (
        "DELETE FROM sealed_ballot WHERE poll_id = :poll AND version = 2",
        False,
        "ballot-missing",
    ),
    "an earlier ballot made the last": (
        """
        UPDATE sealed_ballot SET version = 4 - version WHERE poll_id = :poll AND slot =
            (SELECT slot FROM sealed_ballot WHERE poll_id = :poll AND version = 2)
        """,
        False,
        "unreadable-message",
    ),
    "two entries exchanged": (
        """
        UPDATE board_line SET line = (SELECT line FROM board_line AS other
            WHERE other.poll_id = :poll AND other.number = 3 - board_line.number)
        WHERE poll_id = :poll AND number IN (1, 2)
        """,
        False,
        "board-order",
    ),
    "the board wound back": (
        "DELETE FROM board_line WHERE poll_id = :poll AND kind = 'close'",
        False,
        "board-shorter",
    ),
    "hashes on the board exchanged": (
        """
        UPDATE board_line SET line = convert_to(replace(convert_from(line, 'UTF8'),
            substring(convert_from(line, 'UTF8') FROM '"([0-9a-f]{64})"'), repeat('0', 64)), 'UTF8')
        WHERE poll_id = :poll AND kind = 'ballots'
        """,
        False,
        "board-signature",
    ),
    "an option renamed on the board": (
        """
        UPDATE board_line SET line = convert_to(replace(convert_from(line, 'UTF8'),
            'Quai de la Lys', 'Quai du Port'), 'UTF8') WHERE poll_id = :poll AND number = 1
        """,
        False,
        "board-rewritten",
    ),
    "somebody put on the roll": (
        """
        INSERT INTO elector (id, consultation_id, number, name)
        SELECT gen_random_uuid(), consultation_id, 'x', 'x' FROM poll WHERE id = :poll
        """,
        True,
        "close-differs",
    ),
    "somebody on the roll replaced": (
        """
        UPDATE elector SET email = 'other@example.org' WHERE number = '3' AND consultation_id =
            (SELECT consultation_id FROM poll WHERE id = :poll)
        """,
        True,
        "close-differs",
    ),
}


async def test_t1_one_counted_ballot_per_eligible_person(app: AppContext) -> None:
    """Double submissions and changes of vote over 64 connections, against a model in Python."""
    vote = await a_sealed_vote(app, electors=200, method="approval")
    chance = random.Random(20261122)
    casts: list[tuple[str, bytes, dict[str, int]]] = []
    for number, code in enumerate(vote.codes):
        for change in range(1 + (number % 10 == 0)):
            choice = {option: 1 for option in "123" if chance.random() < 0.5}
            sending = f"{number}/{change}".encode()
            casts += [(code, sending, choice)] * 2
    chance.shuffle(casts)
    crowded = replace(app, engine=connect(app.settings.database_url, size=32))
    acks = await asyncio.gather(*(_cast(crowded, vote, *one) for one in casts))
    await disconnect(crowded.engine)
    last: dict[str, tuple[int, dict[str, int]]] = {}
    same: dict[tuple[str, bytes], SealedReceipt] = {}
    for (code, sending, choice), ack in zip(casts, acks, strict=True):
        assert same.setdefault((code, sending), ack) == ack, "one form, one receipt"
        version = await version_of(app, ack)
        last[code] = max(last.get(code, (0, {})), (version, choice), key=lambda one: one[0])
    await close_sealed(app, vote)
    minutes = read_minutes(counted(await archive_of(app, vote.poll.id)).minutes)
    assert (minutes.counts.marks, minutes.counts.slots, minutes.counts.counted) == (200, 200, 200)
    assert minutes.counts.versions == len(same) == 220
    assert minutes.faults == []
    assert minutes.outcome["scores"] == _approvals(vote, [choice for _, choice in last.values()])


async def test_t2_the_last_acknowledged_ballot_before_the_close_counts(app: AppContext) -> None:
    """Everybody changes their vote as often as they may while it is closed under them."""
    vote = await a_sealed_vote(app, electors=12, method="approval")
    acknowledged: dict[str, tuple[int, dict[str, int]]] = {}
    refusals: Counter[str] = Counter()
    enough = asyncio.Event()

    async def change_until_refused(number: int, code: str) -> None:
        for turn in itertools.count():
            choice = {str(1 + (number + turn) % 3): 1}
            try:
                ack = await _cast(app, vote, code, f"{number}/{turn}".encode(), choice)
            except TooMany:
                await a_minute_later(app)
                continue
            except NotAllowed as refusal:
                if refusal.code == "revotes-used-up":
                    continue
                refusals[refusal.code] += 1
                return
            acknowledged[code] = (await version_of(app, ack), choice)
            if len(acknowledged) == 12 and turn > 3:
                enough.set()

    async def close_in_the_middle() -> None:
        await enough.wait()
        await close_sealed(app, vote)

    voters = [change_until_refused(*one) for one in enumerate(vote.codes)]
    await asyncio.gather(close_in_the_middle(), *voters)
    assert refusals == {"voting-closed": 12}
    minutes = read_minutes(counted(await archive_of(app, vote.poll.id)).minutes)
    assert minutes.faults == []
    assert minutes.counts.versions == sum(version for version, _ in acknowledged.values())
    choices = [choice for _, choice in acknowledged.values()]
    assert minutes.outcome["scores"] == _approvals(vote, choices)


async def test_t3_every_receipt_stands_on_the_board_and_a_forged_one_is_refused(
    app: AppContext,
) -> None:
    vote, other = await a_sealed_vote(app), await a_sealed_vote(app, electors=1)
    receipts = [await a_sealed_ballot(app, vote, code, {"1": 7}) for code in vote.codes]
    elsewhere = await a_sealed_ballot(app, other, other.codes[0], {"1": 7})
    async with request_context(app) as ctx:
        before = await board_entries(ctx, vote.poll.id)
    assert {receipt_state(one, before) for one in receipts} == {"waiting"}
    await close_sealed(app, vote)
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
    assert {receipt_state(one, board) for one in receipts} == {"shown"}
    own, stranger = receipts[0], TRUSTEES[0].signing
    forged = [
        msgspec.structs.replace(own, hash="0" * 64),
        msgspec.structs.replace(own, version=2),
        msgspec.structs.replace(own, deadline="2030-01-01T00:00:00+00:00"),
        msgspec.structs.replace(own, signature=as_text(bytes(64))),
        msgspec.structs.replace(own, signature="not base64"),
        new_receipt(own.poll, own.hash, own.deadline, stranger),
        elsewhere,
    ]
    assert {receipt_state(one, board) for one in forged} == {"forged"}
    lost = new_receipt(own.poll, "0" * 64, own.deadline, signing_key(app, vote.poll.id))
    assert receipt_state(lost, board) == "missing"
    told = list(findings(Published(board=board), receipts=[lost, forged[0]]))
    assert [one.faults[0].code for one in told if one.claim == "receipt"] == [
        "receipt-missing",
        "receipt-forged",
    ]


async def test_t4_no_entry_of_the_board_changes_unseen(app: AppContext) -> None:
    """Each entry changed, taken away, moved or doubled: the fault names its place."""
    vote = await a_sealed_vote(app, electors=15)
    for start in (0, 5, 10):
        for code in vote.codes[start : start + 5]:
            await a_sealed_ballot(app, vote, code, {"1": 7})
        async with request_context(app) as ctx:
            assert await seal_batch(ctx, vote.poll.id) == 5
    await close_sealed(app, vote)
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
    assert faults_of(board) == []
    for place in range(len(board)):
        changed = [*board[:place], _with_other_body(board[place]), *board[place + 1 :]]
        without = [*board[:place], *board[place + 1 :]]
        doubled = [*board[: place + 1], *board[place:]]
        assert place + 1 in _places(faults_of(changed))
        if without[place:]:  # the last entry taken away is seen beside any copy, below
            assert place + 1 in _places(faults_of(without))
        assert place + 2 in _places(faults_of(doubled))
        if place:
            moved = [*board[: place - 1], board[place], board[place - 1], *board[place + 1 :]]
            assert place in _places(faults_of(moved))
        assert grown_from(board[:place], board) == []  # an old copy is the beginning of a later one
        assert [one.code for one in grown_from(board, board[:place])] == ["board-shorter"]
        assert grown_from(board, changed)[0].values == {"number": place + 1}


async def test_t5_nothing_stored_written_or_sent_tells_a_choice(
    app: AppContext,
    site: Litestar,
    cluster: Cluster | GivenServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Marks on thirty options, that nobody else would give, are looked for everywhere.

    The same marks in a vote that is not secret are found: the search itself works.
    """
    titles = [f"Rue {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcd"]
    vote = await a_sealed_vote(app, titles)
    marks = [1 + digit % 7 for digit in random.Random("canary").randbytes(30)]
    choice = {str(number): mark for number, mark in enumerate(marks, start=1)}
    fields = {f"g-{number}": str(mark) for number, mark in choice.items()}
    caplog.set_level(logging.DEBUG)
    visitor = Visitor(site)
    at = f"/c/{vote.page.card.slug}/voter/1"
    for code in vote.codes[:2]:  # by the pages: kept as a draft, checked, cast, changed
        await visitor.open(at)
        await visitor.send("/voter/1", **fields)
        await visitor.send("/valider", code=code)
        assert visitor.page.status_code == 200
    await visitor.open(at)
    await visitor.send("/voter/1", **fields)  # and left as a draft
    await visitor.http.aclose()
    for code in vote.codes[1:6]:  # by a program
        sent = BallotRequest(vote.page.card.slug, 1, choice, f"program {code}".encode(), code=code)
        await cast_from_api(app, sent)
    async with request_context(app) as ctx:
        assert await seal_batch(ctx, vote.poll.id) >= MIN_BATCH_VOTERS
    with pytest.raises(NotAllowed, match="code-wrong"):
        await cast_from_api(app, replace(sent, submission=b"x" * 8, code="2" * 20))
    await close_sealed(app, vote)
    own = Path(cluster.folder) if isinstance(cluster, Cluster) else None
    await asyncio.sleep(2)  # the log of a server that does not wait for its disk is written later
    assert await _found(app, own, marks, caplog) == []
    page, poll = await a_poll(app, titles)
    there: list[str] = []
    for _ in range(20):  # a ballot's record may also lie across two pages of the log
        await a_ballot(app, page, poll, choice, await a_person(app))
        there = await _found(app, own, marks, caplog)
        if own is None or "file in pg_wal" in there:
            break
        await asyncio.sleep(0.5)
    assert "table urn_ballot" in there
    assert own is None or "file in pg_wal" in there


async def test_t6_fewer_trustees_than_needed_count_nothing(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    async with request_context(app) as ctx:
        with pytest.raises(NotAllowed, match="urn-not-closed"):
            await export_archive(ctx, vote.poll.id, io.BytesIO())
        board = await board_entries(ctx, vote.poll.id)
    # An open ballot box, forged by the owner of all keys.
    with NamedTemporaryFile(suffix=".tar") as file:
        write_archive(file, str(vote.poll.id), board, [], [])
        file.flush()
        with (
            open_archive(Path(file.name)) as early,
            pytest.raises(NotABallotArchive, match="not-closed"),
        ):
            write_shares(io.BytesIO(), early, TRUSTEES[0])
    await close_sealed(app, vote)
    with NamedTemporaryFile(suffix=".tar") as file:
        file.write(await archive_of(app, vote.poll.id))
        file.flush()
        with open_archive(Path(file.name)) as archive:
            out = io.BytesIO()
            write_shares(out, archive, TRUSTEES[0])
            head, rest = out.getvalue().split(b"\n", 1)
            with pytest.raises(NotABallotArchive, match="too-few-shares"):
                count_archive(archive, [io.BytesIO(out.getvalue()), io.BytesIO(out.getvalue())])
            # The same shares, said to be another trustee's.
            other = head.replace(b'"trustee":0', b'"trustee":1') + b"\n" + rest
            found = read_minutes(
                count_archive(archive, [io.BytesIO(out.getvalue()), io.BytesIO(other)]).minutes
            )
            assert (found.counts.counted, found.counts.unreadable) == (0, 12)
            assert {one.why for one in found.unreadable} == {"shares"}


def test_t6_no_part_of_the_site_opens_a_trustees_key() -> None:
    """Only the command line and the pure part name what reads a key file or opens a ballot.

    And the demo's story, which plays the trustees itself: nothing but the demo imports it.
    """
    private = {"KeyFile", "TrusteeKey", "X25519PrivateKey", "key_from", "new_key", "unlock"}
    private |= {"locked"}
    private |= {"opened", "unwrap", "write_shares", "sign_minutes"}
    found = []
    for path in [p for room in ("deliberation", "api", "web") for p in (ROOT / room).rglob("*.py")]:
        place = path.relative_to(ROOT).as_posix()
        if place.startswith(
            (
                "deliberation/elections/sealed_protocol/",
                "deliberation/elections/verification/",
                "api/cli/",
                "deliberation/demo/",
            )
        ):
            continue
        gc.disable()  # CPython 3.11 miscounts when a collection interrupts the making of a tree
        tree = ast.parse(path.read_text(encoding="utf-8"))
        gc.enable()
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom):
                continue
            module, names = node.module or "", {one.name for one in node.names}
            if "sealed" in module or "cryptography" in module:
                found += [f"{place}:{node.lineno} {name}" for name in sorted(names & private)]
            if "deliberation.demo" in module and place != "web/demo/handlers.py":
                found.append(f"{place}:{node.lineno} {module}")
    assert not found, "\n".join(found)


async def test_t7_anybody_recounts_the_published_files_without_network(
    app: AppContext, tmp_path: Path
) -> None:
    """By another program, on the standard library, in a process that may open no socket."""
    vote = await a_sealed_vote(app)
    for place, code in enumerate(vote.codes):
        blank = place == 11
        choice = {} if blank else {"1": 1 + place % 7, "2": 1 + 3 * place % 7, "3": 4}
        await a_sealed_ballot(app, vote, code, choice, blank=blank)
    found = await a_sealed_result(app, vote)
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
    assert found.recount is not None
    (tmp_path / "board.jsonl").write_bytes(as_file(board))
    (tmp_path / "minutes.json").write_bytes(found.minutes)
    (tmp_path / "recount.json").write_bytes(found.recount)
    assert _elsewhere(tmp_path) == read_minutes(found.minutes).outcome["ranking"]
    changed = found.recount.replace(b'"title":"', b'"title":" ')
    (tmp_path / "recount.json").write_bytes(changed)
    with pytest.raises(AssertionError, match="another recount file"):
        _elsewhere(tmp_path)


@pytest.mark.parametrize(("trustees", "subsets"), [(3, 3), (5, 10)])
async def test_t8_any_trustees_enough_write_the_same_minutes(
    app: AppContext, trustees: int, subsets: int
) -> None:
    from itertools import combinations

    vote = await a_sealed_vote(app, trustees=trustees)
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, {"1": 1 + place % 7, "2": 5})
    await close_sealed(app, vote)
    archive = await archive_of(app, vote.poll.id)
    chosen = list(combinations(range(trustees), trustees // 2 + 1))
    assert len(chosen) == subsets
    written = {(one.minutes, one.recount) for one in (counted(archive, of) for of in chosen)}
    assert len(written) == 1
    assert archive == await archive_of(app, vote.poll.id)


@pytest.mark.parametrize("sabotage", SABOTAGE)
async def test_t9_whoever_owns_the_database_changes_nothing_unseen(
    app: AppContext, sabotage: str
) -> None:
    """The rules of the database switched off, rows changed: the fault is named each time."""
    statement, before_close, expected = SABOTAGE[sabotage]
    vote = await a_sealed_vote(app, electors=12)
    receipts = [await a_sealed_ballot(app, vote, code, {"1": 7}) for code in vote.codes]
    receipts[0] = await a_sealed_ballot(app, vote, vote.codes[0], {"2": 7})
    async with request_context(app) as ctx:
        await seal_batch(ctx, vote.poll.id)
        mirror = await board_entries(ctx, vote.poll.id)
    if before_close:
        await _as_owner(app, vote, statement)
        await close_sealed(app, vote)
    else:
        await close_sealed(app, vote)
        async with request_context(app) as ctx:
            mirror = await board_entries(ctx, vote.poll.id)
        await _as_owner(app, vote, statement)
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
    told = list(findings(Published(board=board), mirror=mirror, receipts=receipts))
    codes = {fault.code for one in told for fault in one.faults}
    if entry_of(board, "close"):
        minutes = read_minutes(counted(await archive_of(app, vote.poll.id)).minutes)
        codes |= {fault.code for fault in minutes.faults}
        codes |= {f"unreadable-{one.why}" for one in minutes.unreadable}
        assert minutes.question.choices[0] == "Rue de la Gare"  # as the board announced
    assert expected in codes


async def test_t9_what_does_not_add_up_is_published_with_its_fault_not_held_back(
    app: AppContext,
) -> None:
    """Removing one turnout mark cannot keep a town's vote from being published."""
    vote = await a_sealed_vote(app)
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    await _as_owner(app, vote, SABOTAGE["a mark taken away"][0])
    await _as_owner(app, vote, SABOTAGE["somebody put on the roll"][0])
    found = await a_sealed_result(app, vote)
    told = [(one.code, one.values.get("what")) for one in read_minutes(found.minutes).faults]
    assert told == [
        ("marks-and-slots", None),
        ("close-differs", "electors"),
        ("close-differs", "roll"),
    ]


async def test_t9_changed_minutes_signatures_or_files_are_named(app: AppContext) -> None:
    vote = await a_sealed_vote(app)
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 1 + place % 7})
    found = await a_sealed_result(app, vote)
    async with request_context(app) as ctx:
        board = await board_entries(ctx, vote.poll.id)
    signatures = {str(n): sign(TRUSTEES[n - 1].signing, "minutes", found.minutes) for n in (1, 2)}
    good = Published(
        board=board,
        minutes=found.minutes,
        signatures=signatures,
        recount=found.recount,
    )
    assert all(one.holds for one in findings(good))
    minutes = read_minutes(found.minutes)
    turned = minutes.outcome | {"winners": ["Quai de la Lys"]}
    other = canonical(msgspec.structs.replace(minutes, outcome=turned))
    assert found.recount is not None
    for changed, expected in (
        ({"minutes": other}, {"minutes-not-on-board", "signature-wrong", "too-few-signatures"}),
        ({"signatures": {"1": good.signatures["1"]}}, {"too-few-signatures"}),
        ({"signatures": {**good.signatures, "7": "x"}}, {"signature-of-nobody"}),
        ({"recount": found.recount + b" "}, {"recount-other-file"}),
        ({"recount": None}, {"recount-missing"}),
        ({"board": [*board[:-1]]}, {"minutes-not-on-board"}),
    ):
        told = findings(msgspec.structs.replace(good, **changed))
        assert expected <= {fault.code for one in told for fault in one.faults}


async def test_t10_nothing_stored_joins_a_voter_with_a_ballot(app: AppContext) -> None:
    """By number, place, order, size, time or transaction, after the close and VACUUM."""
    vote = await a_sealed_vote(app, electors=42)
    order = random.Random(4).sample(vote.codes, 42)
    hash_of = {}
    for place, code in enumerate(order):
        hash_of[code] = (await a_sealed_ballot(app, vote, code, {"1": 1 + place % 7})).hash
        if place % 8 == 7:
            async with request_context(app) as ctx:
                await seal_batch(ctx, vote.poll.id)
    await close_sealed(app, vote)
    await _vacuum(app, "sealed_ballot", "roll_mark", "elector_code")
    async with request_context(app) as ctx:
        where = {"poll": vote.poll.id}
        ballots = (await ctx.db.execute(_BALLOTS, where)).all()
        marks = (await ctx.db.execute(_MARKS, where)).all()
        codes = (await ctx.db.execute(_CODES, where)).all()
        await close_due_ballot_boxes(ctx)
    assert vote.poll.id not in kept_keys(app)
    folder = app.settings.data_folder / "slot-keys"
    assert not [path for path in folder.iterdir() if str(vote.poll.id) in path.name]
    # One transaction, one size, one day, and the ballots' own names only.
    for rows, names in (
        (ballots, ("xmin", "size")),
        (marks, ("xmin", "marked_on")),
        (codes, ("xmin", "xmax")),
    ):
        for name in names:
            assert len({getattr(row, name) for row in rows}) == 1, name
    assert all(row.submission == row.hash for row in ballots)
    known = {value for row in (*marks, *codes) for value in (row.voter.bytes, row.voter.hex)}
    assert not known & {
        value for row in ballots for value in (row.pseudonym, row.pseudonym[:16], row.hash)
    }
    # In the order of places, marks and ballots meet no more often than by chance: of 42, more than
    # eight meetings come once in a million.
    number_of = {code: str(n) for n, code in enumerate(vote.codes, start=1)}
    own = {number_of[code]: bytes.fromhex(hash) for code, hash in hash_of.items()}
    for rows in (marks, codes):
        meetings = sum(own[row.number] == b.hash for row, b in zip(rows, ballots, strict=True))
        assert meetings <= 8
    came = [hash_of[code] for code in order]
    async with request_context(app) as ctx:
        shown = hashes_of(await board_entries(ctx, vote.poll.id))
    assert sum(one == other for one, other in zip(came, shown, strict=True)) <= 16  # eight a batch


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_t10_no_day_is_kept_that_fewer_than_five_voters_share(voters: list[int]) -> None:
    days = [(date(2026, 3, 1) + timedelta(days=n), count) for n, count in enumerate(voters)]
    kept = shared_days(days)
    sharing = Counter[date]()
    for day, count in days:
        sharing[kept[day]] += count
    assert set(kept) == {day for day, _ in days}
    assert len(sharing) == 1 or min(sharing.values()) >= MIN_BATCH_VOTERS


async def test_t11_vote_pages_refuse_frames_and_load_nothing_from_elsewhere(
    app: AppContext, site: Litestar
) -> None:
    """Every address of votes and receipts that the site's router knows, open or refused."""
    vote = await a_sealed_vote(app)
    visitor = Visitor(site)
    paths = {
        route.path.replace("{slug:str}", vote.page.card.slug).replace("{number:int}", "1")
        for route in site.routes
        if re.search(r"/(voter|recu|urne)\b", route.path) and "embed" not in route.path
    }
    assert len(paths) >= 12
    for path in sorted(paths):
        for method in ("GET", "POST"):
            answer = await visitor.http.request(method, re.sub(r"\{\w+:\w+\}", "1", path))
            policy = answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy, path
            assert answer.headers["x-frame-options"] == "DENY", path
            assert "default-src 'none'" in policy, path
            assert not re.search(r"https?:|unsafe|\*", policy), path
            loaded = re.findall(r"<(?:script|link|img|iframe)\b[^>]*", answer.text)
            assert not [one for one in loaded if re.search(r"(src|href)=\"(?:https?:)?//", one)], (
                path
            )
            assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*[{\[])", answer.text), path
    await visitor.http.aclose()


async def test_t12_of_few_ballots_only_the_ranking_is_published(app: AppContext) -> None:
    """Nine ballots: neither scores nor a file to recount; and no second count to compare with."""
    vote = await a_sealed_vote(app, electors=9)
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 1 + place % 7})
    found = await a_sealed_result(app, vote)
    minutes = read_minutes(found.minutes)
    assert set(minutes.outcome) == {"winners", "ranking"}
    assert (minutes.compared, minutes.recount, found.recount) == (None, None, None)
    async with request_context(app) as ctx:
        result = await result_page(ctx, vote.page.ref, 1)
        row = (await ctx.db.execute(_RESULT, {"poll": vote.poll.id})).one()
    assert (result.outcome.scores, evidence_of(result.outcome)) == ({}, {})
    assert (row.outcome["scores"], row.outcome["evidence"], row.recount) == ({}, {}, b"")
    assert row.compared is None
    with pytest.raises(Conflict, match="already-counted"):
        await a_sealed_result(app, vote)


async def test_t12_ten_ballots_are_published_as_sums_that_hold_no_ballot(app: AppContext) -> None:
    vote = await a_sealed_vote(app, electors=10)
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, {"1": 7, "2": 1 + place % 7})
    found = await a_sealed_result(app, vote)
    assert found.recount is not None
    recount = json.loads(found.recount)
    assert "ballots" not in recount
    assert all(sum(counts) == 10 for counts in recount["sums"]["numbers"])


async def _cast(
    app: AppContext, vote: SealedVote, code: str, sending: bytes, choice: dict[str, int]
) -> SealedReceipt:
    sent = BallotRequest(vote.page.card.slug, 1, choice, sending, blank=not choice, code=code)
    receipt = await cast_from_api(app, sent)
    assert isinstance(receipt, SealedReceipt)
    return receipt


def _approvals(vote: SealedVote, choices: Sequence[dict[str, int]]) -> dict[str, int]:
    return {
        option.title: sum(str(option.number) in choice for choice in choices)
        for option in vote.poll.options
    }


def _with_other_body(line: SignedEntry) -> SignedEntry:
    body = line.entry.body | {"added": 1}
    return msgspec.structs.replace(line, entry=msgspec.structs.replace(line.entry, body=body))


def _places(faults: list[Fault]) -> set[int]:
    return {one.values["number"] for one in faults}


def _elsewhere(folder: Path) -> object:
    """Output of the verification program, without network; its failure as an `AssertionError`."""
    no_network = (
        "import runpy, sys\n"
        "def refuse(event, _):\n"
        "    if event.startswith('socket.'): raise PermissionError(event)\n"
        "sys.addaudithook(refuse)\n"
        f"sys.argv = ['recount', {str(folder)!r}]\n"
        f"runpy.run_path({str(ELSEWHERE)!r}, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", no_network], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def _as_owner(app: AppContext, vote: SealedVote, statement: str) -> None:
    """Run a statement with every rule of these tables switched off."""
    tables = ("sealed_ballot", "roll_mark", "board_line", "elector")
    async with request_context(app) as ctx:
        for table in tables:
            await ctx.db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        done = await ctx.db.execute(text(statement), {"poll": vote.poll.id})
        assert done.rowcount, "nothing was changed"  # type: ignore[attr-defined]
        for table in tables:
            await ctx.db.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


async def _found(
    app: AppContext, folder: Path | None, marks: Sequence[int], caplog: pytest.LogCaptureFixture
) -> list[str]:
    """Places where marks can be read: tables, the server's files, logs, temporary files."""
    row = bytes(marks)
    wanted = [row, row.hex().encode()]
    # Base64 of any of its three places in a longer text.
    wanted += [as_text(bytes(n) + row + bytes(3 - n)).encode()[4:-4] for n in range(3)]
    pairs = [(str(number), mark) for number, mark in enumerate(marks, start=1)]
    wanted += [
        form.join(each % pair for pair in pairs).encode()
        for each, form in (('"%s":%d', ","), ('"%s": %d', ", "), ("'%s': %d", ", "))
    ]
    wanted += ["&".join(f"g-{number}={mark}" for number, mark in pairs).encode()]
    found = []
    engine = connect(app.settings.database_url, size=1)
    async with engine.connect() as connection:
        held = (await connection.get_raw_connection()).driver_connection
        assert held is not None
        names = await held.fetch(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for name in sorted(one["relname"] for one in names):
            out = io.BytesIO()
            await held.copy_from_table(name, output=out, format="binary")
            found += [f"table {name}"] if any(one in out.getvalue() for one in wanted) else []
        base = await held.fetchval("SELECT oid FROM pg_database WHERE datname = current_database()")
    await disconnect(engine)
    found += _files_with(wanted, app.settings.data_folder, ("**/*",))
    if folder is not None:
        places = ("**/pg_wal/*", f"**/base/{base}/*", "**/pgsql_tmp/*", "**/*.log")
        found += _files_with(wanted, folder, places)
    if any(one in caplog.text.encode() for one in wanted):
        found.append("logs")
    return found


def _files_with(wanted: Sequence[bytes], folder: Path, places: Sequence[str]) -> list[str]:
    """The files of a folder that hold one of these, by the folder they lie in."""
    found = []
    for path in (path for place in places for path in folder.glob(place)):
        data = path.read_bytes() if path.is_file() else b""
        found += [f"file in {path.parent.name}"] if any(one in data for one in wanted) else []
    return found


async def _vacuum(app: AppContext, *tables: str) -> None:
    async with autocommit_connection(app.engine) as connection:  # VACUUM takes no transaction
        for table in tables:
            await connection.execute(f"VACUUM {table}")


_BALLOTS = text(
    """
    SELECT xmin::text, slot AS pseudonym, hash, submission, octet_length(sealed) AS size
    FROM sealed_ballot WHERE poll_id = :poll ORDER BY ctid
    """
)
_MARKS = text(
    """
    SELECT roll_mark.xmin::text, marked_on, voter_id AS voter, number
    FROM roll_mark JOIN elector ON elector.id = voter_id
    WHERE poll_id = :poll ORDER BY roll_mark.ctid
    """
)
_CODES = text(
    """
    SELECT code.xmin::text, code.xmax::text, elector.id AS voter, elector.number
    FROM elector_code AS code JOIN elector ON elector.id = code.elector_id
    JOIN poll ON poll.consultation_id = elector.consultation_id
    WHERE poll.id = :poll ORDER BY code.ctid
    """
)
_RESULT = text("SELECT outcome, compared, recount FROM result WHERE poll_id = :poll")
