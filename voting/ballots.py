"""Ballots as integer columns: rankings, grades, approvals, scores; how many equal ballots of each.

A stored ballot is one byte an option, in the order of the options. In memory the same bytes lie
candidate-major (Fortran order): one option's column is contiguous, which is what makes counting
fast (a column of a million marks is read at memory speed).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from voting.invalid import InvalidBallots

# Rows read at a time, so that a few columns stay in the processor's cache.
BLOCK = 32_768
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


def pack(choice: Sequence[int]) -> bytes:
    """One ballot as stored: a byte an option, in the order of the options.

    >>> pack([2, 0, 1])
    b'\\x02\\x00\\x01'
    """
    for column, value in enumerate(choice):
        if not 0 <= value <= 255:
            raise InvalidBallots("mark_out_of_range", column=column + 1, value=value, limit=255)
    return bytes(choice)


def unpack(
    kind: str,
    options: Sequence[str],
    rows: Sequence[bytes],
    counts: Sequence[int] | None = None,
    grades: Sequence[str] = (),
) -> Ballots:
    """Ballots from their stored bytes; `counts` defaults to one each.

    Raises `InvalidBallots` when a row has not one byte an option. The values inside are looked at
    by `voting.checks`, when the ballots are counted.
    """
    width = len(options)
    number = np.dtype(">i8" if kind == "points" else np.uint8)
    for row, packed in enumerate(rows):
        if len(packed) != width * number.itemsize:
            expected = width * number.itemsize
            raise InvalidBallots("ballot_length", row=row, expected=expected, found=len(packed))
    flat = np.frombuffer(b"".join(rows), dtype=number).astype(number.newbyteorder("="))
    matrix = np.asfortranarray(flat.reshape(len(rows), width))
    weights = np.array([1] * len(rows) if counts is None else counts, dtype=np.int64)
    return _of_kind(kind, tuple(options), matrix, weights, tuple(grades))


def with_rows(
    ballots: B, matrix: NDArray[Any], counts: I64, options: tuple[str, ...] | None = None
) -> B:
    """The same kind of ballots holding other rows, laid out by column."""
    names = ballots.options if options is None else options
    columns = np.asfortranarray(matrix)
    if isinstance(ballots, Rankings):
        return replace(ballots, options=names, ranks=columns, counts=counts)
    if isinstance(ballots, Points):
        return replace(ballots, options=names, points=columns, counts=counts)
    return replace(ballots, options=names, marks=columns, counts=counts)


def distinct(ballots: B) -> B:
    """Collapse equal ballots, drop those counted zero times, and sort the rest by their bytes.

    Rankings that say the same with other numbers are equal: ranks lose their gaps.
    """
    matrix = matrix_of(ballots)
    if isinstance(ballots, Points):
        return with_rows(ballots, *_grouped_points(matrix, ballots.counts))
    if isinstance(ballots, Rankings):
        matrix = without_gaps(matrix)
    return with_rows(ballots, *grouped(matrix, ballots.counts))


def in_order(ballots: B) -> B:
    """The same ballots, options sorted by name, ranks without gaps, none counted zero times.

    Rows stay as they are: `distinct` of it is the canonical form.
    """
    order = sorted(range(len(ballots.options)), key=lambda column: ballots.options[column])
    matrix, counts = matrix_of(ballots), ballots.counts
    if order != list(range(len(order))):
        matrix = matrix[:, order]
    if not counts.all():
        matrix, counts = matrix[counts != 0], counts[counts != 0]
    if isinstance(ballots, Rankings):
        matrix = without_gaps(matrix)
    names = tuple(ballots.options[column] for column in order)
    return with_rows(ballots, matrix, counts, names)


def canonical(ballots: B) -> B:
    """The one form of a set of ballots: options sorted by name, ranks without gaps, distinct rows.

    Ballot order, option order and grouping of the input leave no trace in it.
    """
    return distinct(in_order(ballots))


def digest(ballots: Ballots, *, is_canonical: bool = False) -> str:
    """SHA-256 (hexadecimal) of the canonical ballots.

    Digested: one line of JSON (kind, options, grades), a newline, then the distinct rows one after
    the other, one byte an option (points: 8 bytes, big-endian), then their counts as 8 bytes each,
    big-endian.
    """
    plain = ballots if is_canonical else canonical(ballots)
    head = {
        "kind": "tallies" if isinstance(plain, Grades) and plain.tallied else kind_of(plain),
        "options": list(plain.options),
        "grades": list(plain.grades) if isinstance(plain, Grades) else [],
    }
    text = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    hashed = hashlib.sha256(text.encode())
    number = np.dtype(">i8" if isinstance(plain, Points) else np.uint8)
    for start in range(0, len(plain.counts), BLOCK):
        block = matrix_of(plain)[start : start + BLOCK]
        hashed.update(np.ascontiguousarray(block, dtype=number).data)
    hashed.update(plain.counts.astype(">i8").data)
    return hashed.hexdigest()


def grouped(matrix: U8, counts: I64) -> tuple[U8, I64]:
    """Distinct rows in the order of their bytes, and how often each occurs (zero: left out).

    `matrix`: (B, C) uint8; `counts`: (B,) int64. Many options are compared at a time (`_word`).

    >>> rows, counts = grouped(np.array([[2, 1], [1, 2], [2, 1]], np.uint8), np.ones(3, np.int64))
    >>> rows.tolist(), counts.tolist()
    ([[1, 2], [2, 1]], [1, 2])
    """
    present = counts != 0
    if not present.all():
        matrix, counts = matrix[present], counts[present]
    height, width = matrix.shape
    if height == 0 or width == 0:
        return np.zeros((0, width), np.uint8, order="F"), np.zeros(0, np.int64)
    bits = max(1, int(matrix.max(initial=0)).bit_length())
    if bits * width <= 64 and bool((counts == 1).all()):
        return _grouped_numbers(_word(matrix.T, bits), width, bits)
    order, first = _sorted_rows(matrix, bits)
    starts = np.flatnonzero(first)
    places = order[starts]
    rows = np.empty((len(starts), width), np.uint8, order="F")
    for column in range(width):
        np.take(matrix[:, column], places, out=rows[:, column], mode="clip")
    if bool((counts == 1).all()):
        return rows, np.diff(starts, append=height)
    return rows, np.add.reduceat(counts[order], starts)


def _grouped_points(points: I64, counts: I64) -> tuple[I64, I64]:
    """As `grouped`, for numbers of any size: rows in the order of their numbers."""
    lowest = int(points.min(initial=0))
    if int(points.max(initial=0)) - lowest <= 255:  # as bytes, many are compared at a time
        packed, totals = grouped(np.asfortranarray((points - lowest).astype(np.uint8)), counts)
        return packed.astype(np.int64) + lowest, totals
    present = counts != 0
    rows, place = np.unique(points[present], axis=0, return_inverse=True)
    totals = np.zeros(len(rows), np.int64)
    np.add.at(totals, place.reshape(-1), counts[present])
    return rows, totals


def _word(columns: U8, bits: int) -> NDArray[np.uint64]:
    """Some columns as one number a row that sorts like their bytes: `bits` an option, as many as
    the largest mark needs, so that 64 bits hold 21 grades out of seven or 64 approvals.
    """
    word = np.zeros(columns.shape[1], np.uint64)
    for column in columns:
        word <<= np.uint64(bits)
        word |= column
    return word


def _grouped_numbers(word: NDArray[np.uint64], width: int, bits: int) -> tuple[U8, I64]:
    """As `grouped`, for rows that one number holds, each counted once: sorting the numbers is
    enough, the rows are read back from them.
    """
    word.sort()
    starts = np.flatnonzero(np.append(True, word[1:] != word[:-1]))
    found = word[starts]
    rows = np.empty((len(starts), width), np.uint8, order="F")
    for column in reversed(range(width)):
        rows[:, column] = found & np.uint64((1 << bits) - 1)
        found >>= np.uint64(bits)
    return rows, np.diff(starts, append=len(word))


def _sorted_rows(matrix: U8, bits: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Positions of the rows in the order of their bytes, and which differ from the one before.

    Rows are sorted by a first word; those that share it by the number of their group and the next
    word in one number, and so on: one sort by a single number costs a tenth of one by several.
    """
    height, width = matrix.shape
    word = _word(matrix.T[: 64 // bits], bits)
    order = np.argsort(word)
    word = word[order]
    first = np.append(True, word[1:] != word[:-1])
    room = (64 - height.bit_length()) // bits
    for start in range(64 // bits, width, room):
        shared = ~first
        shared[:-1] |= shared[1:]
        places = np.flatnonzero(shared)
        if len(places) == 0:
            break
        rows = order[places]
        columns = matrix.T[start : start + room]
        word = np.cumsum(first[places]).astype(np.uint64) << np.uint64(len(columns) * bits)
        # Of many rows, one number each is fetched sooner than a byte of each column.
        many = len(places) > height // 8
        word |= _word(columns, bits)[rows] if many else _word(columns[:, rows], bits)
        by_word = np.argsort(word)
        order[places] = rows[by_word]
        word = word[by_word]
        first[places[1:]] |= word[1:] != word[:-1]
    return order, first


def without_gaps(ranks: U8) -> U8:
    """The same weak orders with ranks 1, 2, 3... each used; 0 stays unranked.

    >>> without_gaps(np.array([[4, 0, 9, 4]], np.uint8)).tolist()
    [[1, 0, 2, 1]]
    """
    highest = int(ranks.max(initial=0))
    if _dense(ranks, highest):
        return ranks
    present = np.zeros((ranks.shape[0], highest + 1), bool)
    rows = np.arange(ranks.shape[0])
    for column in range(ranks.shape[1]):
        present[rows, ranks[:, column]] = True
    present[:, 0] = False
    dense = np.cumsum(present, axis=1, dtype=np.uint8)
    dense[:, 0] = 0
    return np.asfortranarray(np.take_along_axis(dense, ranks.astype(np.intp), axis=1))


def _dense(ranks: U8, highest: int) -> bool:
    """Whether no rank is skipped: the set of ranks, as bits, is then one run from rank 1."""
    if highest > 62:
        return False
    size = np.uint32 if highest < 31 else np.uint64
    for start in range(0, ranks.shape[0], BLOCK):
        used = np.ones(min(BLOCK, ranks.shape[0] - start), size)
        for column in ranks.T[:, start : start + BLOCK]:
            used |= size(1) << column.astype(size)
        if (used & (used + size(1))).any():
            return False
    return True


def as_rankings(grades: Grades) -> Rankings:
    """Read judgments as rankings: a better grade is a better rank, no judgment is unranked.

    Tallies cannot be read so: they do not say what each ballot prefers.
    """
    if grades.tallied:
        raise InvalidBallots("tallies_are_not_ballots")
    highest = len(grades.grades)
    ranks = np.where(grades.marks == 0, 0, highest + 1 - grades.marks.astype(np.int16))
    return Rankings(grades.options, np.asfortranarray(ranks.astype(np.uint8)), grades.counts)


def as_scores(grades: Grades) -> Scores:
    """Read judgments as scores: their grades must be named by consecutive whole numbers.

    >>> marks = np.array([[0, 1, 3]], np.uint8)
    >>> as_scores(Grades(("A", "B", "C"), ("1", "2", "3"), marks, np.ones(1, np.int64))).most
    3
    """
    if grades.tallied:
        raise InvalidBallots("tallies_are_not_ballots")
    numbers = [int(name) if name.isascii() and name.isdigit() else -1 for name in grades.grades]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or not 0 <= numbers[-1] < 255:
        raise InvalidBallots("wrong_type", expected="scores", found="grades")
    shift = np.uint8(numbers[0])
    marks = np.where(grades.marks == 0, np.uint8(0), grades.marks + shift)
    return Scores(grades.options, numbers[-1], np.asfortranarray(marks), grades.counts)


def as_points(ballots: Approvals | Scores) -> Points:
    """Read approvals as one point each, scores as that many points; no score is no point."""
    marks = ballots.marks.astype(np.int64)
    if isinstance(ballots, Scores):
        marks = np.maximum(marks - 1, 0)
    return Points(ballots.options, np.asfortranarray(marks), ballots.counts)


def as_grades(scores: Scores) -> Grades:
    """Read scores as judgments whose grades are named "0" to the highest score."""
    names = tuple(str(score) for score in range(scores.most + 1))
    return Grades(scores.options, names, scores.marks, scores.counts)


def from_tallies(
    options: Sequence[str],
    grades: Sequence[str],
    tallies: Sequence[Sequence[int]],
    judges: int | None = None,
) -> Grades:
    """Judgments known only by their tallies, worst to best, an option a row.

    `judges` (default: the largest total) gives the missing judgments of each option. Rows are
    formed by laying the sorted judgments of the options side by side: at most C x (G + 1) of them
    whatever the number of judges, and each option keeps exactly its tally.
    """
    if len(grades) > 255:
        raise InvalidBallots("mark_out_of_range", value=len(grades), limit=255)
    totals = [sum(tally) for tally in tallies]
    electorate = max(totals, default=0) if judges is None else judges
    ends: list[list[int]] = []
    for column, (tally, total) in enumerate(zip(tallies, totals, strict=True)):
        if len(tally) != len(grades):
            raise InvalidBallots(
                "wrong_shape", column=column + 1, expected=len(grades), found=len(tally)
            )
        if min(tally, default=0) < 0:
            raise InvalidBallots("negative_count", column=column + 1, value=min(tally))
        if total > electorate:
            raise InvalidBallots("wrong_total", column=column + 1, expected=electorate, found=total)
        counts = [electorate - total, *tally]
        ends.append([sum(counts[: mark + 1]) for mark in range(len(counts))])
    if electorate >= 2**63:
        raise InvalidBallots("too_many_ballots", limit=2**63 - 1)
    cuts = sorted({0, *(end for option in ends for end in option)})
    rows = [
        [next(mark for mark, end in enumerate(option) if end > start) for option in ends]
        for start in cuts[:-1]
    ]
    weights = [stop - start for start, stop in pairwise(cuts)]
    marks = np.array(rows, np.uint8).reshape(len(rows), len(options))
    names = tuple(options), tuple(grades)
    return Grades(*names, np.asfortranarray(marks), np.array(weights, np.int64), tallied=True)


def _of_kind(
    kind: str, options: tuple[str, ...], matrix: NDArray[Any], counts: I64, grades: tuple[str, ...]
) -> Ballots:
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
