"""Distinct ballots with their counts, in canonical order, and their digest."""

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from voting.ballots import (
    I64,
    U8,
    B,
    Ballots,
    Grades,
    Points,
    Rankings,
    kind_of,
    matrix_of,
    with_rows,
)

# Rows read at a time, so that a few columns stay in the processor's cache.
BLOCK = 32_768


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
    """Normalise ballots: options sorted by name, ranks without gaps, no row with a count of zero.

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
    the other, one byte per option (points: 8 bytes, big-endian), then their counts as 8 bytes each,
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
    """Some columns as one number per row that sorts like their bytes: `bits` per option, as many as
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
    """Renumber the ranks of weak orders 1, 2, 3... without gaps; 0 stays unranked.

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
