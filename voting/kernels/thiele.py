"""Thiele's rules: what one more (or one fewer) member is worth to the ballots that approve it.

A ballot with j members gives the next one a weight that depends on j alone: 1/(j + 1) for
proportional approval voting. Supporters are whole numbers for each j; floats choose which options
to look at, fractions decide.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64
from voting.kernels.loads import NEAR, supporters

Table = dict[int, I64]


def by_members(marks: NDArray[np.bool_], counts: I64, members: list[int]) -> Table:
    """Number of members a ballot approves -> (C,) int64, supporters of each option among these.

    >>> marks = np.array([[True, False, True], [False, True, False]])
    >>> {j: row.tolist() for j, row in by_members(marks, np.array([2, 5]), [0]).items()}
    {0: [0, 5, 0], 1: [2, 0, 2]}
    """
    held = np.count_nonzero(marks[:, members], axis=1)
    return {
        int(j): supporters(marks[held == j], counts[held == j]) for j in np.unique(held).tolist()
    }


def harmonic(size: int) -> list[Fraction]:
    """1, 1/2, 1/3...: the weights of proportional approval voting (Thiele 1895).

    >>> [str(weight) for weight in harmonic(3)]
    ['1', '1/2', '1/3']
    """
    return [Fraction(1, place) for place in range(1, size + 1)]


def worth_of(
    table: Table, option: int, weights: list[Fraction], *, leaving: bool = False
) -> Fraction:
    """Marginal score of an option that joins, or leaves (`leaving`): the weights of its supporters.

    >>> worth_of({0: np.array([0, 5]), 1: np.array([2, 0])}, 0, harmonic(2))
    Fraction(1, 1)
    """
    parts = ((j - leaving, int(row[option])) for j, row in table.items())
    return sum((weights[j] * votes for j, votes in parts if votes), Fraction(0))


def extreme(
    table: Table, among: list[int], weights: list[Fraction], *, leaving: bool = False
) -> tuple[list[int], Fraction]:
    """The options that add the most by joining (or take the least by leaving), and that number.

    >>> table = {0: np.array([0, 5, 4]), 1: np.array([2, 0, 2])}
    >>> extreme(table, [0, 1, 2], harmonic(2))
    ([1, 2], Fraction(5, 1))
    """
    rough = np.zeros(len(among))
    for j, row in table.items():
        if j - leaving >= 0:
            rough += float(weights[j - leaving]) * row[among]
    values = -rough if leaving else rough
    best = float(values.max())
    near = np.flatnonzero(values >= best - NEAR * max(1.0, abs(best))).tolist()
    exact = {
        among[place]: worth_of(table, among[place], weights, leaving=leaving) for place in near
    }
    chosen = min(exact.values()) if leaving else max(exact.values())
    return [option for option, value in exact.items() if value == chosen], chosen
