"""Slow and obvious counts, written from the definitions, to compare the engine with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, permutations

from voting.ballots import Rankings


def majority_value(judgments: list[int]) -> list[int]:
    """Remove the lower median judgment, one after the other."""
    left, removed = sorted(judgments), []
    while left:
        removed.append(left.pop((len(left) - 1) // 2))
    return removed


def path_strengths(links: list[list[int]]) -> list[list[int]]:
    """The strongest of all simple paths between each two options."""
    size = len(links)
    found = [[0] * size for _ in range(size)]
    for length in range(2, size + 1):
        for route in permutations(range(size), length):
            weakest = min(links[first][second] for first, second in pairwise(route))
            start, end = route[0], route[-1]
            found[start][end] = max(found[start][end], weakest)
    return found


def runoff_winners(ballots: Rankings) -> set[str]:
    """All who can win an instant runoff without a rule for ties; ballots have no equal ranks."""
    orders = []
    for ranks, count in zip(ballots.ranks.tolist(), ballots.counts.tolist(), strict=True):
        ranked = sorted((rank, option) for option, rank in enumerate(ranks) if rank)
        orders.append(([option for _, option in ranked], count))
    winners = _runoff(orders, frozenset(range(len(ballots.options))))
    return {ballots.options[option] for option in winners}


def _runoff(orders: list[tuple[list[int], int]], continuing: frozenset[int]) -> set[int]:
    votes = dict.fromkeys(continuing, 0)
    for order, count in orders:
        first = next((option for option in order if option in continuing), None)
        if first is not None:
            votes[first] += count
    leaders = {option for option in continuing if 2 * votes[option] > sum(votes.values())}
    if leaders or len(continuing) == 1:
        return leaders or set(continuing)
    lowest = min(votes.values())
    found: set[int] = set()
    for option in continuing:
        if votes[option] == lowest:
            found |= _runoff(orders, continuing - {option})
    return found


def equal_shares(
    voters: Sequence[Sequence[int]],
    costs: Sequence[int],
    budget: int,
    *,
    utility: str = "cost",
    completion: str = "none",
    start: str = "exact",
    increment: int = 1,
) -> list[int]:
    """Projects in the order they are funded; `voters`: what each voter gives each project (points,
    or 1 for an approval), everybody something. Ties: the cheaper, that with more, the first.
    """
    votes = [sum(given) for given in zip(*voters, strict=True)]
    possible = [one for one, cost in enumerate(costs) if votes[one] and cost <= budget]
    if sum(costs[one] for one in possible) <= budget or not voters:
        return possible
    worth = {one: [_worth(given[one], costs[one], utility) for given in voters] for one in possible}
    money = Fraction(budget, len(voters)) if start == "exact" else Fraction(budget // len(voters))
    funded = _bought(worth, costs, votes, money)
    while completion != "none":
        left = budget - sum(costs[one] for one in funded)
        if completion != "add1" and all(costs[one] > left for one in set(possible) - set(funded)):
            break
        money += increment
        more = _bought(worth, costs, votes, money)
        if sum(costs[one] for one in more) > budget:
            break
        funded = more
    if completion == "add1_exhaustive_utilitarian":
        left = budget - sum(costs[one] for one in funded)
        for one in sorted(possible, key=lambda one: (-votes[one], costs[one], one)):
            if one not in funded and costs[one] <= left:
                funded, left = [*funded, one], left - costs[one]
    return funded


def _worth(given: int, cost: int, utility: str) -> int:
    return {"cost": cost, "cardinality": 1, "points": given}[utility] if given else 0


def _bought(
    worth: dict[int, list[int]], costs: Sequence[int], votes: list[int], money: Fraction
) -> list[int]:
    funded: list[int] = []
    budgets = [money] * len(next(iter(worth.values())))
    while True:
        offers = []
        for one in worth.keys() - funded:
            rate = _rate(budgets, worth[one], costs[one])
            if rate is not None:
                offers.append((rate, costs[one], -votes[one], one))
        if not offers:
            return funded
        rate, _, _, one = min(offers)
        funded.append(one)
        budgets = [
            budget - min(budget, rate * units)
            for budget, units in zip(budgets, worth[one], strict=True)
        ]


def _rate(budgets: list[Fraction], worth: list[int], cost: int) -> Fraction | None:
    """Price of a unit of worth when the poorest supporters give all they have."""
    owners = [(budget, units) for budget, units in zip(budgets, worth, strict=True) if units]
    owners.sort(key=lambda owner: owner[0] / owner[1])
    if sum(budget for budget, _ in owners) < cost:
        return None
    for place, (budget, units) in enumerate(owners):
        paid = sum(budget for budget, _ in owners[:place])
        rate = (cost - paid) / Fraction(sum(units for _, units in owners[place:]))
        if rate * units <= budget:
            return rate
    raise AssertionError("they have enough together, so somebody pays in full")


def sequential_phragmen(
    voters: Sequence[Sequence[int]], costs: Sequence[int], budget: int
) -> list[tuple[int, Fraction]]:
    """Projects in the order they are funded, with the load of their supporters afterwards.

    `voters`: which projects each supports. Ties: the cheaper, that with more votes, the first.
    """
    votes = [sum(map(bool, given)) for given in zip(*voters, strict=True)]
    waiting = [one for one, cost in enumerate(costs) if votes[one] and cost <= budget]
    loads = [Fraction(0)] * len(voters)
    found: list[tuple[int, Fraction]] = []
    while waiting:
        offers = []
        for one in waiting:
            borne = sum(load for load, given in zip(loads, voters, strict=True) if given[one])
            offers.append(
                ((costs[one] + borne) / Fraction(votes[one]), costs[one], -votes[one], one)
            )
        load = min(offers)[0]
        if min(offer[1] for offer in offers if offer[0] == load) > budget:
            break
        one = min(offers)[3]
        loads = [
            load if given[one] else before for before, given in zip(loads, voters, strict=True)
        ]
        waiting.remove(one)
        budget -= costs[one]
        found.append((one, load))
    return found
