"""Files of an earlier version are still read, and still written byte for byte.

`published_before` was written by Beffroi at commit cfffbdf, before its identifiers were renamed: a
sealed vote of twelve voters and two paper ballots, from a trustee's key to a voter's receipt.
"""

import io
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from deliberation.core.context import AppContext
from deliberation.elections.ballots.commands import plain_pseudonym
from deliberation.elections.pseudonyms.keys import check_of, sealed_pseudonym
from deliberation.elections.sealed_protocol.archive import open_archive, write_archive
from deliberation.elections.sealed_protocol.canonical import as_bytes, canonical
from deliberation.elections.sealed_protocol.receipts import read_receipt
from deliberation.process.consultations.versions import FieldChange, _change
from tests.cli import beffroi_here

BEFORE = Path(__file__).with_name("published_before")
PHRASE = ("--passphrase-file", BEFORE / "passphrase.txt")
PUBLISHED = ["board.jsonl", "minutes.json", "recount.json", "signature-1.json", "signature-2.json"]


def test_every_claim_about_the_files_holds() -> None:
    files = [BEFORE / name for name in PUBLISHED]
    done = beffroi_here("sealed", "verify", *files, "--receipt", BEFORE / "receipt.json")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("[tient]") == 8


def test_the_recount_file_gives_the_published_result() -> None:
    assert beffroi_here("recount", BEFORE / "recount.json").exit_code == 0


def test_a_key_of_before_gives_the_same_shares_and_signature(tmp_path: Path) -> None:
    key = ("--key", BEFORE / "trustee-1.key", *PHRASE)
    shares, signature = tmp_path / "shares", tmp_path / "signature"
    done = beffroi_here("sealed", "decrypt", BEFORE / "urn.tar", *key, "--out", shares)
    assert done.exit_code == 0, done.output
    assert shares.read_bytes() == (BEFORE / "shares-1.jsonl").read_bytes()
    minutes = BEFORE / "minutes.json"
    done = beffroi_here("sealed", "sign", minutes, *key, "--yes", "--out", signature)
    assert done.exit_code == 0, done.output
    assert signature.read_bytes() == (BEFORE / "signature-1.json").read_bytes()


def test_the_count_writes_the_same_minutes_and_recount_file(tmp_path: Path) -> None:
    shares = [BEFORE / f"shares-{number}.jsonl" for number in (1, 2)]
    done = beffroi_here("sealed", "count", BEFORE / "urn.tar", *shares, "--out", tmp_path / "count")
    assert done.exit_code == 0, done.output
    for name in ("minutes.json", "recount.json"):
        assert (tmp_path / "count" / name).read_bytes() == (BEFORE / name).read_bytes()


def test_archives_and_receipts_are_written_byte_for_byte() -> None:
    out = io.BytesIO()
    with open_archive(BEFORE / "urn.tar") as archive:
        ballots = [
            (bytes.fromhex(line.pseudonym), line.version, as_bytes(line.sealed))
            for line in archive.sealed_lines()
        ]
        write_archive(out, archive.manifest.poll, archive.board, ballots, archive.papers)
    assert out.getvalue() == (BEFORE / "urn.tar").read_bytes()
    receipt = (BEFORE / "receipt.json").read_bytes()
    assert canonical(read_receipt(receipt)) == receipt


def test_a_voter_keeps_the_pseudonym_of_before() -> None:
    """Else everybody could vote twice after an upgrade."""
    poll, voter = UUID(int=1), UUID(int=2)
    app = cast(AppContext, cast(Any, SimpleNamespace(secret=b"s" * 40)))
    plain = "76a8ca79e018c845db41f6e437237a3ee08245dc2aeaa64bffb1b53413d903da"
    sealed = "f7d70bbfcc2365ef2f4d6932939502ba764d25db360185128371e47ec1ed0af7"
    assert plain_pseudonym(app, poll, voter).hex() == plain
    assert sealed_pseudonym(bytes(32), poll, voter).hex() == sealed
    assert check_of(bytes(32)) == "88fd42d716930e07e9f681dda3887237"


def test_a_version_kept_before_says_secrecy_by_its_former_name() -> None:
    kept = ({"profile": "P0"}, {"profile": "P1"}, {"secrecy": "sealed"})
    of = {"poll_number": 1, "made_at": datetime(2026, 11, 1, tzinfo=UTC), "reason": ""}
    first, second = (
        _change({**of, "before": before, "after": after}) for before, after in pairwise(kept)
    )
    assert first.differences == [FieldChange("secrecy", "plain", "sealed")]
    assert second.differences == []
