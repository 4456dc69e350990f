"""Row sums of ballot matrices, read column by column."""

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64, U8


def marked(matrix: U8) -> NDArray[np.uint16]:
    """Number of options that each ballot marks.

    `matrix`: (B, C) uint8, 0 = not marked, a column contiguous. Returns (B,) uint16. O(B C), one
    pass over each column: counting along rows would jump from column to column.

    >>> marked(np.array([[0, 2, 1], [0, 0, 0]], np.uint8)).tolist()
    [2, 0]
    """
    found: NDArray[np.uint16] = np.zeros(matrix.shape[0], np.uint16)
    for column in matrix.T:
        np.add(found, column != 0, out=found)
    return found


def blanks(matrix: U8, counts: I64) -> int:
    """Number of ballots that mark nothing.

    `matrix`: (B, C) uint8, 0 = not marked; `counts`: (B,) int64. Exact; O(B C), one pass over each
    column.

    >>> blanks(np.array([[0, 2], [0, 0]], np.uint8), np.array([5, 3]))
    3
    """
    found = np.zeros(matrix.shape[0], np.uint8)
    for column in matrix.T:
        found |= column
    return int(counts[found == 0].sum())
