"""Orders of options that agree most with the contests (Kemeny), by dynamic programming on sets."""

from dataclasses import dataclass

import numpy as np

from voting.ballots import I64

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """All best orders. `score`: the ballots that agree, over all pairs; `many`: how many orders;
    `above`: (C, C) bool, the row's option is above the column's in some best order; `steps`:
    (2**C, C) bool, the option may come next once the options of the set stand above.
    """

    score: int
    many: int
    above: Flags
    steps: Flags


def best_orders(contests: I64) -> Orders:
    """All orders with the largest sum of `contests[a, b]` over the pairs where a stands above b.

    `contests`: (C, C) int64, C at most 20. A set of options that stands above the others is a
    number, a bit an option; the best score of every set follows from those of the sets with one
    option less, and the same from below. Exact; O(C 2^C) time and memory. Source: the subset
    recursion of Held and Karp, 1962, for ranking: Betzler and others, 2009.

    >>> found = best_orders(np.array([[0, 3, 1], [2, 0, 4], [4, 1, 0]]))
    >>> found.score, found.many, found.above[1].tolist()
    (10, 1, [True, False, True])
    """
    size = len(contests)
    gains = np.stack([_sums(contests[:, option]) for option in range(size)])
    sets = np.arange(1 << size, dtype=np.int64)
    absent = [sets[(sets >> option) & 1 == 0] for option in range(size)]
    top = _best_from_top(gains, size)
    # Below a set only the order of the others counts; from the full set down.
    rest = np.zeros(1 << size, np.int64)
    for layer in _layers(size)[::-1][1:]:
        best = np.full(len(layer), np.iinfo(np.int64).min, np.int64)
        for option in range(size):
            free = (layer >> option) & 1 == 0
            after = layer[free]
            best[free] = np.maximum(best[free], gains[option, after] + rest[after | (1 << option)])
        rest[layer] = best
    score = int(top[-1])
    steps = np.zeros((1 << size, size), bool)
    for option in range(size):
        before = absent[option]
        value = top[before] + gains[option, before] + rest[before | (1 << option)]
        steps[before, option] = value == score
    above = np.zeros((size, size), bool)
    for option in range(size):
        taken = np.flatnonzero(steps[:, option])
        for other in range(size):
            above[option, other] = other != option and bool(((taken >> other) & 1 == 0).any())
    return Orders(score, _many(steps, size), above, steps)


def _sums(column: I64) -> I64:
    """For every set, the sum of its members' entries."""
    found = np.zeros(1, np.int64)
    for value in column.tolist():
        found = np.concatenate([found, found + value])
    return found


def _layers(size: int) -> list[I64]:
    """The sets by how many options they hold."""
    counts = np.zeros(1, np.int64)
    for _ in range(size):
        counts = np.concatenate([counts, counts + 1])
    order = np.argsort(counts, kind="stable")
    ends = np.searchsorted(counts[order], np.arange(size + 2))
    return [order[ends[k] : ends[k + 1]] for k in range(size + 1)]


def _best_from_top(gains: I64, size: int) -> I64:
    """For every set, the best score of the order of its own options."""
    top = np.zeros(1 << size, np.int64)
    for layer in _layers(size)[1:]:
        best = np.full(len(layer), np.iinfo(np.int64).min, np.int64)
        for option in range(size):
            held = (layer >> option) & 1 == 1
            before = layer[held] & ~(1 << option)
            best[held] = np.maximum(best[held], top[before] + gains[option, before])
        top[layer] = best
    return top


def _many(steps: Flags, size: int) -> int:
    """Number of best orders: paths of steps from no option to all."""
    ways = np.zeros(1 << size, np.int64)
    ways[-1] = 1
    for layer in _layers(size)[::-1][1:]:
        for option in range(size):
            chosen = layer[steps[layer, option]]
            ways[chosen] += ways[chosen | (1 << option)]
    return int(ways[0])
