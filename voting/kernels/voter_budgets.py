"""Equal shares: the budgets of voters, and what is paid from them.

A budget that is not empty is the start minus what its owner paid, and all who are not emptied by a
purchase pay the same rate. So money needs integer counts of supporters and one fraction a purchase:
floats only choose which voters to look at, fractions settle who pays what.
"""

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
    """Supporters of an option: rows; what it is worth to each (None: 1); worth times ballots (None:
    1 each); `units`, the sum of these.
    """

    rows: Rows
    worth: Floats | None
    weights: Floats | None
    units: float


@dataclass(slots=True, eq=False)
class VoterBudgets:
    """State of the voters' budgets after some purchases.

    `worth`: (B, C) integers by column, what each option is worth to each ballot, 0 = does not
    support it; `counts`: (B,) int64, None when each is 1; `start`: the money of each ballot;
    `empty`: (B,) bool; `about`: (B,) float, the budgets nearly; `bought`: columns, and `rates`:
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


def full_budgets(
    worth: NDArray[Any], counts: I64, supporters: list[Supporters], start: Fraction
) -> VoterBudgets:
    """Every budget at its start."""
    size = len(counts)
    empty, about = np.full(size, start == 0), np.full(size, float(start))
    weights = None if bool((counts == 1).all()) else counts
    return VoterBudgets(worth, weights, supporters, start, empty, about, over=start.denominator)


def pay(budgets: VoterBudgets, option: int, rate: Fraction) -> tuple[int, int]:
    """Take the money; returns how many ballots pay in full and how many are emptied by it."""
    rows, blur = filled(budgets, option), blur_of(budgets)
    price: Any = float(rate)
    if budgets.supporters[option].worth is not None:
        price = price * budgets.worth[:, option].take(rows)
    left = budgets.about.take(rows) - price
    emptied = left < -blur
    close = np.flatnonzero(~emptied & (left <= blur))
    emptied[close] = below(budgets, option, rows[close], rate, or_equal=True)
    left[emptied] = 0
    budgets.about[rows] = left
    gone = rows[emptied]
    budgets.empty[gone] = True
    over = lcm(budgets.over, rate.denominator)
    budgets.rates = [one * (over // budgets.over) for one in budgets.rates]
    budgets.rates.append(rate.numerator * (over // rate.denominator))
    budgets.bought.append(option)
    budgets.over = over
    many = ballots(budgets, gone)
    return ballots(budgets, rows) - many, many


def money_of(budgets: VoterBudgets, option: int) -> Fraction:
    """Money that the supporters of an option have left, exactly."""
    return Fraction(money(budgets, filled(budgets, option)), budgets.over)


def exact_budgets(budgets: VoterBudgets) -> tuple[I64, list[Fraction]]:
    """The budget of each row as a position among the distinct amounts, and these amounts."""
    amounts, places = _amounts(budgets, np.arange(len(budgets.empty)))
    places[budgets.empty] = len(amounts)
    return places, [*amounts, Fraction(0)]


def blur_of(budgets: VoterBudgets) -> float:
    """Bound on the rounding error of the budgets as floats: each was rounded at each purchase."""
    return NOISE * (4 + 2 * len(budgets.bought)) * float(budgets.start)


def filled(budgets: VoterBudgets, option: int) -> Rows:
    """The supporters whose budget is not empty."""
    rows = budgets.supporters[option].rows
    return rows[~budgets.empty.take(rows)]


def ballots(budgets: VoterBudgets, rows: Rows) -> int:
    """Number of ballots in some rows."""
    return len(rows) if budgets.counts is None else int(budgets.counts.take(rows).sum())


def money(budgets: VoterBudgets, rows: Rows) -> int:
    """Money left on some rows, none of which is empty, in units of 1 / `budgets.over`."""
    counts = None if budgets.counts is None else budgets.counts.take(rows)
    many = len(rows) if counts is None else int(counts.sum())
    left = many * budgets.start.numerator * (budgets.over // budgets.start.denominator)
    for option, rate in zip(budgets.bought, budgets.rates, strict=True):
        left -= rate * units(budgets, option, rows, counts)
    return left


def units(budgets: VoterBudgets, option: int, rows: Rows, counts: I64 | None) -> int:
    """Worth times ballots, added up exactly. `counts`: of these rows, None when each is 1."""
    worth = budgets.worth[:, option].take(rows)
    if budgets.supporters[option].weights is None:
        return int(np.count_nonzero(worth))
    if counts is not None and budgets.supporters[option].units < 2**62:
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
    budgets: VoterBudgets, option: int, rows: Rows, rate: Fraction, *, or_equal: bool = False
) -> Bools:
    """Which of these budgets hold less than the price (or just as much)."""
    amounts, places = _amounts(budgets, rows)
    worth = budgets.worth[:, option].take(rows)
    found = [
        amounts[place] < rate * units or (or_equal and amounts[place] == rate * units)
        for place, units in zip(places.tolist(), worth.tolist(), strict=True)
    ]
    return np.array(found, bool)


def _amounts(budgets: VoterBudgets, rows: Rows) -> tuple[list[Fraction], I64]:
    """Distinct exact budgets of some rows as if none were empty, and which one each row has."""
    if not budgets.bought or not len(rows):
        return [budgets.start], np.zeros(len(rows), np.int64)
    table = budgets.worth[rows[:, None], np.array(budgets.bought)].astype(np.int64)
    patterns, place = np.unique(table, axis=0, return_inverse=True)
    amounts = []
    for pattern in patterns.tolist():
        paid = sum(rate * units for rate, units in zip(budgets.rates, pattern, strict=True))
        amounts.append(budgets.start - Fraction(paid, budgets.over))
    return amounts, place.reshape(-1).astype(np.int64)
