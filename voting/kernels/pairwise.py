"""Pairwise preference matrix of ranked ballots."""

import numpy as np

from voting.ballots import I64, U8

BLOCK = 32_768


def pairwise(ranks: U8, counts: I64, *, no_opinion: bool = False) -> I64:
    """Preference matrix of weak orders.

    `ranks`: (B, C) uint8, 1 = best, 0 = unranked; `counts`: (B,) int64. Returns (C, C) int64:
    ballots ranking the row's option strictly above the column's. Unranked options are tied below
    all ranked ones, or with `no_opinion` are compared with nothing. Equal ranks count for nobody.
    Exact below 2**63 ballots; O(B C^2), read by blocks that stay in the processor's cache.

    >>> ranks = np.array([[1, 2, 0], [2, 1, 1]], np.uint8)
    >>> pairwise(ranks, np.array([5, 3])).tolist()
    [[0, 5, 5], [3, 0, 5], [3, 0, 0]]
    >>> pairwise(ranks, np.array([5, 3]), no_opinion=True).tolist()
    [[0, 5, 0], [3, 0, 0], [3, 0, 0]]
    """
    single = counts == 1
    columns = ranks.T
    if single.all():
        return _weigh(columns, None, no_opinion)
    return _weigh(columns[:, single], None, no_opinion) + _weigh(
        columns[:, ~single], counts[~single], no_opinion
    )


def _weigh(columns: U8, counts: I64 | None, no_opinion: bool) -> I64:
    """One part of the ballots: all counted once (`counts` None: bits are counted) or weighted."""
    width, height = columns.shape
    matrix = np.zeros((width, width), np.int64)
    for start in range(0, height, BLOCK):
        block = columns[:, start : start + BLOCK]
        # Unsigned 0 - 1 is 255: unranked falls below every rank.
        above = np.ascontiguousarray(block - np.uint8(1))
        below = np.maximum(block, 1) - np.uint8(1) if no_opinion else above
        for option in range(width):
            preferred = above[option] < below
            if counts is None:
                matrix[option] += [np.count_nonzero(row) for row in preferred]
            else:
                matrix[option] += preferred @ counts[start : start + BLOCK]
    return matrix
