"""One run of equal shares: who buys what with a given sum a voter."""

from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf
from typing import Any, NamedTuple

from numpy.typing import NDArray

from voting.kernels.equal_share_rates import Near, exact_rate, nearly_rate
from voting.kernels.voter_budgets import Supporters, VoterBudgets, full_budgets, pay
from voting.methods.budgets.projects import FundingBallots, preferred
from voting.methods.tie_choices import Chooser, Met

Waiting = list[tuple[float, int]]


class Shares(NamedTuple):
    """The vote, what each project is worth to each ballot, and its supporters. `by_cost`: a funded
    project is worth its cost, so that prices are rates over the cost.
    """

    vote: FundingBallots
    worth: NDArray[Any]
    supporters: list[Supporters]
    by_cost: bool


class Bought(NamedTuple):
    """A purchase: the rate, and how many ballots paid in full or were emptied."""

    option: int
    rate: Fraction
    in_full: int
    emptied: int


class Run(NamedTuple):
    """A run of equal shares: purchases in order, the budgets afterwards, and the ties met."""

    bought: list[Bought]
    budgets: VoterBudgets
    met: list[Met]


def run_of(shares: Shares, start: Fraction, chooser: Chooser) -> Run | None:
    """One run with this much money a voter; None as soon as it spends more than the budget."""
    vote, left = shares.vote, shares.vote.budget
    bought: list[Bought] = []
    chooser.met = []
    budgets = full_budgets(shares.worth, vote.counts, shares.supporters, start)
    waiting = [(_least(shares, option), option) for option in vote.eligible]
    heapify(waiting)
    while cheapest := _cheapest(shares, budgets, waiting):
        option = preferred(vote, list(cheapest), chooser, f"project:{len(bought) + 1}")
        left -= vote.costs[option]
        if left < 0:
            return None
        rate = cheapest[option]
        bought.append(Bought(option, rate, *pay(budgets, option, rate)))
        waiting = [place for place in waiting if place[1] != option]
        heapify(waiting)
    return Run(bought, budgets, chooser.met)


def _cheapest(shares: Shares, budgets: VoterBudgets, waiting: Waiting) -> dict[int, Fraction]:
    """The affordable projects of the lowest price for their worth, with their rates.

    `waiting`: a heap of projects with a lower bound of the price of each; prices only rise, so most
    need not be looked at again. Projects that their supporters can no longer pay are taken out.
    """
    looked: list[tuple[float, int, Near]] = []
    best = inf
    while waiting and waiting[0][0] <= best:
        low, option = heappop(waiting)
        scale, cost = _scale(shares, option), shares.vote.costs[option]
        near = nearly_rate(budgets, option, cost, low * scale, best * scale)
        if near is not None:
            looked.append((near.low / scale, option, near))
            best = min(best, near.high / scale)
    found: dict[int, Fraction] = {}
    least: Fraction | float = inf
    for low, option, near in looked:
        # Prices that look alike, and money that hardly suffices, are compared exactly.
        if low <= best:
            rate = exact_rate(budgets, option, shares.vote.costs[option], near)
            if rate is None:
                continue
            price = rate / _scale(shares, option)
            if price < least:
                least, found = price, {}
            if price == least:
                found[option] = rate
        heappush(waiting, (low, option))
    return found


def _least(shares: Shares, option: int) -> float:
    """Lower bound on a project's rate: the rate if every supporter could pay in full, rounded
    down.
    """
    rate = shares.vote.costs[option] / shares.supporters[option].units
    return rate / _scale(shares, option) * (1 - 2**-40)


def _scale(shares: Shares, option: int) -> int:
    return shares.vote.costs[option] if shares.by_cost else 1
