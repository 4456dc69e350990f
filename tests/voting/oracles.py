"""Slow and obvious counts, written from the definitions, to compare the engine with."""

from __future__ import annotations

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
