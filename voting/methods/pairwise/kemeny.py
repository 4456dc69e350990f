"""Kemeny: the ranking that agrees with the most preferences of the ballots, over all pairs."""

import math
from itertools import permutations, product
from typing import NamedTuple

import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import I64, Rankings
from voting.evidence import Exact, KemenyEvidence
from voting.methods.ballot_matrices import contests_of, smith_sets, table
from voting.methods.pairwise.kemeny_orders import Flags, Orders, best_orders
from voting.methods.pairwise.kemeny_program import best_order, gain_of
from voting.outcome import Count
from voting.ties import TieReport, TieRule, arranged, settle

BY_SETS_FIRST = 12
BY_SETS = 20
MOST_LISTED = 24


def kemeny(ballots: Rankings | Aggregates, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """Rank so that the sum, over all pairs, of the ballots that prefer the upper is the largest.

    Options split into groups that win all contests against the next group; each is ordered alone:
    by sets of options when small, by an integer program with a proven bound when larger. Of several
    best rankings all are found up to 20 options a group; winners are all that lead one of them. An
    order published before the count picks, place by place, the first listed that some best ranking
    allows. `proven` is False when the program stopped before its proof. Scores: the options below
    in every best ranking. Evidence: `pairwise`, `score`, `bound`, `proven`, `many`, `best_orders`.
    """
    read = contests_of(ballots, unranked=unranked)
    contests = read.numbers
    parts = [
        _part(contests, group) for group in smith_sets(contests)
    ]  # every best ranking keeps them so
    names = ballots.options
    tiers = [[names[option] for option in tier] for part in parts for tier in part.tiers]
    ranking, reports = settle(tiers, ties)
    if ties.kind != "left":
        ranking, reports = _picked(names, parts, ties)
    chosen = [option for part in parts for option in part.orders[0]]
    score = int(np.triu(contests[np.ix_(chosen, chosen)], 1).sum())
    open_ = sum((part.bound - part.gain) // 2 for part in parts)
    many = math.prod(part.many for part in parts)
    listed = product(*(part.orders for part in parts)) if 0 < many <= MOST_LISTED else ()
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=_below(names, parts),
        evidence=KemenyEvidence(
            voters=read.ballot_counts.received,
            pairwise=table(names, contests),
            preferences=int(contests.sum()),
            score=score,
            bound=score + open_,
            proven=open_ == 0,
            many=many,
            best_orders=[[names[o] for order in orders for o in order] for orders in listed],
            groups=[sorted(names[option] for option in part.group) for part in parts],
        ),
        ties=reports,
        ballot_counts=read.ballot_counts,
    )


class _Part(NamedTuple):
    """The best orders of a group. `many` is 0 when not all were found; `found` is those by sets."""

    group: list[int]
    orders: list[list[int]]
    tiers: list[list[int]]
    gain: int
    bound: int
    many: int
    found: Orders | None = None


def _part(contests: I64, group: list[int]) -> _Part:
    leads = (contests - contests.T)[np.ix_(group, group)]
    size = len(group)
    if not leads.any():
        # Every order is as good as any other.
        many = math.factorial(size)
        orders = [list(order) for order in permutations(group)] if many <= MOST_LISTED else [group]
        return _Part(group, orders, [group], 0, 0, many)
    if size > BY_SETS_FIRST:
        best = best_order(leads)
        if best.gain != best.bound:
            order = [group[option] for option in best.order]
            return _Part(group, [order], [[o] for o in order], best.gain, best.bound, 0)
        other = best_order(leads, other_than=best.order)
        if other.bound < best.gain:
            order = [group[option] for option in best.order]
            return _Part(group, [order], [[o] for o in order], best.gain, best.gain, 1)
        if size > BY_SETS:
            return _several(leads, group, best.gain)
    return _by_sets(leads, group)


def _by_sets(leads: I64, group: list[int]) -> _Part:
    found = best_orders(leads)
    orders = [[group[option] for option in order] for order in _walks(found)[:MOST_LISTED]]
    leading = np.flatnonzero(found.steps[0]).tolist()
    tiers = [leading, *_layers(found.above, [o for o in range(len(group)) if o not in leading])]
    named = [[group[option] for option in tier] for tier in tiers]
    gain = gain_of(leads, [group.index(option) for option in orders[0]])
    return _Part(group, orders, named, gain, gain, found.many, found)


def _several(leads: I64, group: list[int], gain: int) -> _Part:
    """More than 20 options and more than one best order: who leads one, the rest left together."""
    led = [(option, best_order(leads, first=option)) for option in range(len(group))]
    leading = [option for option, best in led if best.bound >= gain]
    orders = [[group[option] for option in best.order] for _, best in led if best.gain == gain]
    rest = [group[option] for option in range(len(group)) if option not in leading]
    return _Part(group, orders, [[group[o] for o in leading], rest], gain, gain, 0)


def _walks(found: Orders) -> list[list[int]]:
    """The first of the best orders."""
    size = found.steps.shape[1]

    def after(held: int) -> list[list[int]]:
        if held == (1 << size) - 1:
            return [[]]
        walks: list[list[int]] = []
        for option in np.flatnonzero(found.steps[held]).tolist():
            walks += [[option, *rest] for rest in after(held | (1 << option))]
            if len(walks) >= MOST_LISTED:
                break
        return walks

    return after(0)


def _layers(above: Flags, options: list[int]) -> list[list[int]]:
    """Tiers: nobody left stands above an option of the tier in every best order."""
    tiers, left = [], options
    while left:
        tier = [o for o in left if all(above[o, other] for other in left if other != o)]
        tiers.append(tier or left)
        left = [option for option in left if option not in tiers[-1]]
    return tiers


def _picked(
    names: tuple[str, ...], parts: list[_Part], ties: TieRule
) -> tuple[tuple[tuple[str, ...], ...], tuple[TieReport, ...]]:
    """The best ranking that the published order picks, and the places where it chose."""
    ranking: list[str] = []
    reports: list[TieReport] = []
    for part in parts:
        order: list[int] = []
        while len(order) < len(part.group):
            able = _next(part, order)
            named = arranged(ties, [names[option] for option in able])
            if len(named) > 1:
                place = len(ranking) + 1
                tied = tuple(sorted(named))
                reports.append(TieReport(tied, f"place:{place}", ties.kind, place == 1))
            order.append(names.index(named[0]))
            ranking.append(named[0])
    return tuple((name,) for name in ranking), tuple(reports)


def _next(part: _Part, order: list[int]) -> list[int]:
    """Options that can come next in a best ranking of the group that begins with `order`."""
    if part.found is not None:
        held = sum(1 << part.group.index(option) for option in order)
        return [part.group[option] for option in np.flatnonzero(part.found.steps[held])]
    if len(part.tiers) == 1:
        return [option for option in part.group if option not in order]
    known = [found for found in part.orders if found[: len(order)] == order]
    return sorted({found[len(order)] for found in known})


def _below(names: tuple[str, ...], parts: list[_Part]) -> dict[str, Exact]:
    """For each option, the number of options below it in every best ranking."""
    left = len(names)
    found: dict[str, Exact] = {}
    for part in parts:
        left -= len(part.group)
        for place, option in enumerate(part.group):
            if part.found is not None:
                inside = int((~part.found.above[:, place]).sum()) - 1
            else:
                tier = next(n for n, tier in enumerate(part.tiers) if option in tier)
                later = part.tiers[tier + 1 :] if part.many == 1 or part.gain != part.bound else []
                inside = sum(map(len, later))
            found[names[option]] = left + inside
    return {name: found[name] for name in names}
