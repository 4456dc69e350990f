"""Strongest paths through a graph of defeats."""

import numpy as np

from voting.ballots import I64


def strongest_paths(links: I64) -> tuple[I64, I64]:
    """Widest paths between all pairs (Floyd-Warshall).

    `links`: (C, C) int64, strength of the direct link from row to column, 0 where there is none.
    Returns two (C, C) int64: the strength of the strongest path, which is the largest possible
    weakest link, 0 where there is no path; and the option before the last on such a path (-1).
    Exact; O(C^3). Source: Schulze, "A new monotonic, clone-independent, reversal symmetric and
    Condorcet-consistent single-winner election method", 2011, section 2.3.1.

    >>> strength, previous = strongest_paths(np.array([[0, 9, 0], [0, 0, 7], [8, 0, 0]]))
    >>> strength.tolist()
    [[0, 9, 7], [7, 0, 7], [8, 8, 0]]
    >>> path(previous, 0, 2)
    [0, 1, 2]
    """
    size = len(links)
    strength = links.copy()
    np.fill_diagonal(strength, 0)
    previous = np.where(strength > 0, np.arange(size, dtype=np.int64)[:, None], -1)
    for middle in range(size):
        through = np.minimum(strength[:, middle, None], strength[None, middle, :])
        np.fill_diagonal(through, 0)
        wider = through > strength
        strength = np.where(wider, through, strength)
        previous = np.where(wider, previous[None, middle, :], previous)
    return strength, previous


def path(previous: I64, start: int, end: int) -> list[int]:
    """The options on the path found from `start` to `end`; empty when there is none."""
    if start == end or previous[start, end] < 0:
        return []
    found = [end]
    while found[-1] != start:
        found.append(int(previous[start, found[-1]]))
    return found[::-1]
