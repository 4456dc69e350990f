"""Files of a sealed vote as an attacker writes them: each is refused by its place."""

import gzip
import io
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from deliberation.elections.sealed_protocol.archive import (
    NAMES,
    NotABallotArchive,
    open_archive,
    write_archive,
)
from deliberation.elections.sealed_protocol.board import (
    SignedEntry,
    body_of,
    faults_of,
    next_line,
    read_board,
)
from deliberation.elections.sealed_protocol.bodies import BODIES, CloseBody, OpenBody
from deliberation.elections.sealed_protocol.canonical import as_bytes, as_text, canonical, digest
from deliberation.elections.sealed_protocol.keys import public_text, sign, signed_by
from deliberation.elections.sealed_protocol.receipts import read_receipt
from deliberation.elections.sealed_protocol.sealing import (
    CannotOpen,
    context_of,
    opened,
    padded,
    seal,
    unpadded,
    unwrap,
)
from deliberation.elections.sealed_protocol.shares import read_shares, write_shares
from deliberation.elections.verification.claims import Published, findings
from deliberation.elections.verification.minutes import (
    count_archive,
    read_minutes,
    roll_changed,
)
from tests.sealed import TRUSTEES

POLL = "0190a0c4-0000-7000-8000-000000000001"
SITE = TRUSTEES[4].signing
KEYS = [one.sealing.public_key() for one in TRUSTEES[:3]]
DEEP = b"[" * 200_000
# A ballot sealed by the first version of this format, which every later one must open.
FIRST = (
    "QkYxAwIMcrWhBkhLKBQY/8HMOW+NSmUK8oHt3bof9NRqsxy+keEgUjZAnTpX8ku+rK2X/2KtFRxRTbbk/4z7WZ3Nb29v"
    "TVJbzFsWdpYATJPttD6fcgL3bqGOh1c05MRJt9RMrk/Xi3FCGVSJP6pYeOs4579l8/PmsaHABeNkVWBE+9kLr0LrCmSG"
    "cVbWu2LbI7SQCVV2ukZMzs5ZYk1uvXl5fTJZ3mB4yWCy+fam3w1aYrfW+9RQIx7dlKag/TA5D4hCY8A0VgwINnKJDoYS"
    "ibN4/TJmhlmqN7DA6pkkj4Pe4o0EZhMRgtntf7pHMMarsh6Hyj5DAgccyOUpnp8QEDdQPmc9OxCl+DF3bI1XcxEkUiYu"
    "1WUW0WxxFexxGLjXEiGPoMXEs0PEKLQ2s1NI2PDJZiF1Zh6rYzDkq6LV8evcQhJCXWy6HrHLGKUACeunA3B/fssO/Ibc"
    "nXFu7EPwwGEaW03x/ORGjeXHmGApG5lQJWyaE3C2xqehznvJgYzOM9+iSyt7bO2iRCyw8Y9rII3siTJlwF/KClNEhzEA"
    "xnTvDK/WA+SWRMLSnQOaZsh3sS/ypvTk/BBvJ3zA3q6cYE6s4qZK"
)


def test_a_ballot_sealed_by_the_first_version_still_opens() -> None:
    context = context_of("poll", bytes(32), 1)
    shares = {n: unwrap(as_bytes(FIRST), context, n, TRUSTEES[n].sealing) for n in (0, 2)}
    assert unpadded(opened(as_bytes(FIRST), context, shares)) == bytes([7, 0, 3])


def test_a_ballot_copied_to_another_place_does_not_open() -> None:
    """To another vote, another voter, another version; or its messages moved among trustees."""
    pseudonym = bytes(31) + b"\1"
    sealed = seal(padded(b"\1\2"), context_of(POLL, pseudonym, 1), KEYS, 2)
    for other in (
        context_of("other", pseudonym, 1),
        context_of(POLL, bytes(32), 1),
        context_of(POLL, pseudonym, 2),
    ):
        with pytest.raises(CannotOpen, match="message"):
            unwrap(sealed, other, 0, TRUSTEES[0].sealing)
    here = context_of(POLL, pseudonym, 1)
    with pytest.raises(CannotOpen, match="message"):
        unwrap(sealed, here, 1, TRUSTEES[0].sealing)
    shares = {n: unwrap(sealed, here, n, TRUSTEES[n].sealing) for n in (0, 1)}
    assert unpadded(opened(sealed, here, shares)) == b"\1\2"
    with pytest.raises(CannotOpen, match="context"):
        opened(sealed, context_of(POLL, pseudonym, 2), shares)
    with pytest.raises(CannotOpen, match="too-few-shares"):
        opened(sealed, here, {0: shares[0]})


def test_a_sealed_ballot_that_is_cut_lengthened_or_changed_never_opens() -> None:
    here = context_of(POLL, bytes(32), 1)
    sealed = seal(padded(b"\1\2"), here, KEYS, 2)
    shares = {n: unwrap(sealed, here, n, TRUSTEES[n].sealing) for n in (0, 1)}
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            _unsealed(bytes(changed), here)
    for wrong in (b"", b"BF1", sealed[:-1], sealed + b"\0", sealed[:40], b"BF1\xff\x01" + sealed):
        with pytest.raises(CannotOpen):
            opened(wrong, here, shares)
    for plain in (b"", bytes(63), b"\xff" * 64, b"\0\1\1\1" + bytes(60)):
        with pytest.raises(CannotOpen, match="padding"):
            unpadded(plain)  # too short, too long, or something after the ballot


def test_a_signature_made_for_one_purpose_serves_no_other() -> None:
    signature = sign(SITE, "receipt", b"data")
    assert signed_by(public_text(SITE), "receipt", b"data", signature)
    for purpose in ("board", "minutes", "receipt\0", ""):
        assert not signed_by(public_text(SITE), purpose, b"data", signature)
    for key in ("", "not base64", as_text(bytes(32)), as_text(bytes(31))):
        assert not signed_by(key, "receipt", b"data", signature)


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no tar": (lambda _: b"<html>", "tar"),
    "empty": (lambda _: b"", "tar"),
    "compressed": (lambda data: gzip.compress(data), "tar"),
    "cut in the middle": (lambda data: data[: len(data) * 2 // 3], "missing|tar"),
    "a link in place of a file": (
        lambda data: _repacked(data, {"papers.json": _link("/etc/passwd")}),
        "missing",
    ),
    "a file twice": (lambda data: _with_one_more(data, "papers.json"), "missing"),
    "a manifest without end": (
        lambda data: _repacked(data, {"manifest.json": b" " * 20_000}),
        "digest",
    ),
    "nested without end": (lambda data: _repacked(data, {"manifest.json": DEEP[:9_000]}), "json"),
    "another file than the manifest says": (
        lambda data: _repacked(data, {"papers.json": b"[] "}),
        "digest",
    ),
    "a board nested without end": (lambda data: _remade(data, "board.jsonl", DEEP), "board"),
    "a board of another vote": (
        lambda data: _remade(data, "board.jsonl", _board(b"", poll="other")),
        "board",
    ),
    "papers that are none": (
        lambda data: _remade(
            data,
            "papers.json",
            canonical([{"number": 1, "channel": "paper", "ballots": ["zz"]}]),
        ),
        "json",
    ),
}
LINES: dict[str, Callable[[bytes], bytes]] = {
    "a line without end": lambda data: b'{"slot":"' + b"0" * 200_000,
    "not JSON": lambda data: b"hello\n",
    "nested without end": lambda data: DEEP[:50_000] + b"\n",
    "a slot in capitals": lambda data: data.replace(b'"slot":"ab', b'"slot":"AB', 1),
    "a version that never counts": lambda data: data.replace(b'"version":1', b'"version":0', 1),
    "not base64": lambda data: data.replace(b'"sealed":"', b'"sealed":"!', 1),
    "a ballot more than it says": lambda data: data + data.splitlines(keepends=True)[0],
    "a ballot less than it says": lambda data: b"".join(data.splitlines(keepends=True)[1:]),
    "two ballots of one place": lambda data: data.splitlines(keepends=True)[0] * 2,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_archives_are_refused_by_their_place(case: str, tmp_path: Path) -> None:
    change, code = HOSTILE[case]
    path = tmp_path / "urn.tar"
    path.write_bytes(change(_archive()))
    with pytest.raises(NotABallotArchive, match=code), open_archive(path) as archive:
        list(archive.sealed_lines())


@pytest.mark.parametrize("case", LINES)
def test_hostile_lines_of_an_archive_are_refused_by_their_number(case: str, tmp_path: Path) -> None:
    path = tmp_path / "urn.tar"
    own = _content(_archive(), "ballots.jsonl")
    path.write_bytes(_remade(_archive(), "ballots.jsonl", LINES[case](own)))
    with open_archive(path) as archive, pytest.raises(NotABallotArchive, match="line"):
        _count(archive, _shares(archive, (0, 1)))


def test_an_archive_is_a_plain_tar_that_other_tools_open(tmp_path: Path) -> None:
    path = tmp_path / "urn.tar"
    path.write_bytes(_archive())
    listed = subprocess.run(["tar", "-tf", path], capture_output=True, text=True, check=True)
    assert listed.stdout.split() == ["manifest.json", "board.jsonl", "papers.json", "ballots.jsonl"]
    with tarfile.open(path) as tar:
        assert tar.getnames() == listed.stdout.split()
    # By hand: names and sizes in the first 512 bytes of each file.
    data, place, names = path.read_bytes(), 0, []
    while data[place]:
        names.append(data[place : place + 100].rstrip(b"\0").decode())
        size = int(data[place + 124 : place + 135], 8)
        data[place + 512 : place + 512 + size].decode("utf-8")
        place += 512 + -(-size // 512) * 512
    assert names == listed.stdout.split()


def test_one_bad_share_names_its_line_and_other_trustees_count_without_it(tmp_path: Path) -> None:
    path = tmp_path / "urn.tar"
    path.write_bytes(_archive())
    with open_archive(path) as archive:
        shares = _shares(archive, (0, 1, 2))
        good = read_minutes(_count(archive, shares[:2]).minutes)
        assert good.counts.counted == 3
        lines = shares[0].splitlines(keepends=True)
        digest_of_archive = archive.manifest.digest.encode()
        bad = b"".join([lines[0], canonical(as_text(bytes(64))) + b"\n", *lines[2:]])
        two = read_minutes(_count(archive, [bad, shares[1]]).minutes)
        assert [one.why for one in two.unreadable] == ["shares"]
        assert _count(archive, [bad, shares[1], shares[2]]) == _count(archive, shares[1:])
        for wrong, code in (
            (b"{}\n", "shares"),
            (DEEP, "shares"),
            (lines[0].replace(b'"trustee":0', b'"trustee":1000000000000'), "shares"),
            (lines[0] + b'"!"\n' * 3, "shares-line"),
            (lines[0] + DEEP[:15_000] + b"\n", "shares-line"),
            (lines[0] + b'"' + b"A" * 30_000, "shares-line"),
            (b"".join(lines[:2]), "shares-length"),
            (shares[0] + lines[1], "other-bundle"),
            (shares[0].replace(digest_of_archive, b"0" * 64), "other-bundle"),
        ):
            with pytest.raises(NotABallotArchive, match=code):
                _count(archive, [wrong, shares[1]])


def test_a_trustee_opens_nothing_that_the_board_does_not_show(tmp_path: Path) -> None:
    """A ballot of an open ballot box, slipped into an archive that looks like another one."""
    hidden = _sealed(b"\7" * 32, 1)
    path = tmp_path / "urn.tar"
    path.write_bytes(_archive(extra=[(b"\7" * 32, 1, hidden)]))
    with open_archive(path) as archive:
        out = io.BytesIO()
        assert write_shares(out, archive, TRUSTEES[0]) == 1
        assert out.getvalue().count(b'\n""\n') == 1
        minutes = read_minutes(_count(archive, _shares(archive, (0, 1))).minutes)
    assert "ballot-not-on-board" in {one.code for one in minutes.faults}
    assert minutes.counts.counted == 3


def test_a_ballot_sealed_to_fewer_than_announced_is_listed_and_not_counted(tmp_path: Path) -> None:
    weak = seal(padded(b"\1\1"), context_of(POLL, b"\7" * 32, 1), KEYS, 1)
    path = tmp_path / "urn.tar"
    path.write_bytes(_archive(extra=[(b"\7" * 32, 1, weak)], shown=[digest(weak)]))
    with open_archive(path) as archive:
        minutes = read_minutes(_count(archive, _shares(archive, (0, 1))).minutes)
    assert [(one.hash, one.why) for one in minutes.unreadable] == [(digest(weak), "format")]


@pytest.mark.parametrize("kind", BODIES)
def test_a_board_whose_entries_say_too_little_is_told_and_stops_no_check(kind: str) -> None:
    body: dict[str, Any] = {"hashes": "abc", "trustees": 3, "versions": -1, "minutes": None}
    first = next_line(None, POLL, "open", _opening() if kind != "open" else body, SITE)
    board = [first]
    if kind != "open":
        board.append(next_line(first.entry, POLL, kind, body, SITE))  # type: ignore[arg-type]
    assert "board-damaged" in {one.code for one in faults_of(board)}
    told = list(findings(Published(board=board, minutes=b"{}", signatures={"1": "x"})))
    assert [one.holds for one in told] == [False]


@pytest.mark.parametrize(
    "wrong", [{"countersigners": 3}, {"countersigners": [{"name": "A"}]}, {"roll": []}]
)
def test_a_board_whose_later_fields_are_of_another_type_is_damaged(wrong: dict[str, Any]) -> None:
    board = [next_line(None, POLL, "open", _opening() | wrong, SITE)]
    assert [one.code for one in faults_of(board)] == ["board-damaged"]


def test_a_board_of_before_without_the_later_fields_is_read() -> None:
    first, *_, last = _lines(["0" * 64])
    announced, closed = body_of(first.entry, OpenBody), body_of(last.entry, CloseBody)
    assert (announced.roll, announced.pseudonym_key, announced.countersigners) == (None, None, ())
    assert (closed.roll, closed.electors, closed.interventions) == (None, None, {})
    assert not roll_changed(announced, closed)


def test_what_is_nested_without_end_is_refused_as_any_other_text() -> None:
    for read in (read_board, read_minutes, read_receipt):
        with pytest.raises(msgspec.DecodeError):
            read(b'{"entry":' + DEEP)
    with pytest.raises(NotABallotArchive):
        read_shares(io.BytesIO(DEEP))


def _opening() -> dict[str, Any]:
    return {
        "question": "Q",
        "choices": ["A", "B"],
        "ballot": "approvals",
        "grades": [],
        "method": "approval",
        "method_options": {},
        "compared": None,
        "approved_from": "",
        "tie_seed": "seed",
        "whole_ballots": False,
        "address": "",
        "eligibility": "code",
        "electors": 5,
        "opens_at": "2026-01-01T00:00:00+00:00",
        "closes_at": "2026-01-02T00:00:00+00:00",
        "trustees": [msgspec.to_builtins(one.public) for one in TRUSTEES[:3]],
        "threshold": 2,
        "key": public_text(SITE),
    }


def _sealed(pseudonym: bytes, version: int) -> bytes:
    return seal(padded(b"\1\1"), context_of(POLL, pseudonym, version), KEYS, 2)


def _lines(hashes: list[str], poll: str = POLL) -> list[SignedEntry]:
    first = next_line(None, poll, "open", _opening(), SITE)
    second = next_line(first.entry, poll, "ballots", {"hashes": hashes}, SITE)
    size = len(hashes)
    closing = {
        "closed_at": "2026-01-02T00:00:00+00:00",
        "marks": size,
        "papers": 0,
        "slots": size,
        "versions": size,
    }
    return [first, second, next_line(second.entry, poll, "close", closing, SITE)]


def _board(_: bytes, poll: str) -> bytes:
    return b"".join(canonical(line) + b"\n" for line in _lines(["0" * 64], poll))


def _archive(
    extra: list[tuple[bytes, int, bytes]] | None = None, shown: list[str] | None = None
) -> bytes:
    """Three ballots, and what else is slipped in; `shown`: of that, on the board."""
    slots = [bytes([0xAB, number]) + bytes(30) for number in range(3)]
    ballots = [(pseudonym, 1, _sealed(pseudonym, 1)) for pseudonym in slots]
    hashes = [digest(sealed) for _, _, sealed in ballots] + (shown or [])
    ballots = sorted([*ballots, *(extra or [])], key=lambda one: digest(one[2]))
    out = io.BytesIO()
    write_archive(out, POLL, _lines(hashes), ballots, [])
    return out.getvalue()


def _count(archive: Any, shares: list[bytes]) -> Any:
    return count_archive(archive, [io.BytesIO(one) for one in shares])


def _shares(archive: Any, members: tuple[int, ...]) -> list[bytes]:
    found = []
    for member in members:
        out = io.BytesIO()
        write_shares(out, archive, TRUSTEES[member])
        found.append(out.getvalue())
    return found


def _unsealed(sealed: bytes, context: bytes) -> bytes:
    shares = {n: unwrap(sealed, context, n, TRUSTEES[n].sealing) for n in (0, 1, 2)}
    return opened(sealed, context, shares)


def _with_one_more(archive: bytes, name: str) -> bytes:
    out = io.BytesIO(archive)
    with tarfile.open(fileobj=out, mode="a") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    return out.getvalue()


def _content(archive: bytes, name: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        file = tar.extractfile(name)
        assert file is not None
        return file.read()


def _link(target: str) -> tarfile.TarInfo:
    link = tarfile.TarInfo()
    link.type, link.linkname = tarfile.SYMTYPE, target
    return link


def _repacked(archive: bytes, changed: dict[str, bytes | tarfile.TarInfo]) -> bytes:
    """The same archive with other files, its manifest as it was."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in ("manifest.json", *NAMES):
            value = changed.get(name, _content(archive, name))
            entry = value if isinstance(value, tarfile.TarInfo) else tarfile.TarInfo()
            entry.name = name
            data = b"" if isinstance(value, tarfile.TarInfo) else value
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _remade(archive: bytes, name: str, data: bytes) -> bytes:
    """The same archive with another file, and a manifest that says so."""
    manifest = msgspec.json.decode(_content(archive, "manifest.json"))
    manifest["files"][name] = digest(data)
    return _repacked(archive, {"manifest.json": canonical(manifest), name: data})
