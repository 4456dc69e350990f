"""Histogram of the numbers that ballots give to an option."""

import numpy as np

from voting.ballots import I64


def amounts(column: I64, counts: I64) -> dict[int, int]:
    """Ballots by the number they give, in the order of the numbers; 0 is left out.

    `column`: (B,) int64, numbers of either sign whose spread is a few million at most; `counts`:
    (B,) int64. Exact whatever the counts add up to, below 2**63; O(B + spread).

    >>> amounts(np.array([3, 0, -1, 3]), np.array([10, 5, 2, 1]))
    {-1: 2, 3: 11}
    """
    if len(column) == 0:
        return {}
    lowest = int(column.min())
    found = np.zeros(int(column.max()) - lowest + 1, np.int64)
    np.add.at(found, column - lowest, counts)
    given = np.flatnonzero(found)
    pairs = zip((given + lowest).tolist(), found[given].tolist(), strict=True)
    return {number: ballots for number, ballots in pairs if number}
