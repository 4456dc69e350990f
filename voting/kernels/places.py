"""The places that weak orders give to each option."""

from collections import Counter

import numpy as np

from voting.ballots import I64, U8

Place = tuple[int, int]


def places(ranks: U8, counts: I64) -> list[Counter[Place]]:
    """Histogram of the places of each option: (first place of its group, size of the group) ->
    ballots.

    `ranks`: (B, C) uint8 without gaps, 1 = best, 0 = unranked (takes no place); `counts`: (B,)
    int64. Equal ranks form a group: two options ranked first share the places 1 and 2. Exact;
    O(B C^2), O(B C) on ballots without equal ranks.

    >>> [sorted(found.items()) for found in places(np.array([[2, 1, 1]], np.uint8), np.array([4]))]
    [[((3, 1), 4)], [((1, 2), 4)], [((1, 2), 4)]]
    """
    used = np.count_nonzero(ranks, axis=1)
    strict = used == ranks.max(axis=1, initial=0)
    plain, shared = ranks[strict], ranks[~strict]
    found = []
    for option in range(ranks.shape[1]):
        column = plain[:, option]
        totals: Counter[Place] = Counter()
        for place in np.unique(column[column > 0]).tolist():
            totals[place, 1] += int(counts[strict][column == place].sum())
        totals.update(_shared(shared, counts[~strict], option))
        found.append(totals)
    return found


def _shared(ranks: U8, counts: I64, option: int) -> Counter[Place]:
    rank = ranks[:, option, None]
    better = np.count_nonzero((ranks < rank) & (ranks > 0), axis=1)
    size = np.count_nonzero(ranks == rank, axis=1)
    totals: Counter[Place] = Counter()
    ranked = np.flatnonzero(rank[:, 0])
    for row in ranked.tolist():
        totals[int(better[row]) + 1, int(size[row])] += int(counts[row])
    return totals
