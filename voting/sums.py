"""Numbers that add up: what many methods read of ballots, with no ballot left in it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from voting.ballots import I64
from voting.invalid import InvalidBallots
from voting.outcome import Boxes


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What a set of ballots says, counted.

    `numbers`: (C, K) int64, a row an option; K are the other options (duels), the grades from none
    to the best, the ranks, or one number. `grades`: the names of the grades, where there are any.
    """

    options: tuple[str, ...]
    numbers: I64
    boxes: Boxes
    grades: tuple[str, ...] = ()


def add(first: Sums, second: Sums) -> Sums:
    """The sums of two disjoint sets of ballots, of the same options in the same order.

    One set may know more ranks or grades than the other: the missing columns are zeros.

    >>> import numpy as np
    >>> one = Sums(("A",), np.array([[2, 1]]), Boxes(counted=3))
    >>> add(one, Sums(("A",), np.array([[1, 0, 4]]), Boxes(counted=5))).numbers.tolist()
    [[3, 1, 4]]
    """
    shorter, longer = sorted((first, second), key=lambda sums: sums.numbers.shape[1])
    grades = max(first.grades, second.grades, key=len)
    for sums in (first, second):
        if sums.options != longer.options or sums.grades != grades[: len(sums.grades)]:
            raise InvalidBallots("different_options", names=[*sums.options, *sums.grades])
    numbers = longer.numbers.copy()
    numbers[:, : shorter.numbers.shape[1]] += shorter.numbers
    boxes = (msgspec.structs.astuple(sums.boxes) for sums in (first, second))
    return Sums(first.options, numbers, Boxes(*map(sum, zip(*boxes, strict=True))), grades)
