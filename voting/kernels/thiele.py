"""Thiele's rules: what one more (or one fewer) member is worth to the ballots that approve it.

A ballot with j members gives the next one a weight that depends on j alone: 1/(j + 1) for
proportional approval voting. Supporters are whole numbers for each j; floats choose which options
to look at, fractions decide.
"""

from __future__ import annotations

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


def worth_of(table: Table, option: int, shift: int) -> Fraction:
    """The sum of 1/(j + shift) over the supporters of an option, j members each: with 1 the gain
    if it joins, with 0 the loss if it leaves. Harmonic weights (Thiele 1895).

    >>> worth_of({0: np.array([0, 5]), 1: np.array([2, 0])}, 0, 1)
    Fraction(1, 1)
    """
    parts = ((j, int(row[option])) for j, row in table.items())
    return sum((Fraction(votes, j + shift) for j, votes in parts if votes), Fraction(0))


def extreme(table: Table, among: list[int], *, leaving: bool = False) -> tuple[list[int], Fraction]:
    """The options that gain the most by joining (or lose the least by leaving), and that number.

    >>> extreme({0: np.array([0, 5, 4]), 1: np.array([2, 0, 2])}, [0, 1, 2])
    ([1, 2], Fraction(5, 1))
    """
    sign, shift = (-1.0, 0) if leaving else (1.0, 1)
    rough = np.zeros(max(among) + 1)
    for j, row in table.items():
        if j + shift:
            rough += row[: len(rough)] / (j + shift)
    values = sign * rough[among]
    best = float(values.max())
    near = np.flatnonzero(values >= best - NEAR * max(1.0, abs(best)))
    exact = {among[place]: worth_of(table, among[place], shift) for place in near.tolist()}
    chosen = min(exact.values()) if leaving else max(exact.values())
    return [option for option, value in exact.items() if value == chosen], chosen
