"""Equal shares: the lowest rate at which the supporters of an option can pay for it.

Floats say between which bounds it lies, and who is surely poorer or richer; fractions settle it.
"""

from fractions import Fraction
from math import inf
from typing import NamedTuple

import numpy as np

from voting.kernels.voter_budgets import (
    NOISE,
    Bools,
    Floats,
    VoterBudgets,
    below,
    blur_of,
    filled,
    money,
    money_of,
    units,
)


class Near(NamedTuple):
    """A rate lies from `low` to `high`; infinity: nobody looked further, or it may not be paid."""

    low: float
    high: float


def nearly_rate(
    budgets: VoterBudgets, option: int, cost: int, at_least: float = 0.0, enough: float = inf
) -> Near | None:
    """Bounds of the rate at which supporters can pay the cost; None when they clearly cannot.

    Newton's steps on what they pay together at a rate: it bends downwards, so each step from below
    stays below. They start at `at_least`, a lower bound of the rate, and stop beyond `enough`.

    >>> from voting.kernels.voter_budgets import full_budgets, supporters_of
    >>> worth, counts = np.array([[1], [1]], np.int64), np.array([1, 1])
    >>> budgets = full_budgets(worth, counts, supporters_of(worth, counts), Fraction(6))
    >>> [round(bound, 9) for bound in nearly_rate(budgets, 0, 8)], nearly_rate(budgets, 0, 13)
    ([4.0, 4.0], None)
    """
    rows, worth, weights, all_units = budgets.supporters[option]
    ratio = budgets.about.take(rows)
    if worth is not None:
        ratio /= worth
    # Sums by pairs round little; each budget was rounded at each purchase.
    error = NOISE * (64 + 4 * len(budgets.bought)) * (cost + all_units * float(budgets.start))
    available = _sum(ratio, weights)
    if available < cost - error:
        return None
    rate = max(at_least, cost / all_units)
    while payers := _sum(ratio >= rate, weights):
        blur = error / payers
        step = (cost - _sum(np.minimum(ratio, rate), weights)) / payers
        rate += max(step, 0.0)
        if step <= blur:
            low, high = rate - 2 * blur, rate + 2 * blur
            # Fewer payers a little higher up, or money that hardly suffices: no bound above.
            sure = available > cost + error and _sum(ratio >= high, weights) == payers
            return Near(low, high if sure else inf)
        if rate - blur > enough:
            return Near(rate - blur, inf)
    return Near(0.0, inf)


def exact_rate(
    budgets: VoterBudgets, option: int, cost: int, near: Near | None = None
) -> Fraction | None:
    """The lowest rate r such that each supporter paying at most r for a unit of worth, and no more
    than the budget holds, together pay the cost; None when all their money is not enough. `near`:
    bounds of it, when they are known.

    Two ballots of 6 share a price of 8 for the same worth; one of them is left with 2.

    >>> from voting.kernels.voter_budgets import full_budgets, pay, supporters_of
    >>> worth, counts = np.array([[1, 1], [1, 0]], np.int64), np.array([1, 1])
    >>> budgets = full_budgets(worth, counts, supporters_of(worth, counts), Fraction(6))
    >>> exact_rate(budgets, 0, 8)
    Fraction(4, 1)
    >>> pay(budgets, 0, Fraction(4))
    (2, 0)
    >>> money_of(budgets, 1), exact_rate(budgets, 1, 3)
    (Fraction(2, 1), None)
    """
    near = near or nearly_rate(budgets, option, cost)
    if near is None or (near.high == inf and money_of(budgets, option) < cost):
        return None
    rows, blur = filled(budgets, option), blur_of(budgets)
    ratio = budgets.about.take(rows)
    if budgets.supporters[option].worth is not None:
        ratio /= budgets.worth[:, option].take(rows)
    poor = ratio < near.low - blur
    close = np.flatnonzero(~poor & (ratio <= near.high + blur))
    while True:
        rich = rows[~poor]
        counts = None if budgets.counts is None else budgets.counts.take(rich)
        payers = units(budgets, option, rich, counts)
        missing = cost * budgets.over - money(budgets, rows[poor])
        rate = Fraction(missing, payers * budgets.over)
        found = close[below(budgets, option, rows[close], rate)]
        if bool(poor[found].all()):
            return rate
        poor[found] = True


def _sum(values: Floats | Bools, weights: Floats | None) -> float:
    if weights is None and values.dtype == bool:
        return float(np.count_nonzero(values))
    return float(np.add.reduce(values if weights is None else values * weights))
