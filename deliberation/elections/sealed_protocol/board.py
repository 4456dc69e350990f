"""The public board of a sealed vote: entries chained by SHA-256, each signed by the site.

An entry names its poll, its number, the digest of the one before it, its kind and its body:

- `open`: what is voted on, how, by how many, and the trustees' keys;
- `ballots`: hashes of sealed ballots, in an order drawn at random;
- `extend`: a later close, decided before the close;
- `paper`: a batch of ballots on paper or at a counter, how many and the digest of the batch;
- `close`: the numbers of marks, pseudonyms (`slots`) and versions; no ballot after it;
- `result`: the digest of the minutes.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deliberation.elections.sealed_protocol.bodies import BODIES, BallotsBody
from deliberation.elections.sealed_protocol.canonical import canonical, decoded, digest
from deliberation.elections.sealed_protocol.keys import sign, signed_by

Kind = Literal["open", "ballots", "extend", "paper", "close", "result"]
BEGINNING = "0" * 64
Said = TypeVar("Said", bound=msgspec.Struct)
_WHILE_OPEN = frozenset({"open", "ballots", "extend", "paper"})
# Kind -> the kinds that may precede it.
FOLLOWS: dict[str, frozenset[str]] = {
    "open": frozenset(),
    "ballots": _WHILE_OPEN,
    "extend": _WHILE_OPEN,
    "paper": _WHILE_OPEN,
    "close": _WHILE_OPEN,
    "result": frozenset({"close"}),
}


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry; `number` from 1, `previous` the digest of the entry before it."""

    poll: str
    number: int
    previous: str
    kind: Kind
    body: dict[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 of its canonical JSON: the head of the board while it is the last."""
        return digest(canonical(self))


class SignedEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the board's file: an entry and the site's signature of its digest."""

    entry: Entry
    signature: str


class Fault(msgspec.Struct, frozen=True):
    """Something that does not hold: a code that `words` turns into a sentence, and its values."""

    code: str
    values: dict[str, Any] = {}


def body_of(entry: Entry, type_: type[Said]) -> Said:
    """Decode the body of an entry to the type of its kind (`BODIES`).

    Raises `msgspec.ValidationError` for a body without the fields of its kind.
    """
    return msgspec.convert(entry.body, type_)


def is_readable(entry: Entry) -> bool:
    """Whether the body of an entry has the fields of its kind."""
    try:
        body_of(entry, BODIES[entry.kind])
    except msgspec.ValidationError:
        return False
    return True


def next_line(
    last: Entry | None, poll: str, kind: Kind, body: dict[str, Any], key: Ed25519PrivateKey
) -> SignedEntry:
    """The line that follows an entry; None before the first."""
    number, previous = (last.number + 1, last.digest) if last else (1, BEGINNING)
    entry = Entry(poll, number, previous, kind, body)
    return SignedEntry(entry, sign(key, "board", entry.digest.encode()))


def as_file(lines: Iterable[SignedEntry]) -> bytes:
    """The board as JSON Lines."""
    return b"".join(canonical(line) + b"\n" for line in lines)


def read_board(data: bytes) -> list[SignedEntry]:
    """The lines of a board's file. Raises `msgspec.DecodeError` or its `ValidationError`."""
    return [decoded(line, SignedEntry) for line in data.splitlines() if line.strip()]


def faults_of(lines: Sequence[SignedEntry]) -> list[Fault]:
    """All faults of a board alone: order, chain, signatures, repeated hashes.

    A body without the fields of its kind gives the fault `board-damaged`.
    """
    if not lines:
        return [Fault("board-empty")]
    first = lines[0].entry
    key = str(first.body.get("key", ""))
    faults: list[Fault] = []
    previous: Entry | None = None
    seen: set[str] = set()
    for place, line in enumerate(lines, start=1):
        entry = line.entry
        where = {"number": place}
        if entry.poll != first.poll:
            faults.append(Fault("board-other-poll", where))
        if entry.number != place:
            faults.append(Fault("board-number", where | {"found": entry.number}))
        if entry.previous != (previous.digest if previous else BEGINNING):
            faults.append(Fault("board-chain", where))
        if not signed_by(key, "board", entry.digest.encode(), line.signature):
            faults.append(Fault("board-signature", where))
        if (previous is None) != (entry.kind == "open") or (
            previous is not None and previous.kind not in FOLLOWS[entry.kind]
        ):
            faults.append(Fault("board-order", where | {"kind": entry.kind}))
        if not is_readable(entry):
            faults.append(Fault("board-damaged", where))
            previous = entry
            continue
        for one in hashes_of([line]):
            if one in seen:
                faults.append(Fault("board-repeated-hash", where | {"hash": one}))
            seen.add(one)
        previous = entry
    return faults


def grown_from(earlier: Sequence[SignedEntry], later: Sequence[SignedEntry]) -> list[Fault]:
    """Whether a board only grew: an earlier copy must be its beginning."""
    if len(later) < len(earlier):
        return [Fault("board-shorter", {"had": len(earlier), "has": len(later)})]
    for place, (old, new) in enumerate(zip(earlier, later, strict=False), start=1):
        if old.entry.digest != new.entry.digest:
            return [Fault("board-rewritten", {"number": place})]
    return []


def hashes_of(lines: Iterable[SignedEntry]) -> list[str]:
    """The hashes of all sealed ballots on the board, in its order. Raises as `body_of`."""
    return [
        one
        for line in lines
        if line.entry.kind == "ballots"
        for one in body_of(line.entry, BallotsBody).hashes
    ]


def entry_of(lines: Iterable[SignedEntry], kind: Kind) -> Entry | None:
    """The last entry of a kind."""
    return next((line.entry for line in reversed(list(lines)) if line.entry.kind == kind), None)
