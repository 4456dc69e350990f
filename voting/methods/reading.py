"""What the methods on rankings share: matrices by name, and which box a ranking goes to."""

from __future__ import annotations

import numpy as np

from voting.ballots import I64, Rankings, received
from voting.outcome import Boxes

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def table(options: tuple[str, ...], matrix: I64) -> dict[str, dict[str, int]]:
    """A (C, C) matrix as `{"A": {"B": n}}`, without its diagonal."""
    rows = matrix.tolist()
    return {
        name: {other: rows[i][j] for j, other in enumerate(options) if i != j}
        for i, name in enumerate(options)
    }


def ranked_together(ballots: Rankings) -> I64:
    """(C, C) int64: the ballots that rank both the row's option and the column's."""
    ranked = ballots.ranks > 0
    rows = [ballots.counts @ (ranked & column[:, None]) for column in ranked.T]
    return np.array(rows, np.int64).reshape(len(ballots.options), len(ballots.options))


def rank_boxes(ballots: Rankings) -> Boxes:
    """Boxes for a method that reads weak orders: equal ranks and short rankings say all they say,
    so every ballot that ranks something is counted.
    """
    blank = int(ballots.counts[~ballots.ranks.any(axis=1)].sum())
    return Boxes(counted=received(ballots) - blank, blank=blank)


def single_rank_boxes(ballots: Rankings) -> Boxes:
    """Boxes for a method that reads one option a rank: equal ranks are over-marked."""
    blank = int(ballots.counts[~ballots.ranks.any(axis=1)].sum())
    over = int(ballots.counts[first_equal_rank(ballots.ranks) < 256].sum())
    return Boxes(counted=received(ballots) - blank - over, blank=blank, over_marked=over)


def first_equal_rank(ranks: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> I64:
    """(B,) int64: the best rank that two options share in each ballot, 256 when there is none.

    Ranks have no gaps, so a ballot without equal ranks has as many options as its last rank.

    >>> first_equal_rank(np.array([[1, 2, 2], [1, 2, 3], [0, 1, 0]], np.uint8)).tolist()
    [2, 256, 256]
    """
    found = np.full(ranks.shape[0], 256, np.int64)
    suspects = np.flatnonzero(
        np.count_nonzero(ranks, axis=1) > ranks.max(axis=1, initial=0).astype(np.int64)
    )
    ordered = np.sort(ranks[suspects], axis=1)
    equal = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] > 0)
    if len(suspects):
        columns = equal.argmax(axis=1)
        found[suspects] = ordered[np.arange(len(suspects)), columns + 1]
    return found
