"""Aggregates: numbers that add up over ballots, which many methods need instead of ballots."""

from dataclasses import dataclass

import msgspec

from voting.ballots import I64
from voting.invalid import InvalidBallots
from voting.outcome import BallotCounts


@dataclass(frozen=True, slots=True, eq=False)
class Aggregates:
    """Aggregates of a set of ballots: a pairwise matrix, histograms or sums.

    `numbers`: (C, K) int64, one row per option; K are the other options (contests), the grades from
    none to the best, the ranks, or one number. `grades`: the names of the grades, where there are
    any.
    """

    options: tuple[str, ...]
    numbers: I64
    ballot_counts: BallotCounts
    grades: tuple[str, ...] = ()


def add(first: Aggregates, second: Aggregates) -> Aggregates:
    """The sums of two disjoint sets of ballots, of the same options in the same order.

    One set may know more ranks or grades than the other: the missing columns are zeros.

    >>> import numpy as np
    >>> one = Aggregates(("A",), np.array([[2, 1]]), BallotCounts(counted=3))
    >>> two = Aggregates(("A",), np.array([[1, 0, 4]]), BallotCounts(counted=5))
    >>> add(one, two).numbers.tolist()
    [[3, 1, 4]]
    """
    shorter, longer = sorted((first, second), key=lambda aggregates: aggregates.numbers.shape[1])
    grades = max(first.grades, second.grades, key=len)
    for aggregates in (first, second):
        if (
            aggregates.options != longer.options
            or aggregates.grades != grades[: len(aggregates.grades)]
        ):
            raise InvalidBallots(
                "different_options", names=[*aggregates.options, *aggregates.grades]
            )
    numbers = longer.numbers.copy()
    numbers[:, : shorter.numbers.shape[1]] += shorter.numbers
    ballot_counts = (
        msgspec.structs.astuple(aggregates.ballot_counts) for aggregates in (first, second)
    )
    return Aggregates(
        first.options, numbers, BallotCounts(*map(sum, zip(*ballot_counts, strict=True))), grades
    )
