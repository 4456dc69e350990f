"""Phragmén's loads: whoever is chosen spreads its cost over its supporters as evenly as it can.

A ballot's load is that of the last chosen option it supports, so a few fractions stand for all
ballots: floats choose which options to look at, fractions decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64

NEAR = 1e-9


@dataclass(slots=True, eq=False)
class Loads:
    """`marks`: (B, C) bool; `counts`: (B,) int64; `level`: (B,) positions in `loads`; `table`:
    level -> (C,) int64, supporters of each option at that level.
    """

    marks: NDArray[np.bool_]
    counts: I64
    level: I64
    loads: list[Fraction]
    table: list[I64]
    support: list[int]


def first_loads(
    marks: NDArray[np.bool_],
    counts: I64,
    level: I64 | None = None,
    loads: list[Fraction] | None = None,
) -> Loads:
    """No load at all, or those given."""
    places = np.zeros(len(counts), np.int64) if level is None else level
    values = [Fraction(0)] if loads is None else list(loads)
    table = [supporters(marks[places == one], counts[places == one]) for one in range(len(values))]
    support = [sum(int(row[column]) for row in table) for column in range(marks.shape[1])]
    return Loads(marks, counts, places.copy(), values, table, support)


def supporters(marks: NDArray[np.bool_], counts: I64) -> I64:
    """(C,) int64: ballots that support each option. Exact at any size.

    >>> supporters(np.array([[True, False], [True, True]]), np.array([2, 5])).tolist()
    [7, 5]
    """
    if int(counts.sum()) < 2**53:
        # Whole numbers below 2**53 add up exactly in floats, and faster.
        return (counts.astype(np.float64) @ marks).astype(np.int64)
    return np.array([int(counts[column].sum()) for column in marks.T], np.int64)


def lightest(loads: Loads, costs: list[int], among: list[int]) -> tuple[list[int], Fraction]:
    """The options whose supporters would bear the least, and that load; all of them when equal.

    `among`: options with at least one supporter.
    """
    table = np.array(loads.table, np.float64)
    about = np.array([float(load) for load in loads.loads]) @ table
    rough = {option: (costs[option] + about[option]) / loads.support[option] for option in among}
    best = min(rough.values())
    margin = NEAR * max(1.0, abs(best), max(abs(float(load)) for load in loads.loads))
    exact = {
        option: load_of(loads, option, costs[option])
        for option in among
        if rough[option] <= best + margin
    }
    least = min(exact.values())
    return [option for option in among if exact.get(option) == least], least


def load_of(loads: Loads, option: int, cost: int) -> Fraction:
    """What each supporter would bear if the option were chosen now."""
    total = Fraction(cost)
    for load, row in zip(loads.loads, loads.table, strict=True):
        if here := int(row[option]):
            total += load * here
    return total / loads.support[option]


def carry(loads: Loads, option: int, load: Fraction) -> None:
    """Choose an option: its supporters all bear the same load from now on."""
    rows = np.flatnonzero(loads.marks[:, option])
    new = len(loads.loads)
    loads.loads.append(load)
    loads.table.append(np.zeros(loads.marks.shape[1], np.int64))
    for old in np.unique(loads.level[rows]).tolist():
        leaving = rows[loads.level[rows] == old]
        moved = supporters(loads.marks[leaving], loads.counts[leaving])
        loads.table[old] = loads.table[old] - moved
        loads.table[new] = loads.table[new] + moved
    loads.level[rows] = new
