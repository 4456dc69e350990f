"""Encrypted ballot archive, given to trustees after the close: a plain tar of JSON files, readable
with any tool.

`manifest.json` names the poll and the SHA-256 of the other files; `board.jsonl` is the public
board; `ballots.jsonl` holds one sealed ballot per line, sorted by hash; `papers.json` the batches
typed from paper. Ballots are read one at a time: an archive of any size needs little memory.
"""

import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, Literal, Self

import msgspec

from deliberation.elections.sealed_protocol.board import (
    SignedEntry,
    as_file,
    is_readable,
    read_board,
)
from deliberation.elections.sealed_protocol.canonical import (
    as_bytes,
    as_text,
    canonical,
    decoded,
    digest,
)

NAMES = ("board.jsonl", "ballots.jsonl", "papers.json")
# Bytes that are read at once: a file made to fill the memory is refused, not read.
MAX_FILE_BYTES = {"manifest.json": 10_000, "board.jsonl": 500_000_000, "papers.json": 500_000_000}
MAX_BALLOT_LINE_BYTES = 100_000  # of a line that holds one sealed ballot


class NotABallotArchive(ValueError):
    """The file is not an archive or is damaged; the first argument says what is wrong."""


class SealedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `ballots.jsonl`: where the ballot lay, and the sealed ballot as base64."""

    pseudonym: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")] = msgspec.field(
        name="slot"
    )
    version: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    sealed: str

    @property
    def data(self) -> bytes:
        """The sealed ballot."""
        return as_bytes(self.sealed)

    @property
    def hash(self) -> str:
        """SHA-256 of the sealed ballot, as the board shows it."""
        return digest(self.data)


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch of ballots typed twice from paper: packed ballots as hexadecimal digits."""

    number: int
    channel: Literal["paper", "counter"]
    ballots: list[Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{2})*\Z")]]

    @property
    def digest(self) -> str:
        """SHA-256 of the batch, as the board's entry `paper` shows it."""
        return digest(canonical(self))


class ArchiveManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of an archive: SHA-256 of each file, and the number of ballots."""

    poll: str
    ballots: int
    files: dict[str, str]
    kind: Literal["beffroi/1/bundle"] = "beffroi/1/bundle"

    @property
    def digest(self) -> str:
        """The archive's digest, to which the trustees' shares refer."""
        return digest(canonical(self))


@dataclass(frozen=True)
class BallotArchive:
    """An archive read from a file; `sealed_lines()` reads the ballots again at each call."""

    manifest: ArchiveManifest
    board: list[SignedEntry]
    papers: list[Paper]
    tar: tarfile.TarFile

    def sealed_lines(self) -> Iterator[SealedLine]:
        """The encrypted ballots, in the archive's order, as many as its manifest says.

        Raises `NotABallotArchive` naming the line.
        """
        file = _member(self.tar, "ballots.jsonl")
        number = 0
        for number, line in lines_of(file, MAX_BALLOT_LINE_BYTES, "line"):
            try:
                ballot: SealedLine = decoded(line, SealedLine)
                as_bytes(ballot.sealed)
            except ValueError as error:  # a DecodeError is one
                raise NotABallotArchive("line", number) from error
            yield ballot
        if number != self.manifest.ballots:
            raise NotABallotArchive("line", number + 1)


class BallotSpool:
    """The file `ballots.jsonl` of an archive to come, on disk: ballots are added one at a time."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (closed by `__exit__`)
        self._sha = hashlib.sha256()
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, pseudonym: bytes, version: int, sealed: bytes) -> None:
        """Add the next ballot, in the order of their hashes."""
        line = canonical(SealedLine(pseudonym.hex(), version, as_text(sealed))) + b"\n"
        self._file.write(line)
        self._sha.update(line)
        self._count += 1

    def write(
        self, out: IO[bytes], poll: str, board: list[SignedEntry], papers: list[Paper]
    ) -> ArchiveManifest:
        """Write the archive of these ballots."""
        small = {"board.jsonl": as_file(board), "papers.json": canonical(papers)}
        files = {name: digest(data) for name, data in small.items()}
        files["ballots.jsonl"] = self._sha.hexdigest()
        manifest = ArchiveManifest(poll, self._count, files)
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            _add(tar, "manifest.json", io.BytesIO(canonical(manifest)))
            for name, data in small.items():
                _add(tar, name, io.BytesIO(data))
            _add(tar, "ballots.jsonl", self._file)
        return manifest


def write_archive(
    out: IO[bytes],
    poll: str,
    board: list[SignedEntry],
    ballots: Iterable[tuple[bytes, int, bytes]],
    papers: list[Paper],
) -> ArchiveManifest:
    """Write an archive; `ballots`: (pseudonym, version, sealed), sorted by hash."""
    with BallotSpool() as spool:
        for ballot in ballots:
            spool.add(*ballot)
        return spool.write(out, poll, board, papers)


@contextmanager
def open_archive(path: Path) -> Iterator[BallotArchive]:
    """Open an archive and check its files against its manifest. Raises `NotABallotArchive`."""
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115 (closed below)
    except (tarfile.TarError, OSError) as error:
        raise NotABallotArchive("tar") from error
    with tar:
        yield _checked(tar)


def lines_of(
    file: IO[bytes], longest: int, code: str, *, first: int = 1
) -> Iterator[tuple[int, bytes]]:
    """The numbered lines of a file, one at a time; `NotABallotArchive(code)` for one too long."""
    number = first
    while line := file.readline(longest + 1):
        if len(line) > longest:
            raise NotABallotArchive(code, number)
        yield number, line
        number += 1


def _checked(tar: tarfile.TarFile) -> BallotArchive:
    """The archive in a tar file that contains what its manifest says, and nothing else."""
    try:
        members = tar.getmembers()
        for name in ("manifest.json", *NAMES):
            found = [one for one in members if one.name == name]
            # A link, a sparse file or a second file of that name would be read otherwise elsewhere.
            if len(found) != 1 or not found[0].isreg() or found[0].issparse():
                raise NotABallotArchive("missing", name)
            if found[0].size > MAX_FILE_BYTES.get(name, found[0].size):
                raise NotABallotArchive("digest", name)
        manifest = _decoded(_member(tar, "manifest.json").read(), ArchiveManifest)
        for name in NAMES:
            if _digest(_member(tar, name)) != manifest.files.get(name):
                raise NotABallotArchive("digest", name)
        board = _board(_member(tar, "board.jsonl").read(), manifest)
        papers = _decoded(_member(tar, "papers.json").read(), list[Paper])
    except (tarfile.TarError, OSError) as error:  # a copy that stops in the middle
        raise NotABallotArchive("tar") from error
    return BallotArchive(manifest, board, papers, tar)


def _board(data: bytes, manifest: ArchiveManifest) -> list[SignedEntry]:
    """The archive's board; all entries must be readable and of the manifest's poll."""
    try:
        board = read_board(data)
    except msgspec.DecodeError as error:
        raise NotABallotArchive("board") from error
    for line in board:
        if line.entry.poll != manifest.poll or not is_readable(line.entry):
            raise NotABallotArchive("board")
    return board


def _add(tar: tarfile.TarFile, name: str, data: Any) -> None:
    """A file of the archive, without owner, mode or time: equal archives have equal bytes."""
    entry = tarfile.TarInfo(name)
    entry.size = data.seek(0, io.SEEK_END)
    data.seek(0)
    tar.addfile(entry, data)


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        file = tar.extractfile(name)
    except (KeyError, tarfile.TarError) as error:
        raise NotABallotArchive("missing", name) from error
    if file is None:
        raise NotABallotArchive("missing", name)
    return file


def _digest(file: IO[bytes]) -> str:
    sha = hashlib.sha256()
    while block := file.read(1 << 20):
        sha.update(block)
    return sha.hexdigest()


def _decoded(data: bytes, type_: Any) -> Any:
    try:
        return decoded(data, type_)
    except msgspec.DecodeError as error:
        raise NotABallotArchive("json") from error
