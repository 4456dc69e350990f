"""`./dev bench sealed_count`: a sealed vote opened, counted and verified by the commands.

Ballots are sealed to three (or five) trustees; then `beffroi sealed decrypt`, `count`, `sign` and
`verify` run as processes of their own. The report gives their CPU time and peak memory.
"""

import argparse
import hashlib
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from deliberation.elections.counting.question import Question
from deliberation.elections.polls.label_texts import GRADES
from deliberation.elections.sealed_protocol.archive import write_archive
from deliberation.elections.sealed_protocol.board import SignedEntry, as_file, next_line
from deliberation.elections.sealed_protocol.canonical import as_bytes, canonical, digest
from deliberation.elections.sealed_protocol.keys import KeyFile, TrusteePublic, new_key, public_text
from deliberation.elections.sealed_protocol.sealing import context_of, padded, seal

POLL = "01900000-0000-7000-8000-000000000001"
PASSPHRASE = "a passphrase for a measure"
THRESHOLDS = {3: 2, 5: 3}
SITE = Ed25519PrivateKey.generate()
BATCH = 100

Ballot = tuple[bytes, int, bytes]


def main() -> None:
    """Make the vote, then run each command and report its cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ballots", type=int, default=100_000)
    parser.add_argument("--trustees", type=int, default=3, choices=THRESHOLDS)
    asked = parser.parse_args()
    threshold = THRESHOLDS[asked.trustees]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
        keys = [new_key(f"Trustee {place}", PASSPHRASE) for place in range(asked.trustees)]
        board = _made(folder, keys, asked.ballots)
        shares = [_decrypted(folder, keys[place], place) for place in range(threshold)]
        _run("sealed", "count", folder / "urn.tar", *shares, "--out", folder / "count")
        minutes = folder / "count" / "minutes.json"
        result = {"minutes": digest(minutes.read_bytes())}
        board.append(next_line(board[-1].entry, POLL, "result", result, SITE))
        (folder / "board.jsonl").write_bytes(as_file(board))
        published = [folder / "board.jsonl", minutes, folder / "count" / "recount.json"]
        for place in range(threshold):
            published.append(folder / f"signature-{place}.json")
            words = ("--key", folder / f"{place}.key", "--passphrase-file", folder / "passphrase")
            _run("sealed", "sign", minutes, *words, "--yes", "--out", published[-1])
        _run("sealed", "verify", *published)


def _made(folder: Path, keys: list[KeyFile], ballots: int) -> list[SignedEntry]:
    """Seal the ballots and write their archive. Returns its board."""
    public = [key.public for key in keys]
    with Pool() as pool:
        sealed = pool.starmap(_sealed, ((number, public) for number in range(ballots)), 500)
    hashes = [digest(one[2]) for one in sealed]
    board: list[SignedEntry] = []
    for kind, body in _steps(public, hashes):
        board.append(next_line(board[-1].entry if board else None, POLL, kind, body, SITE))
    order = sorted(range(ballots), key=hashes.__getitem__)
    with (folder / "urn.tar").open("wb") as file:
        write_archive(file, POLL, board, (sealed[place] for place in order), [])
    size = (folder / "urn.tar").stat().st_size
    sys.stdout.write(f"{ballots:,} ballots, {len(keys)} trustees, {size / 1e6:.0f} MB\n")
    return board


def _sealed(number: int, trustees: list[TrusteePublic]) -> Ballot:
    pseudonym = hashlib.sha256(b"%d" % number).digest()
    marks = bytes(1 + byte % len(GRADES) for byte in hashlib.sha256(pseudonym).digest()[:10])
    public = [X25519PublicKey.from_public_bytes(as_bytes(one.sealing)) for one in trustees]
    context = context_of(POLL, pseudonym, 1)
    return pseudonym, 1, seal(padded(marks), context, public, THRESHOLDS[len(trustees)])


def _steps(public: list[TrusteePublic], hashes: list[str]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Entries of the vote's board, in order."""
    question = Question(
        question="Which project?",
        choices=[f"Project {place}" for place in range(10)],
        ballot="grades",
        grades=GRADES,
        method="majority_judgment",
        method_options={},
        compared="approval",
        approved_from=GRADES[3],
        tie_seed="measure",
        whole_ballots=False,
    )
    yield (
        "open",
        {
            "address": "https://participer.example.org/c/measure/voter/1",
            **msgspec.to_builtins(question),
            "eligibility": "code",
            "electors": 2 * len(hashes),
            "roll": "0" * 64,
            "opens_at": "2026-11-10T07:00:00+00:00",
            "closes_at": "2026-11-20T17:00:00+00:00",
            "trustees": msgspec.to_builtins(public),
            "threshold": THRESHOLDS[len(public)],
            "key": public_text(SITE),
            "slot_key": "0" * 64,
        },
    )
    for start in range(0, len(hashes), BATCH):
        yield "ballots", {"hashes": hashes[start : start + BATCH]}
    counts = dict.fromkeys(("marks", "slots", "versions"), len(hashes))
    yield "close", {"closed_at": "2026-11-20T17:00:00+00:00", "papers": 0, **counts}


def _decrypted(folder: Path, key: KeyFile, place: int) -> Path:
    (folder / f"{place}.key").write_bytes(canonical(key))
    out = folder / f"shares-{place}.jsonl"
    words = ("--key", folder / f"{place}.key", "--passphrase-file", folder / "passphrase")
    _run("sealed", "decrypt", folder / "urn.tar", *words, "--out", out)
    return out


def _run(*words: str | Path) -> None:
    """Run a command as a process; return its CPU seconds and its peak memory."""
    code = "import sys; from api.cli import main\ntry: main()\nfinally: " + _TELL
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = int(done.stderr.rsplit("VmHWM:", 1)[1].split()[0]) / 1024
    name = " ".join(str(word) for word in words[:2] if isinstance(word, str))
    sys.stdout.write(f"{name:<16} {cpu:7.1f} s of CPU   {peak:5.0f} MB\n")


# The peak of the program itself: `getrusage` would give that of the process it was forked from.
_TELL = "sys.stderr.write(open('/proc/self/status').read())"

if __name__ == "__main__":
    main()
