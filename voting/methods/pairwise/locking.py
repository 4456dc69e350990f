"""Locking contests one by one without closing a cycle."""

from collections.abc import Sequence

import numpy as np

Reach = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def reaches(size: int) -> Reach:
    """The empty relation: (C, C) bool, whether the row's option is above the column's."""
    return np.zeros((size, size), bool)


def lock(reach: Reach, winner: int, loser: int) -> Reach:
    """The relation once a contest is locked; unchanged when the loser already stands above.

    >>> lock(lock(reaches(3), 0, 1), 1, 2)[0].tolist()
    [False, True, True]
    """
    if reach[loser, winner] or reach[winner, loser]:
        return reach
    after = reach.copy()
    _stand(after, winner, loser)
    return after


def every_locking(
    size: int,
    levels: Sequence[Sequence[tuple[int, ...]]],
    limit: int,
    start: Reach | None = None,
) -> list[Reach]:
    """All relations that locking the levels in turn can give, each level in whichever order.

    `levels`: lists of (winner, loser) of equal strength, the strongest first. Returns the distinct
    relations, or none when more than `limit` have to be looked at within a level.

    >>> len(every_locking(3, [[(0, 1), (1, 2), (2, 0)]], 100))
    3
    """
    found = [reaches(size) if start is None else start]
    for level in levels:
        after: dict[bytes, Reach] = {}
        for reach in found:
            more = _within(reach, [(pair[0], pair[1]) for pair in level], limit)
            after |= more
            if not more or len(after) > limit:
                return []
        found = list(after.values())
    return found


def _within(reach: Reach, level: list[tuple[int, int]], limit: int) -> dict[bytes, Reach]:
    """All relations that the contests of one level can give; those in no cycle at once."""
    ended: dict[bytes, Reach] = {}
    seen = {reach.tobytes()}
    waiting = [reach]
    while waiting:
        here = waiting.pop()
        free = [pair for pair in level if not here[pair] and not here[pair[::-1]]]
        everything = here.copy()
        for winner, loser in free:
            _stand(everything, winner, loser)
        safe = [pair for pair in free if not everything[pair[::-1]]]
        here = here.copy()
        for winner, loser in safe:
            _stand(here, winner, loser)
        free = [pair for pair in free if not here[pair] and not here[pair[::-1]]]
        if not free:
            ended[here.tobytes()] = here
            continue
        for winner, loser in free:
            after = lock(here, winner, loser)
            if after.tobytes() not in seen:
                seen.add(after.tobytes())
                waiting.append(after)
        if len(seen) > 4 * limit:
            return {}
    return ended


def _stand(reach: Reach, winner: int, loser: int) -> None:
    """Put the winner above the loser, in place: who stands above the one stands above all below the
    other. Only their rows are touched; cycles are not looked for.
    """
    if reach[winner, loser]:
        return
    above, below = reach[:, winner].copy(), reach[loser].copy()
    above[winner] = below[loser] = True
    reach[above] |= below
