"""Builders of a sealed vote's files without a site: a closed archive, key files, a board."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from deliberation.elections.counting.question import Question
from deliberation.elections.polls.label_texts import GRADES
from deliberation.elections.sealed_protocol import keys
from deliberation.elections.sealed_protocol.archive import Paper, open_archive, write_archive
from deliberation.elections.sealed_protocol.board import SignedEntry, as_file, next_line
from deliberation.elections.sealed_protocol.canonical import as_bytes, as_text, canonical, digest
from deliberation.elections.sealed_protocol.keys import KeyFile, public_text
from deliberation.elections.sealed_protocol.sealing import context_of, padded, seal
from deliberation.elections.sealed_protocol.shares import write_shares
from tests.sealed import TRUSTEES

POLL = "0190c0de-0000-7000-8000-000000000001"
PASSPHRASE = "une phrase d’essai, longue"
SITE = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"site").digest())
QUESTION = Question(
    question="Par quelle rue commencer ?",
    choices=["Rue de la Gare", "Chemin des Aulnes", "Quai de la Lys"],
    ballot="grades",
    grades=GRADES,
    method="majority_judgment",
    method_options={},
    compared=None,
    approved_from="",
    tie_seed="lys",
    whole_ballots=False,
)


def rows_of(count: int) -> list[bytes]:
    """As many ballots, in which the first option always comes first."""
    return [bytes([7, 1 + place % 6, 1 + place % 3]) for place in range(count)]


def an_archive(
    path: Path,
    rows: Sequence[bytes],
    *,
    question: Question = QUESTION,
    trustees: int = 3,
    said: Mapping[str, int] | None = None,
    left_out: int = 0,
    papers: Sequence[Paper] = (),
) -> list[SignedEntry]:
    """Write the archive of a closed ballot box, a voter a row; its board.

    `said`: what the close says instead of the truth; `left_out`: last ballots that the board shows
    and the ballot box no longer holds.
    """
    threshold = {3: 2, 5: 3}[trustees]
    public = [
        X25519PublicKey.from_public_bytes(as_bytes(key.public.sealing))
        for key in TRUSTEES[:trustees]
    ]
    ballots = []
    for place, row in enumerate(rows):
        pseudonym = hashlib.sha256(b"slot %d" % place).digest()
        context = context_of(POLL, pseudonym, 1)
        ballots.append((pseudonym, 1, seal(padded(row), context, public, threshold)))
    hashes = [digest(sealed) for _, _, sealed in ballots]
    counts = {
        "marks": len(rows),
        "papers": sum(len(paper.ballots) for paper in papers),
        "slots": len(rows),
        "versions": len(rows),
        **(said or {}),
    }
    steps: list[tuple[Any, dict[str, Any]]] = [("open", an_opening(question, trustees, threshold))]
    steps += [("ballots", {"hashes": hashes[at : at + 5]}) for at in range(0, len(hashes), 5)]
    steps += [
        (
            "paper",
            {
                "number": one.number,
                "channel": one.channel,
                "ballots": len(one.ballots),
                "digest": one.digest,
            },
        )
        for one in papers
    ]
    steps.append(("close", {"closed_at": "2026-11-20T17:00:00+00:00", **counts}))
    board: list[SignedEntry] = []
    for kind, body in steps:
        board.append(next_line(board[-1].entry if board else None, POLL, kind, body, SITE))
    kept = sorted(ballots[: len(ballots) - left_out], key=lambda one: digest(one[2]))
    with path.open("wb") as file:
        write_archive(file, POLL, board, kept, list(papers))
    return board


def an_opening(question: Question, trustees: int, threshold: int) -> dict[str, Any]:
    """The body of a board's first entry."""
    return {
        "address": "https://participer.example.org/c/place/voter/1",
        **msgspec.to_builtins(question),
        "eligibility": "code",
        "electors": 40,
        "roll": "0" * 64,
        "opens_at": "2026-11-10T07:00:00+00:00",
        "closes_at": "2026-11-20T17:00:00+00:00",
        "trustees": [msgspec.to_builtins(key.public) for key in TRUSTEES[:trustees]],
        "threshold": threshold,
        "key": public_text(SITE),
        "slot_key": "0" * 64,
    }


def with_result(board: list[SignedEntry], minutes: bytes) -> list[SignedEntry]:
    """The board once the minutes are published."""
    body = {"minutes": digest(minutes)}
    return [*board, next_line(board[-1].entry, POLL, "result", body, SITE)]


def write_board(path: Path, board: Sequence[SignedEntry]) -> Path:
    """A board as its file."""
    path.write_bytes(as_file(board))
    return path


def shares_of(archive: Path, number: int) -> Path:
    """A trustee's shares of an archive, beside it, without opening a key file."""
    out = archive.parent / f"shares-{number}.jsonl"
    with open_archive(archive) as opened, out.open("wb") as file:
        write_shares(file, opened, TRUSTEES[number - 1])
    return out


def key_file(folder: Path, number: int) -> Path:
    """The key file of one of the tests' trustees, and the file of its passphrase beside it."""
    path = folder / f"trustee-{number}.key"
    path.write_bytes(canonical(_locked(number)))
    (folder / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    return path


@cache
def _locked(number: int) -> KeyFile:
    """The key of one of the tests' trustees, whose seed is known, locked as `new_key` locks."""
    seed, salt = hashlib.sha256(b"trustee %d" % number).digest(), bytes(16)
    lock = ChaCha20Poly1305(keys._stretched(PASSPHRASE, salt))
    locked = lock.encrypt(bytes(12), seed, salt)
    return KeyFile(TRUSTEES[number - 1].public, as_text(salt), as_text(locked))
