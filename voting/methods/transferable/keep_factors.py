"""Meek's distribution: an option keeps a part of each ballot it receives, the rest goes on."""

from typing import NamedTuple

import numpy as np

from voting.ballots import I64, U8
from voting.ballots.grouping import grouped
from voting.kernels.transfers import first_choices

Way = tuple[int, ...]


class Routes(NamedTuple):
    """Paths of ballots. `through`: options passed in their order -> the ballots that pass them, and
    maybe go on, shorter ways first; `stops`: such a way -> (option that keeps the rest, or -1;
    ballots).
    """

    through: dict[Way, int]
    stops: dict[Way, list[tuple[int, int]]]


def routes(ranks: U8, counts: I64, passing: list[int], hopeful: list[int]) -> Routes:
    """Papers grouped by the way they go: options that pass a part on, then the hopeful that keeps
    the rest, or -1 when the ballot has no further choice.

    `ranks`: (B, C) uint8 without equal ranks; `counts`: (B,) int64; `passing`, `hopeful`: columns.
    A ballot matters only up to its first hopeful, so a few hundred ways stand for any number of
    papers. O(B x C).

    >>> routes(np.array([[1, 2, 3], [0, 2, 1]], np.uint8), np.array([5, 2]), [0], [1, 2])
    Routes(through={(0,): 5}, stops={(): [(2, 2)], (0,): [(1, 5)]})
    """
    rows = np.arange(len(counts))
    stop = first_choices(ranks, rows, hopeful)
    last = np.where(stop >= 0, ranks[rows, stop], np.uint8(255))
    keys = np.zeros((len(counts), len(passing) + 2), np.uint8, order="F")
    keys[:, -2], keys[:, -1] = (stop + 1) >> 8, (stop + 1) & 255
    for position, option in enumerate(passing):
        # Unsigned 0 - 1 is 255: unranked is never before the last.
        rank = ranks[:, option]
        keys[:, position] = np.where(rank - np.uint8(1) < last - np.uint8(1), rank, 0)
    through: dict[Way, int] = {}
    ends: dict[Way, dict[int, int]] = {}
    for key, count in zip(*(part.tolist() for part in grouped(keys, counts)), strict=True):
        ordered = sorted((rank, option) for rank, option in zip(key, passing, strict=False) if rank)
        way = tuple(option for _, option in ordered)
        for length in range(1, len(way) + 1):
            through[way[:length]] = through.get(way[:length], 0) + count
        kept = ends.setdefault(way, {})
        end = 256 * key[-2] + key[-1] - 1
        kept[end] = kept.get(end, 0) + count
    shorter_first = dict(sorted(through.items(), key=lambda entry: (len(entry[0]), entry[0])))
    return Routes(shorter_first, {way: sorted(ends[way].items()) for way in sorted(ends)})


def distributed(ways: Routes, keep: list[int], unit: int) -> list[int]:
    """Votes of each option, in units (a whole ballot is `unit`); last, what nobody keeps.

    `keep`: (C,) parts kept, in units. A part kept is rounded up, and what goes on is the rest, so
    nothing is lost: the votes add up to the ballots exactly.

    >>> distributed(Routes({(0,): 6}, {(0,): [(-1, 1), (1, 5)]}), [50, 100], 100)
    [300, 250, 50]
    """
    votes = [0] * (len(keep) + 1)
    left: dict[Way, int] = {(): unit}
    for way, transferable in ways.through.items():
        before, option = left[way[:-1]], way[-1]
        kept = -(-before * keep[option] // unit)
        votes[option] += transferable * kept
        left[way] = before - kept
    for way, ends in ways.stops.items():
        for option, transferable in ends:
            votes[option] += transferable * left[way]
    return votes
