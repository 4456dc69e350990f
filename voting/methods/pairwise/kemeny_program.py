"""The order of options that agrees most with the contests, as an integer program that proves it."""

import math
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from voting.ballots import I64

MOST_OPTIONS = 60
MOST_NODES = 2_000
EXACT_FLOATS = 2**50


class BestOrders(NamedTuple):
    """An order, its `gain` over the leads, and the largest `bound` that any order could reach."""

    order: list[int]
    gain: int
    bound: int


def best_order(
    leads: I64, *, first: int | None = None, other_than: list[int] | None = None
) -> BestOrders:
    """The order with the largest sum of `leads[a, b]` over the pairs where a stands above b.

    `leads`: (C, C) int64, antisymmetric. `first`: the option that must lead. `other_than`: an order
    that is not allowed. One yes or no a pair, two inequalities a triple (no cycles), solved by
    HiGHS; the gain is recomputed in integers, and the order is proven best when `gain == bound`.
    Too many options, or numbers too large for floats, give an order without a proof.

    >>> best_order(np.array([[0, 1, -3], [-1, 0, 3], [3, -3, 0]]))
    BestOrders(order=[1, 2, 0], gain=5, bound=5)
    """
    size = len(leads)
    most = sum(abs(lead) for row in leads.tolist() for lead in row) // 2
    if size > MOST_OPTIONS or most >= EXACT_FLOATS:
        order = improved(leads, list(np.argsort(-leads.sum(axis=1), kind="stable")), first)
        return BestOrders(order, gain_of(leads, order), most)
    found = _solved(leads, first, other_than)
    if found.x is None:
        order = improved(leads, list(np.argsort(-leads.sum(axis=1), kind="stable")), first)
    else:
        order = _order(np.asarray(found.x), size)
    limit = getattr(found, "mip_dual_bound", None)
    if found.status == 2:  # no order but the forbidden one
        return BestOrders(order, gain_of(leads, order), -most - 1)
    bound = most if limit is None or not math.isfinite(limit) else _ceiling(leads, -limit)
    return BestOrders(order, gain_of(leads, order), min(bound, most))


def gain_of(leads: I64, order: list[int]) -> int:
    """The sum of the leads of each option over those below it."""
    ordered = leads[np.ix_(order, order)]
    return int(np.triu(ordered, 1).sum())


def improved(leads: I64, order: list[int], first: int | None = None) -> list[int]:
    """The order once no option gains by standing elsewhere: good, and proven nowhere."""
    order = [int(option) for option in order if option != first]
    moved = True
    while moved:
        moved = False
        for option in list(order):
            rest = [other for other in order if other != option]
            # What the option gains at each place: leads over those below, minus those above.
            row = leads[option, rest]
            value = row.sum() - 2 * np.concatenate([[0], np.cumsum(row)])
            if value.max() > value[order.index(option)]:
                place = int(value.argmax())
                order = [*rest[:place], option, *rest[place:]]
                moved = True
    return order if first is None else [first, *order]


def _solved(leads: I64, first: int | None, other_than: list[int] | None) -> Any:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    size = len(leads)
    pairs = {pair: number for number, pair in enumerate(combinations(range(size), 2))}
    triples = list(combinations(range(size), 3))
    rows = np.repeat(np.arange(len(triples)), 3)
    columns = [column for a, b, c in triples for column in (pairs[a, b], pairs[b, c], pairs[a, c])]
    shape = (len(triples), len(pairs))
    values = np.tile([1.0, 1.0, -1.0], len(triples))
    rules = []
    if triples:
        rules.append(LinearConstraint(csr_array((values, (rows, columns)), shape=shape), 0, 1))
    lower, upper = np.zeros(len(pairs)), np.ones(len(pairs))
    for (a, b), number in pairs.items():
        if first == a:
            lower[number] = 1
        if first == b:
            upper[number] = 0
    if other_than is not None:
        place = {option: position for position, option in enumerate(other_than)}
        signs = np.array([1.0 if place[a] < place[b] else -1.0 for a, b in pairs])
        rules.append(LinearConstraint(signs[None, :], -np.inf, (signs > 0).sum() - 1))
    return milp(
        -np.array([float(leads[a, b]) for a, b in pairs]),
        integrality=np.ones(len(pairs)),
        bounds=Bounds(lower, upper),
        constraints=rules,
        options={"node_limit": MOST_NODES, "mip_rel_gap": 0.0},
    )


def _order(answers: np.ndarray[Any, Any], size: int) -> list[int]:
    above = [0] * size
    for answer, (a, b) in zip(answers, combinations(range(size), 2), strict=True):
        above[a if answer > 0.5 else b] += 1
    return sorted(range(size), key=lambda option: -above[option])


def _ceiling(leads: I64, objective: float) -> int:
    """The largest gain the program leaves possible: its objective, minus the leads of the others.

    The program counts `lead * x`; an order gains `lead` or `-lead`, so twice that minus the sum.
    """
    upper = np.triu(leads, 1)
    return 2 * math.floor(objective + 1e-6 * max(1.0, abs(objective) * 1e-6)) - int(upper.sum())
