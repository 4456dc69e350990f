"""The majority value: comparing two tallies of judgments, for any number of judges."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Run = tuple[int, int]


class ValueDifference(NamedTuple):
    """Which tally is better (`sign` 1, -1 or 0), from which step on, and the grades it meets there.

    Step 1 is the majority grade; step k is the grade left after k - 1 judgments were removed.
    """

    sign: int
    step: int
    grades: tuple[int, int]


def median(tally: Sequence[int]) -> int:
    """Position of the lower median grade; `tally` counts judges from worst to best, not all zero.

    >>> median([5, 5]), median([4, 6])
    (0, 1)
    """
    judges, below = sum(tally), 0
    for grade, count in enumerate(tally):
        below += count
        if 2 * below >= judges:
            return grade
    raise ValueError("no judge")


def compare(first: Sequence[int], second: Sequence[int]) -> ValueDifference:
    """Compare two tallies of the same number of judges by their majority values.

    The majority value removes one lower-median judgment after the other. Sorted from worst to best
    as a[0..n-1] that sequence is a[k], a[k-1], a[k+1], a[k-2]... when n = 2k + 1, and a[k-1], a[k],
    a[k-2], a[k+1]... when n = 2k: it walks outward from the middle, one judge down, one judge up.
    Equal judges are walked in one stride, so this takes O(grades) for any number of judges.
    Source: Balinski and Laraki, "A theory of measuring, electing, and ranking", 2007.

    >>> compare([0, 2, 3], [1, 1, 3])
    ValueDifference(sign=1, step=4, grades=(1, 0))
    """
    half, odd = divmod(sum(first), 2)
    if odd and (middles := (median(first), median(second)))[0] != middles[1]:
        return ValueDifference(1 if middles[0] > middles[1] else -1, 1, middles)
    sides = [
        _outward(enumerate(first), half),
        _outward(enumerate(second), half),
        _outward(_from_best(first), half),
        _outward(_from_best(second), half),
    ]
    walked = 0
    while walked < half:
        for shift, (one, other) in enumerate(((sides[0], sides[1]), (sides[2], sides[3]))):
            grades = one[-1][0], other[-1][0]
            if grades[0] != grades[1]:
                step = odd + 2 * walked + 1 + shift
                return ValueDifference(1 if grades[0] > grades[1] else -1, step, grades)
        stride = min(runs[-1][1] for runs in sides)
        walked += stride
        for runs in sides:
            _shorten(runs, stride)
    return ValueDifference(0, 0, (0, 0))


def _from_best(tally: Sequence[int]) -> Iterable[Run]:
    return zip(range(len(tally) - 1, -1, -1), reversed(tally), strict=True)


def _outward(runs: Iterable[Run], half: int) -> list[Run]:
    """Runs of equal grades of one half, the outermost first (so that walking outward pops)."""
    found: list[Run] = []
    for grade, count in runs:
        taken = min(count, half)
        if taken:
            found.append((grade, taken))
        half -= taken
    return found


def _shorten(runs: list[Run], stride: int) -> None:
    grade, length = runs.pop()
    if length > stride:
        runs.append((grade, length - stride))
