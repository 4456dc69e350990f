"""Published files with any value changed: each command ends by a code and a sentence."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliberation.elections.sealed_protocol.archive import open_archive, write_archive
from deliberation.elections.sealed_protocol.board import (
    Entry,
    SignedEntry,
    as_file,
    next_line,
    read_board,
)
from deliberation.elections.sealed_protocol.canonical import as_bytes
from deliberation.elections.sealed_protocol.keys import public_text
from tests.cli import beffroi_here
from tests.examples import examples

FILES = Path(__file__).parents[1] / "deliberation/elections/verification/published_before"
NAMES = ("board.jsonl", "minutes.json", "recount.json", "signature-1.json", "signature-2.json")
KEY = ("--key", FILES / "trustee-1.key", "--passphrase-file", FILES / "passphrase.txt")
HOSTILE_SITE = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
VALUES: list[Any] = [
    None, True, 0, -1, 1.5, 10**30, 1e308, "", "x", "é" * 5, "\x1b[31m", "2026-02-30T00:00:00",
    [], [[]], ["x"], {}, {"a": 1},
]  # fmt: skip
MUTATIONS = settings(
    examples(1000), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each value of a JSON document stands."""
    yield place
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value[:2]):
            yield from places(inner, (*place, key))


def changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """A document with another value at a place."""
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = changed(value[place[0]], place[1:], new)
    return copy


def lines_of(name: str) -> list[Any]:
    """The JSON documents of a file, one a line."""
    text = (FILES / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in (text.splitlines() if name[-1] == "l" else [text])]


def mutations(lines: list[Any]) -> st.SearchStrategy[list[Any]]:
    """The same documents, with one value of one of them changed."""
    all_places = [(row, place) for row, line in enumerate(lines) for place in places(line)]

    def mutated(chosen: tuple[tuple[int, tuple[Any, ...]], Any]) -> list[Any]:
        (row, place), value = chosen
        return [*lines[:row], changed(lines[row], place, value), *lines[row + 1 :]]

    return st.tuples(st.sampled_from(all_places), st.sampled_from(VALUES)).map(mutated)


def published(**files: Path) -> list[Path]:
    """All published files, with these in place of the good ones."""
    return [files.get(Path(name).stem.partition("-")[0], FILES / name) for name in NAMES]


@pytest.mark.parametrize(
    "name", ["board.jsonl", "minutes.json", "recount.json", "receipt.json", "shares-1.jsonl"]
)
@MUTATIONS
@given(data=st.data())
def test_any_changed_value_ends_by_a_code(name: str, tmp_path: Path, data: st.DataObject) -> None:
    file = tmp_path / name
    lines = data.draw(mutations(lines_of(name)))
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    stem = file.stem
    if stem == "shares-1":
        other = FILES / "shares-2.jsonl"
        ended(tmp_path, "sealed", "count", FILES / "urn.tar", file, other, "--out")
    elif stem == "receipt":
        ended(tmp_path, "sealed", "verify", *published(), "--receipt", file)
    else:
        ended(tmp_path, "sealed", "verify", *published(**{stem: file}))
    if stem == "minutes":
        ended(tmp_path, "sealed", "sign", file, *KEY, "--yes", "--out")
    if stem == "recount":
        ended(tmp_path, "recount", file)


@MUTATIONS
@given(data=st.data())
def test_a_board_that_a_hostile_site_signs_ends_by_a_code(
    tmp_path: Path, data: st.DataObject
) -> None:
    """The signatures are good: what is said is not."""
    good = read_board((FILES / "board.jsonl").read_bytes())
    bodies = [dict(line.entry.body) for line in good]
    bodies[0]["key"] = public_text(HOSTILE_SITE)
    board: list[SignedEntry] = []
    last: Entry | None = None
    for line, body in zip(good, data.draw(mutations(bodies)), strict=True):
        board.append(next_line(last, line.entry.poll, line.entry.kind, body, HOSTILE_SITE))
        last = board[-1].entry
    file, tar, shares = tmp_path / "board.jsonl", tmp_path / "urn.tar", tmp_path / "shares"
    file.write_bytes(as_file(board))
    ended(tmp_path, "sealed", "verify", *published(board=file))
    with open_archive(FILES / "urn.tar") as archive, tar.open("wb") as out:
        ballots = [
            (bytes.fromhex(line.pseudonym), line.version, as_bytes(line.sealed))
            for line in archive.sealed_lines()
        ]
        write_archive(out, archive.manifest.poll, board[:-1], ballots, archive.papers)
    shares.unlink(missing_ok=True)
    beffroi_here("sealed", "decrypt", tar, *KEY, "--out", shares)
    first = shares if shares.exists() else FILES / "shares-1.jsonl"
    ended(tmp_path, "sealed", "count", tar, first, FILES / "shares-2.jsonl", "--out")


def ended(folder: Path, *words: str | Path) -> None:
    """The command ends; after `--out`, it is given a new place."""
    out = [folder / f"out-{len(list(folder.iterdir()))}"] if words[-1] == "--out" else []
    done = beffroi_here(*words, *out)
    assert done.exit_code in {0, 1, 2, 3}, done.output
    assert done.output.strip() or done.exit_code == 0
