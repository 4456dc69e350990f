"""Ballots as integer columns: rankings, grades, approvals, scores; how many equal ballots of each.

A stored ballot is one byte per option, in the order of the options. In memory the same bytes lie
candidate-major (Fortran order): one option's column is contiguous, which is what makes counting
fast (a column of a million marks is read at memory speed).
"""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from voting.invalid import InvalidBallots

U8 = NDArray[np.uint8]


I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Rankings:
    """Weak orders. `ranks`: (B, C) uint8, 1 = best, 0 = unranked. `counts`: (B,) int64."""

    options: tuple[str, ...]
    ranks: U8
    counts: I64


@dataclass(frozen=True, slots=True, eq=False)
class Grades:
    """Judgments. `marks`: (B, C) uint8, 0 = no judgment, 1..G = worst..best of `grades`.

    `tallied` says that only the tallies of each option are known: the rows then carry those
    tallies and are nobody's ballots (see `from_tallies`).
    """

    options: tuple[str, ...]
    grades: tuple[str, ...]
    marks: U8
    counts: I64
    tallied: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Approvals:
    """Approvals. `marks`: (B, C) uint8, 1 = approved, 0 = not. `counts`: (B,) int64."""

    options: tuple[str, ...]
    marks: U8
    counts: I64


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Whole numbers. `marks`: (B, C) uint8, 0 = no score, s + 1 = a score of s, 0 <= s <= `most`.

    `most` is the highest score a ballot could give, 254 at most.
    """

    options: tuple[str, ...]
    most: int
    marks: U8
    counts: I64


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points given. `points`: (B, C) int64, 0 = none, negative where a method allows it, at most a
    million either way. `counts`: (B,) int64. Stored, a number takes 8 bytes instead of one.
    """

    options: tuple[str, ...]
    points: I64
    counts: I64


Ballots = Rankings | Grades | Approvals | Scores | Points


B = TypeVar("B", bound=Rankings | Grades | Approvals | Scores | Points)


KINDS: dict[type[Any], str] = {
    Rankings: "rankings",
    Grades: "grades",
    Approvals: "approvals",
    Scores: "scores",
    Points: "points",
}


def kind_of(ballots: Ballots) -> str:
    """`rankings`, `grades`, `approvals`, `scores` or `points`."""
    return KINDS[type(ballots)]


def matrix_of(ballots: Ballots) -> NDArray[Any]:
    """The (B, C) numbers of the ballots: bytes, or int64 for points."""
    if isinstance(ballots, Points):
        return ballots.points
    return ballots.ranks if isinstance(ballots, Rankings) else ballots.marks


def received(ballots: Ballots) -> int:
    """The number of ballots, equal ones included."""
    return int(ballots.counts.sum())


def with_rows(
    ballots: B, matrix: NDArray[Any], counts: I64, options: tuple[str, ...] | None = None
) -> B:
    """Ballots of the same kind with other rows, stored by column."""
    names = ballots.options if options is None else options
    columns = np.asfortranarray(matrix)
    if isinstance(ballots, Rankings):
        return replace(ballots, options=names, ranks=columns, counts=counts)
    if isinstance(ballots, Points):
        return replace(ballots, options=names, points=columns, counts=counts)
    return replace(ballots, options=names, marks=columns, counts=counts)


def of_kind(
    kind: str, options: tuple[str, ...], matrix: NDArray[Any], counts: I64, grades: tuple[str, ...]
) -> Ballots:
    """Ballots of a kind from a matrix of bytes, one row per ballot, and their counts."""
    match kind:
        case "rankings":
            return Rankings(options, matrix, counts)
        case "grades":
            return Grades(options, grades, matrix, counts)
        case "approvals":
            return Approvals(options, matrix, counts)
        case "scores":
            most = len(grades) - 1 if grades else max(int(matrix.max(initial=1)) - 1, 0)
            return Scores(options, most, matrix, counts)
        case "points":
            return Points(options, matrix, counts)
    raise InvalidBallots("wrong_type", expected=sorted(KINDS.values()), found=kind)
