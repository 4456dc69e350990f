"""Equal shares: every voter's purse, and the exact price at which supporters can pay for something.

A purse that is not empty is the start minus what its owner paid, and all who are not emptied by a
purchase pay the same rate. So a price needs integer counts of supporters and one fraction a
purchase: floats only choose which voters to look at, fractions settle who pays what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
NEAR = 1e-9


class Supporters(NamedTuple):
    """Who supports an option: rows, what the option is worth to each, how many ballots each is."""

    rows: Rows
    worth: I64
    counts: I64


@dataclass(slots=True, eq=False)
class Purses:
    """Purses after some purchases.

    `worth`: (B, C) int64, what each option is worth to each ballot, 0 = does not support it;
    `counts`: (B,) int64; `start`: the money of each ballot; `bought`: columns and their rates
    (money for each unit of worth); `empty`: (B,) bool; `about`: (B,) float, the purses nearly.
    """

    worth: I64
    counts: I64
    supporters: list[Supporters]
    start: Fraction
    bought: list[tuple[int, Fraction]] = field(default_factory=list)
    empty: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    about: Floats = field(default_factory=lambda: np.zeros(0))


def supporters_of(worth: I64, counts: I64) -> list[Supporters]:
    """The supporters of every column."""
    found = []
    for column in worth.T:
        rows = np.flatnonzero(column)
        found.append(Supporters(rows, column[rows], counts[rows]))
    return found


def full_purses(worth: I64, counts: I64, supporters: list[Supporters], start: Fraction) -> Purses:
    """Every purse at its start."""
    size = len(counts)
    return Purses(
        worth, counts, supporters, start, [], np.full(size, start == 0), np.full(size, float(start))
    )


def money_of(purses: Purses, option: int) -> Fraction:
    """What the supporters of an option have left, exactly."""
    here = purses.supporters[option]
    return _money(purses, here.rows[~purses.empty[here.rows]])


def nearly_rate(purses: Purses, option: int, cost: int) -> float | None:
    """The rate at which supporters can pay the cost, as a float; None when they clearly cannot."""
    here = purses.supporters[option]
    purse = purses.about[here.rows]
    weights = here.counts.astype(np.float64)
    if float(purse @ weights) < cost * (1 - NEAR):
        return None
    ratio = purse / here.worth
    order = np.argsort(ratio)
    spent = np.cumsum(purse[order] * weights[order])
    units = here.worth[order] * weights[order]
    left = np.cumsum(units[::-1])[::-1]
    before = np.concatenate(([0.0], spent[:-1]))
    rates = (cost - before) / left
    fits = np.flatnonzero(rates <= ratio[order] * (1 + NEAR))
    return float(rates[fits[0]] if len(fits) else ratio[order[-1]])


def exact_rate(purses: Purses, option: int, cost: int) -> Fraction | None:
    """The lowest rate r such that each supporter paying at most r for a unit of worth, and no more
    than the purse holds, together pay the cost; None when all their money is not enough.

    Two ballots of 6 share a price of 8 for the same worth; one of them is left with 2.

    >>> worth, counts = np.array([[1, 1], [1, 0]], np.int64), np.array([1, 1])
    >>> purses = full_purses(worth, counts, supporters_of(worth, counts), Fraction(6))
    >>> exact_rate(purses, 0, 8)
    Fraction(4, 1)
    >>> pay(purses, 0, Fraction(4))
    (2, 0)
    >>> money_of(purses, 1), exact_rate(purses, 1, 3)
    (Fraction(2, 1), None)
    """
    here = purses.supporters[option]
    filled = ~purses.empty[here.rows]
    rows, worth, counts = here.rows[filled], here.worth[filled], here.counts[filled]
    if _money(purses, rows) < cost:
        return None
    guess = nearly_rate(purses, option, cost)
    ratio = purses.about[rows] / worth
    poor = np.zeros(len(rows), bool) if guess is None else ratio < guess
    for _ in range(8):
        units = _exact_sum(worth[~poor], counts[~poor])
        if units == 0:
            break
        rate = (cost - _money(purses, rows[poor])) / units
        level = float(rate)
        near = np.flatnonzero(np.abs(ratio - level) <= NEAR * max(level, float(purses.start)))
        below = _below(purses, rows[near], worth[near], rate)
        sure = ratio < level
        sure[near] = below
        if bool((sure == poor).all()):
            return rate
        poor = sure
    return _peeled(purses, rows, worth, counts, cost)


def pay(purses: Purses, option: int, rate: Fraction) -> tuple[int, int]:
    """Take the money; returns how many ballots pay in full and how many are emptied by it."""
    here = purses.supporters[option]
    filled = ~purses.empty[here.rows]
    rows, worth, counts = here.rows[filled], here.worth[filled], here.counts[filled]
    price = worth * float(rate)
    emptied = purses.about[rows] < price
    near = np.flatnonzero(np.abs(purses.about[rows] - price) <= NEAR * float(purses.start))
    emptied[near] = _below(purses, rows[near], worth[near], rate, or_equal=True)
    purses.bought.append((option, rate))
    purses.about[rows] -= price
    purses.about[rows[emptied]] = 0
    purses.empty[rows[emptied]] = True
    return int(counts[~emptied].sum()), int(counts[emptied].sum())


def exact_purses(purses: Purses) -> tuple[I64, list[Fraction]]:
    """The purse of each row as a position among the distinct amounts, and these amounts."""
    amounts, places = _amounts(purses, np.arange(len(purses.counts)))
    filled = [*amounts, Fraction(0)]
    places[purses.empty] = len(amounts)
    return places, filled


def _money(purses: Purses, rows: Rows) -> Fraction:
    """What ballots that are not empty have together."""
    counts = purses.counts[rows]
    total = purses.start * int(counts.sum())
    for option, rate in purses.bought:
        total -= rate * _exact_sum(purses.worth[rows, option], counts)
    return total


def _exact_sum(worth: I64, counts: I64) -> int:
    most = int(worth.max(initial=0)) * int(counts.sum())
    if most < 2**62:
        return int(worth @ counts)
    return sum(one * other for one, other in zip(worth.tolist(), counts.tolist(), strict=True))


def _amounts(purses: Purses, rows: Rows) -> tuple[list[Fraction], I64]:
    """Distinct exact purses of some rows as if none were empty, and which one each row has."""
    bought = [option for option, _ in purses.bought]
    if not bought or not len(rows):
        return [purses.start], np.zeros(len(rows), np.int64)
    patterns, place = np.unique(purses.worth[rows][:, bought], axis=0, return_inverse=True)
    amounts = []
    for pattern in patterns.tolist():
        paid = sum(
            (
                rate * units
                for (_, rate), units in zip(purses.bought, pattern, strict=True)
                if units
            ),
            Fraction(0),
        )
        amounts.append(purses.start - paid)
    return amounts, place.reshape(-1).astype(np.int64)


def _below(
    purses: Purses, rows: Rows, worth: I64, rate: Fraction, *, or_equal: bool = False
) -> NDArray[np.bool_]:
    """Which of these purses hold less than the price (or just as much)."""
    amounts, places = _amounts(purses, rows)
    found = [
        amounts[place] < rate * units or (or_equal and amounts[place] == rate * units)
        for place, units in zip(places.tolist(), worth.tolist(), strict=True)
    ]
    return np.array(found, bool)


def _peeled(purses: Purses, rows: Rows, worth: I64, counts: I64, cost: int) -> Fraction:
    """The rate by exact peeling, poorest first: what to do when floats cannot even sort."""
    amounts, places = _amounts(purses, rows)
    voters = sorted(
        (amounts[place] / units, amounts[place], units, count)
        for place, units, count in zip(
            places.tolist(), worth.tolist(), counts.tolist(), strict=True
        )
    )
    left = Fraction(cost)
    units: int = sum(voter[2] * voter[3] for voter in voters)
    for ratio, amount, unit, count in voters:
        if ratio * units >= left:
            break
        left -= amount * count
        units -= unit * count
    return left / units
