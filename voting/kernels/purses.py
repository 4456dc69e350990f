"""Equal shares: every voter's purse, and what is paid out of it.

A purse that is not empty is the start minus what its owner paid, and all who are not emptied by a
purchase pay the same rate. So money needs integer counts of supporters and one fraction a purchase:
floats only choose which voters to look at, fractions settle who pays what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# Twice the rounding of one operation on floats.
NOISE = 2.0**-52


class Supporters(NamedTuple):
    """Who supports an option: rows; what it is worth to each (None: 1); worth times ballots (None:
    1 each); `units`, the sum of these.
    """

    rows: Rows
    worth: Floats | None
    weights: Floats | None
    units: float


@dataclass(slots=True, eq=False)
class Purses:
    """Purses after some purchases.

    `worth`: (B, C) integers by column, what each option is worth to each ballot, 0 = does not
    support it; `counts`: (B,) int64, None when each is 1; `start`: the money of each ballot;
    `empty`: (B,) bool; `about`: (B,) float, the purses nearly; `bought`: columns, and `rates`:
    money for each unit of worth, over the common denominator `over`.
    """

    worth: NDArray[Any]
    counts: I64 | None
    supporters: list[Supporters]
    start: Fraction
    empty: Bools
    about: Floats
    bought: list[int] = field(default_factory=list)
    rates: list[int] = field(default_factory=list)
    over: int = 1


def supporters_of(worth: NDArray[Any], counts: I64) -> list[Supporters]:
    """The supporters of every column. `worth`: (B, C) integers or bool; `counts`: (B,) int64."""
    single = bool((counts == 1).all())
    found = []
    for column in worth.T:
        rows = np.flatnonzero(column)
        plain = worth.dtype == bool or bool((column[rows] == 1).all())
        given = None if plain else column[rows].astype(np.float64)
        weights = None if plain and single else column[rows] * counts[rows].astype(np.float64)
        units = float(len(rows)) if weights is None else float(weights.sum())
        found.append(Supporters(rows, given, weights, units))
    return found


def full_purses(
    worth: NDArray[Any], counts: I64, supporters: list[Supporters], start: Fraction
) -> Purses:
    """Every purse at its start."""
    size = len(counts)
    empty, about = np.full(size, start == 0), np.full(size, float(start))
    weights = None if bool((counts == 1).all()) else counts
    return Purses(worth, weights, supporters, start, empty, about, over=start.denominator)


def pay(purses: Purses, option: int, rate: Fraction) -> tuple[int, int]:
    """Take the money; returns how many ballots pay in full and how many are emptied by it."""
    rows, blur = filled(purses, option), blur_of(purses)
    price: Any = float(rate)
    if purses.supporters[option].worth is not None:
        price = price * purses.worth[:, option].take(rows)
    left = purses.about.take(rows) - price
    emptied = left < -blur
    close = np.flatnonzero(~emptied & (left <= blur))
    emptied[close] = below(purses, option, rows[close], rate, or_equal=True)
    left[emptied] = 0
    purses.about[rows] = left
    gone = rows[emptied]
    purses.empty[gone] = True
    over = lcm(purses.over, rate.denominator)
    purses.rates = [one * (over // purses.over) for one in purses.rates]
    purses.rates.append(rate.numerator * (over // rate.denominator))
    purses.bought.append(option)
    purses.over = over
    many = ballots(purses, gone)
    return ballots(purses, rows) - many, many


def money_of(purses: Purses, option: int) -> Fraction:
    """What the supporters of an option have left, exactly."""
    return Fraction(money(purses, filled(purses, option)), purses.over)


def exact_purses(purses: Purses) -> tuple[I64, list[Fraction]]:
    """The purse of each row as a position among the distinct amounts, and these amounts."""
    amounts, places = _amounts(purses, np.arange(len(purses.empty)))
    places[purses.empty] = len(amounts)
    return places, [*amounts, Fraction(0)]


def blur_of(purses: Purses) -> float:
    """How far the floats of purses may be from the truth: each was rounded at each purchase."""
    return NOISE * (4 + 2 * len(purses.bought)) * float(purses.start)


def filled(purses: Purses, option: int) -> Rows:
    """The supporters whose purse is not empty."""
    rows = purses.supporters[option].rows
    return rows[~purses.empty.take(rows)]


def ballots(purses: Purses, rows: Rows) -> int:
    """How many ballots some rows are."""
    return len(rows) if purses.counts is None else int(purses.counts.take(rows).sum())


def money(purses: Purses, rows: Rows) -> int:
    """What ballots that are not empty have together, over `purses.over`."""
    counts = None if purses.counts is None else purses.counts.take(rows)
    many = len(rows) if counts is None else int(counts.sum())
    left = many * purses.start.numerator * (purses.over // purses.start.denominator)
    for option, rate in zip(purses.bought, purses.rates, strict=True):
        left -= rate * units(purses, option, rows, counts)
    return left


def units(purses: Purses, option: int, rows: Rows, counts: I64 | None) -> int:
    """Worth times ballots, added up exactly. `counts`: of these rows, None when each is 1."""
    worth = purses.worth[:, option].take(rows)
    if purses.supporters[option].weights is None:
        return int(np.count_nonzero(worth))
    if counts is not None and purses.supporters[option].units < 2**62:
        return int(worth @ counts)
    return exact_sum(worth, counts)


def exact_sum(worth: NDArray[Any], counts: I64 | None) -> int:
    """Worth times ballots, added up. `worth`: (B,) integers, none negative, at most a million;
    `counts`: (B,) int64, None when each is 1.

    >>> exact_sum(np.array([10**6, 1]), np.array([10**18, 3])) == 10**24 + 3
    True
    """
    if counts is None:
        return int(worth.sum())
    if int(worth.max(initial=0)) * int(counts.sum()) < 2**62:
        return int(worth @ counts)
    return sum(one * other for one, other in zip(worth.tolist(), counts.tolist(), strict=True))


def below(
    purses: Purses, option: int, rows: Rows, rate: Fraction, *, or_equal: bool = False
) -> Bools:
    """Which of these purses hold less than the price (or just as much)."""
    amounts, places = _amounts(purses, rows)
    worth = purses.worth[:, option].take(rows)
    found = [
        amounts[place] < rate * units or (or_equal and amounts[place] == rate * units)
        for place, units in zip(places.tolist(), worth.tolist(), strict=True)
    ]
    return np.array(found, bool)


def _amounts(purses: Purses, rows: Rows) -> tuple[list[Fraction], I64]:
    """Distinct exact purses of some rows as if none were empty, and which one each row has."""
    if not purses.bought or not len(rows):
        return [purses.start], np.zeros(len(rows), np.int64)
    table = purses.worth[rows[:, None], np.array(purses.bought)].astype(np.int64)
    patterns, place = np.unique(table, axis=0, return_inverse=True)
    amounts = []
    for pattern in patterns.tolist():
        paid = sum(rate * units for rate, units in zip(purses.rates, pattern, strict=True))
        amounts.append(purses.start - Fraction(paid, purses.over))
    return amounts, place.reshape(-1).astype(np.int64)
