"""The election read from a file, and helpers that the readers share."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from voting.ballots import Ballots, Grades, Rankings, received, with_rows
from voting.ballots.checks import check, check_names
from voting.ballots.packing import unpack
from voting.invalid import InvalidBallots, Value

LARGEST_RANK = 255
MOST_LINES = 1_000_000
DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Note:
    """A warning of a tolerant reader about something it skipped: a reason as in `InvalidBallots`,
    and its line.
    """

    reason: str
    line: int
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Origin of ballots: the format, the metadata of the file, and what a tolerant reader passed
    over.
    """

    format: str
    metadata: dict[str, str] = field(default_factory=dict)
    withdrawn: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Election:
    """Ballots and settings of a file; `budget` and `costs` for a vote on projects.

    `settings`: options of a method that the file announces, such as `points_per_voter`.
    """

    ballots: Ballots
    title: str
    seats: int
    source: Source
    budget: int | None = None
    costs: dict[str, int] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def titles(self) -> dict[str, str]:
        """The names of options in a file, where they differ from their ids."""
        metadata = self.source.metadata
        found = {name: metadata.get(f"name of {name}", "") for name in self.ballots.options}
        return {name: title for name, title in found.items() if title and title != name}

    @property
    def received(self) -> int:
        """The number of ballots (papers) in the file."""
        return received(self.ballots)


class RankedRows:
    """Rankings being read, one ballot at a time; equal ballots stay as the file groups them."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.counts: list[int] = []
        self.total = 0

    def add(self, ranks: Sequence[int], count: int, *, line: int) -> None:
        """One line of a file: its ranks (0 = unranked) and how many ballots say the same."""
        highest = max(ranks, default=0)
        if highest > LARGEST_RANK:
            raise InvalidBallots("rank_out_of_range", line=line, value=highest, limit=LARGEST_RANK)
        self.total += count
        if self.total >= 2**62:
            raise InvalidBallots("too_many_ballots", line=line, limit=2**62)
        self.rows.append(bytes(ranks))
        self.counts.append(count)

    def ballots(self, names: Sequence[str]) -> Rankings:
        """The rankings; rows read before an option was met are filled with unranked."""
        width = len(names)
        rows = [row.ljust(width, b"\0") for row in self.rows]
        read = check(unpack("rankings", names, rows, self.counts))
        assert isinstance(read, Rankings)
        return read


def decoded(data: str | bytes, *, strict: bool) -> tuple[str, tuple[Note, ...]]:
    """Text without byte order mark: UTF-8, or UTF-16 where the mark says so. Others only when
    tolerant, as spreadsheets write them (Windows-1252); that is noted.
    """
    if isinstance(data, str):
        return data.removeprefix("\ufeff"), ()
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if marked else "utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        if strict:
            raise InvalidBallots("not_text", line=line, column=column) from None
        note = Note("read_as", line, {"encoding": "Windows-1252"})
        return data.decode("cp1252", errors="backslashreplace"), (note,)


def names_at(names: Sequence[str], places: Sequence[tuple[int, int]]) -> None:
    """Refuse names that cannot be used, with the line and column of the name."""
    try:
        check_names(names)
    except InvalidBallots as error:
        error.line, error.column = places[(error.column or 1) - 1] if places else (1, 1)
        raise


def delimiter_of(heading: str) -> str:
    """The delimiter (comma, semicolon, tab) most frequent in a heading."""
    return max(DELIMITERS, key=heading.count)


def whole_number(text: str, *, line: int, column: int, reason: str = "bad_number") -> int:
    """A non-negative whole number, or an error that points at it."""
    if text.isascii() and text.isdigit() and len(text) <= 19:
        return int(text)
    if reason == "bad_count" and text.startswith("-") and text[1:].isdigit():
        raise InvalidBallots("negative_count", line=line, column=column, value=int(text[:20]))
    raise InvalidBallots(reason, line=line, column=column, found=text[:40])


def without_options(ballots: Rankings, withdrawn: Sequence[str]) -> Rankings:
    """The rankings of the options that stay."""
    kept = [column for column, name in enumerate(ballots.options) if name not in withdrawn]
    names = tuple(ballots.options[column] for column in kept)
    return with_rows(ballots, ballots.ranks[:, kept], ballots.counts, names)


def with_grades(election: Election, names: Sequence[str]) -> Election:
    """Name the grades of judgments, worst to best; there may be more than were used."""
    ballots = election.ballots
    if not isinstance(ballots, Grades):
        raise InvalidBallots("wrong_type", expected="grades", found=election.source.format)
    highest = int(np.max(ballots.marks, initial=0))
    if len(names) < highest:
        raise InvalidBallots("mark_out_of_range", value=highest, limit=len(names))
    return replace(election, ballots=check(replace(ballots, grades=tuple(names))))


def with_judges(election: Election, judges: str) -> Election:
    """Tallies with more judges: those added give no judgment."""
    ballots = election.ballots
    if not isinstance(ballots, Grades) or not ballots.tallied:
        raise InvalidBallots("wrong_type", expected="tallies", found=election.source.format)
    if not judges.isascii() or not judges.isdigit() or len(judges) > 18:
        raise InvalidBallots("bad_option_value", name="judges", value=judges[:40], valid=["N"])
    number = int(judges)
    missing = number - received(ballots)
    if missing < 0 or number >= 2**62:
        expected = received(ballots)
        raise InvalidBallots("wrong_total", expected=number, found=expected)
    marks = np.vstack([ballots.marks, np.zeros((1, len(ballots.options)), np.uint8)])
    return replace(election, ballots=with_rows(ballots, marks, np.append(ballots.counts, missing)))


def levels(ballots: Rankings, row: int) -> list[list[int]]:
    """One ranking as groups of columns, best first, equal ranks together."""
    ranks = ballots.ranks[row].tolist()
    used = sorted({rank for rank in ranks if rank})
    return [[column for column, rank in enumerate(ranks) if rank == level] for level in used]
