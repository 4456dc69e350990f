"""Phragmén's loads: whoever is chosen spreads its cost over its supporters as evenly as it can.

A ballot's load is that of the last chosen option it supports, so a few fractions stand for all
ballots: floats, with a bound of their error, choose which options to look at; fractions decide.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import inf, lcm

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64

# Floats nearer than this are compared exactly; sums by pairs, of any ballots, are far less off.
NEAR = 1e-9


@dataclass(slots=True, eq=False)
class Loads:
    """`rows`: the supporters of each option, `support`: how many ballots; `counts`: (B,) int64,
    None when each is 1; `level`: (B,) positions in `loads`, and `parts`, the same loads over the
    common denominator `over`; `borne`: (B,) float, load times ballots, nearly; `least`: of each
    option, what its supporters bear together, or less.
    """

    rows: list[NDArray[np.intp]]
    support: list[int]
    counts: I64 | None
    level: I64
    loads: list[Fraction]
    parts: list[int]
    over: int
    borne: NDArray[np.float64]
    least: list[float]


def first_loads(
    marks: NDArray[np.bool_],
    counts: I64,
    level: I64 | None = None,
    loads: list[Fraction] | None = None,
) -> Loads:
    """No load at all, or those given."""
    places = np.zeros(len(counts), np.int64) if level is None else level.copy()
    values = [Fraction(0)] if loads is None else list(loads)
    over = lcm(*(load.denominator for load in values))
    parts = [load.numerator * (over // load.denominator) for load in values]
    borne = np.array([float(load) for load in values], np.float64)[places] * counts.astype(float)
    rows = [np.flatnonzero(column) for column in marks.T]
    weights = None if bool((counts == 1).all()) else counts
    support = [len(here) if weights is None else int(weights[here].sum()) for here in rows]
    least = [0.0] * len(rows)
    return Loads(rows, support, weights, places, values, parts, over, borne, least)


def supporters(marks: NDArray[np.bool_], counts: I64) -> I64:
    """(C,) int64: ballots that support each option. Exact at any size.

    >>> supporters(np.array([[True, False], [True, True]]), np.array([2, 5])).tolist()
    [7, 5]
    """
    found: I64 = np.einsum("i,ij->j", counts, marks)
    return found


def lightest(loads: Loads, costs: list[int], among: list[int]) -> tuple[list[int], Fraction]:
    """The options whose supporters would bear the least, and that load; all of them when equal.

    `among`: options with at least one supporter. Loads only grow, so an option that was heavier
    than the lightest is now need not be looked at.

    >>> marks = np.array([[True, False], [True, True]])
    >>> loads = first_loads(marks, np.array([1, 1]))
    >>> lightest(loads, [3, 2], [0, 1])
    ([0], Fraction(3, 2))
    >>> carry(loads, 0, Fraction(3, 2))
    >>> lightest(loads, [3, 2], [1])
    ([1], Fraction(7, 2))
    """
    best, close = inf, []
    bounds = sorted(((costs[one] + loads.least[one]) / loads.support[one], one) for one in among)
    for bound, option in bounds:
        if bound > best:
            break
        borne = float(np.add.reduce(loads.borne.take(loads.rows[option])))
        loads.least[option] = borne * (1 - NEAR)
        rough = (costs[option] + borne) / loads.support[option]
        close.append((rough * (1 - NEAR), option))
        best = min(best, rough * (1 + NEAR))
    exact = {one: load_of(loads, one, costs[one]) for low, one in close if low <= best}
    least = min(exact.values())
    return [one for one in among if one in exact and exact[one] == least], least


def load_of(loads: Loads, option: int, cost: int) -> Fraction:
    """Load that each supporter would bear if the option were chosen now."""
    rows = loads.rows[option]
    counts = None if loads.counts is None else loads.counts.take(rows)
    ballots = at_places(loads.level.take(rows), counts, len(loads.parts))
    total = sum(part * here for part, here in zip(loads.parts, ballots, strict=True))
    return Fraction(cost * loads.over + total, loads.over * loads.support[option])


def carry(loads: Loads, option: int, load: Fraction) -> None:
    """Choose an option: its supporters all bear the same load from now on."""
    rows = loads.rows[option]
    borne = float(load) if loads.counts is None else float(load) * loads.counts.take(rows)
    if bool((loads.borne.take(rows) > borne).any()):
        # A supporter's load decreased: the lower bounds of other options are no longer valid.
        loads.least = [0.0] * len(loads.least)
    loads.borne[rows] = borne
    loads.level[rows] = len(loads.loads)
    over = lcm(loads.over, load.denominator)
    loads.loads.append(load)
    loads.parts = [part * (over // loads.over) for part in loads.parts]
    loads.parts.append(load.numerator * (over // load.denominator))
    loads.over = over


def at_places(places: I64, counts: I64 | None, size: int) -> list[int]:
    """Number of ballots at each place; `counts`: ballots of each row, None when each is 1.

    >>> at_places(np.array([2, 0, 2]), np.array([5, 1, 2**60]), 3)
    [1, 0, 1152921504606846981]
    """
    if counts is None:
        found: I64 = np.bincount(places, minlength=size)
    else:
        found = np.zeros(size, np.int64)
        np.add.at(found, places, counts)
    return [int(ballots) for ballots in found]
