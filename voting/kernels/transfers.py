"""Which continuing option each ballot counts for."""

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64, U8

NOBODY = -1
BLOCK = 32_768
UNRANKED = 255 << 16
LARGEST_EXACT = 2.0**52


def first_choices(ranks: U8, rows: NDArray[np.intp], continuing: list[int]) -> I64:
    """The best ranked of the continuing options on the given ballots.

    `ranks`: (B, C) uint8, 1 = best, 0 = unranked, no equal ranks; `rows`: increasing positions of
    the ballots to look at (after an elimination, those of the eliminated); `continuing`: columns,
    below 65,536. By blocks, rank and column packed in one number whose least is kept. Returns
    (len(rows),) int64: a column, or -1 when none is ranked. O(len(rows) x len(continuing)).

    >>> ranks = np.array([[2, 1, 0], [0, 1, 0]], np.uint8)
    >>> first_choices(ranks, np.array([0, 1]), [0, 2]).tolist()
    [0, -1]
    """
    everyone = len(rows) == len(ranks)
    found = np.empty(len(rows), np.int64)
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK) if everyone else rows[start : start + BLOCK]
        best = np.full(min(BLOCK, len(rows) - start), UNRANKED, np.uint32)
        for option in continuing:
            # Unsigned 0 - 1 is 255: an unranked option is never better.
            rank = (ranks[part, option] - np.uint8(1)).astype(np.uint32)
            np.minimum(best, rank << 16 | option, out=best)
        found[start : start + BLOCK] = best & 0xFFFF
        found[start : start + BLOCK][best >= UNRANKED] = NOBODY
    return found


def totals(choice: I64 | NDArray[np.int16], counts: I64, options: int) -> list[int]:
    """Ballots counting for each option; the last number is those counting for nobody.

    `choice`: (B,) columns or -1; `counts`: (B,) int64. Returns options + 1 exact integers.

    >>> totals(np.array([1, -1, 1]), np.array([5, 2, 4]), 2)
    [0, 9, 2]
    """
    if float(counts.sum(dtype=np.float64)) < LARGEST_EXACT:
        # Every partial sum is then a whole number that a float holds exactly.
        weights = None if bool((counts == 1).all()) else counts
        where = np.where(choice < 0, options, choice)
        return [int(votes) for votes in np.bincount(where, weights, minlength=options + 1)]
    found = np.zeros(options + 1, np.int64)
    np.add.at(found, choice, counts)
    numbers: list[int] = found.tolist()
    return numbers


def split_totals(ranks: U8, counts: I64, continuing: list[int], scale: int) -> list[int]:
    """Like `totals` (times `scale`) when equal first ranks share the ballot equally.

    `scale` must be a multiple of every possible number of equal ranks.

    >>> split_totals(np.array([[1, 1, 2]], np.uint8), np.array([3]), [0, 1, 2], 6)
    [9, 9, 0, 0]
    """
    ordered = ranks[:, continuing] - np.uint8(1)
    best = ordered.min(axis=1, initial=255)
    shared = (ordered == best[:, None]) & (best < 255)[:, None]
    sizes = shared.sum(axis=1)
    found = [0] * (ranks.shape[1] + 1)
    for size in range(len(continuing) + 1):
        same = sizes == size
        weights = counts[same]
        if size == 0:
            found[-1] = scale * int(weights.sum())
            continue
        for position, option in enumerate(continuing):
            found[option] += scale // size * int(weights[shared[same, position]].sum())
    return found
