"""A trustee's own work after the close: unwrapping, offline, their shares of each ballot's key."""

from collections.abc import Callable, Iterator
from typing import IO, Annotated, Literal

import msgspec

from deliberation.elections.sealed_protocol.archive import (
    BallotArchive,
    NotABallotArchive,
    lines_of,
)
from deliberation.elections.sealed_protocol.board import body_of, entry_of, hashes_of
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.elections.sealed_protocol.canonical import as_bytes, as_text, canonical, decoded
from deliberation.elections.sealed_protocol.keys import TrusteeKey, TrusteePublic
from deliberation.elections.sealed_protocol.sealing import CannotOpen, context_of, unwrap

Progress = Callable[[int, int], None]
MAX_SHARE_LINE_BYTES = 20_000  # bytes of a line: 70 shares of 32 bytes at most, as base64


class NotATrustee(ValueError):
    """The key is none of those that the board's first entry announces."""


class SharesHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a file of shares: the archive's digest and the trustee's place from 0."""

    poll: str
    archive: str = msgspec.field(name="bundle")
    trustee: Annotated[int, msgspec.Meta(ge=0, le=8)]
    kind: Literal["beffroi/1/shares"] = "beffroi/1/shares"


def trustees_of(archive: BallotArchive) -> list[TrusteePublic]:
    """The trustees announced in the board's first entry, in order. Raises `NotABallotArchive`."""
    entry = entry_of(archive.board, "open")
    if entry is None:
        raise NotABallotArchive("board")
    return body_of(entry, OpenBody).trustees


def write_shares(
    out: IO[bytes],
    archive: BallotArchive,
    key: TrusteeKey,
    progress: Progress = lambda done, all: None,
) -> int:
    """Write a trustee's shares, one line per ballot of the archive; return how many are unreadable.

    A ballot whose message does not open has an empty line `""`, and so has one that the board does
    not show: a trustee opens what was announced, nothing slipped in. Raises `NotATrustee` and
    `NotABallotArchive("not-closed")`: nothing is opened before a close.
    """
    if entry_of(archive.board, "close") is None:
        raise NotABallotArchive("not-closed")
    public = [(one.sealing, one.signing) for one in trustees_of(archive)]
    if (key.public.sealing, key.public.signing) not in public:
        raise NotATrustee
    number = public.index((key.public.sealing, key.public.signing))
    head = SharesHead(archive.manifest.poll, archive.manifest.digest, number)
    out.write(canonical(head) + b"\n")
    shown, unread = set(hashes_of(archive.board)), 0
    for done, line in enumerate(archive.sealed_lines(), start=1):
        context = context_of(archive.manifest.poll, bytes.fromhex(line.pseudonym), line.version)
        try:
            if line.hash not in shown:
                raise CannotOpen("not-on-board")
            share = as_text(unwrap(line.data, context, number, key.sealing))
        except CannotOpen:
            share, unread = "", unread + 1
        out.write(canonical(share) + b"\n")
        progress(done, archive.manifest.ballots)
    return unread


def read_shares(file: IO[bytes]) -> tuple[SharesHead, Iterator[bytes]]:
    """The head, and a share a ballot, empty where there is none. Raises `NotABallotArchive`."""
    try:
        head = decoded(file.readline(MAX_SHARE_LINE_BYTES), SharesHead)
    except msgspec.DecodeError as error:
        raise NotABallotArchive("shares") from error
    return head, _shares(file)


def _shares(file: IO[bytes]) -> Iterator[bytes]:
    for number, line in lines_of(file, MAX_SHARE_LINE_BYTES, "shares-line", first=2):
        try:
            yield as_bytes(decoded(line, str))
        except ValueError as error:  # a DecodeError is one
            raise NotABallotArchive("shares-line", number) from error
