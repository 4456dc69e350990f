"""Slow and obvious committees, voter by voter and from the definitions, with every tied one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations

from voting.ballots import Approvals

Voters = list[frozenset[str]]
Committees = set[frozenset[str]]


def voters_of(ballots: Approvals) -> Voters:
    """Options that each voter approves, one entry per voter; blank ballots left out."""
    found = []
    for marks, count in zip(ballots.marks.tolist(), ballots.counts.tolist(), strict=True):
        approved = frozenset(n for n, mark in zip(ballots.options, marks, strict=True) if mark)
        found += [approved] * (count if approved else 0)
    return found


def best_committees(
    ballots: Approvals, seats: int, score: Callable[[frozenset[str], Voters], Fraction]
) -> Committees:
    """All committees with the highest score, by trying every one."""
    voters = voters_of(ballots)
    every = [
        frozenset(one) for one in combinations(ballots.options, min(seats, len(ballots.options)))
    ]
    scores = {one: score(one, voters) for one in every}
    return {one for one in every if scores[one] == max(scores.values())}


def thiele(weights: list[Fraction]) -> Callable[[frozenset[str], Voters], Fraction]:
    """A voter with j members gives the sum of the first j weights."""

    def score(committee: frozenset[str], voters: Voters) -> Fraction:
        return sum((sum(weights[: len(v & committee)], Fraction(0)) for v in voters), Fraction(0))

    return score


def shares(committee: frozenset[str], voters: Voters) -> Fraction:
    """A voter shares one vote among the options approved."""
    return sum((Fraction(len(v & committee), len(v)) for v in voters), Fraction(0))


def harmonic(seats: int) -> list[Fraction]:
    """1, 1/2, 1/3..."""
    return [Fraction(1, place) for place in range(1, seats + 1)]


def by_joining(ballots: Approvals, seats: int) -> Committees:
    """Proportional approval, seat by seat, whoever ties."""
    voters, score = voters_of(ballots), thiele(harmonic(seats))
    found: Committees = {frozenset()}
    for _ in range(min(seats, len(ballots.options))):
        grown: Committees = set()
        for one in found:
            after = {name: score(one | {name}, voters) for name in set(ballots.options) - one}
            best = max(after.values())
            grown |= {one | {name} for name, value in after.items() if value == best}
        found = grown
    return found


def by_leaving(ballots: Approvals, seats: int) -> Committees:
    """Proportional approval, removing one after the other, whoever ties."""
    voters, score = voters_of(ballots), thiele(harmonic(len(ballots.options)))
    found: Committees = {frozenset(ballots.options)}
    for _ in range(len(ballots.options) - seats):
        left: Committees = set()
        for one in found:
            after = {name: score(one - {name}, voters) for name in one}
            best = max(after.values())
            left |= {one - {name} for name, value in after.items() if value == best}
        found = left
    return found


def phragmen(
    ballots: Approvals,
    seats: int,
    committee: frozenset[str] = frozenset(),
    loads: list[Fraction] | None = None,
) -> Committees:
    """Phragmén's loads, whoever ties; options without a supporter come last."""
    voters = voters_of(ballots)
    loads = [Fraction(0)] * len(voters) if loads is None else loads
    waiting = set(ballots.options) - committee
    if len(committee) == seats or not waiting:
        return {committee}
    offers: dict[str, Fraction] = {}
    for name in waiting:
        bearing = [load for v, load in zip(voters, loads, strict=True) if name in v]
        if bearing:
            offers[name] = (1 + sum(bearing)) / Fraction(len(bearing))
    least = min(offers.values(), default=Fraction(0))
    found: Committees = set()
    for name in [one for one in waiting if offers.get(one, None if offers else least) == least]:
        after = [least if name in v else load for v, load in zip(voters, loads, strict=True)]
        found |= phragmen(ballots, seats, committee | {name}, after)
    return found


def equal_shares(
    ballots: Approvals, seats: int, completion: str, start: Fraction | None = None
) -> Committees:
    """Equal shares, whoever ties, then `none`, `approval` or `phragmen`."""
    voters = voters_of(ballots)
    start = Fraction(seats, len(voters) or 1) if start is None else start
    return _bought(ballots, seats, completion, frozenset(), [start] * len(voters), start)


def raised_shares(ballots: Approvals, seats: int) -> Committees:
    """Starts one seat higher until every tie broken any way fills the committee."""
    voters = voters_of(ballots)
    found: Committees = set()
    parts = seats
    while True:
        runs = equal_shares(ballots, seats, "none", Fraction(parts, len(voters)))
        found |= {one for one in runs if len(one) == seats}
        if all(len(one) == seats for one in runs):
            return found
        parts += 1


def _bought(
    ballots: Approvals,
    seats: int,
    completion: str,
    committee: frozenset[str],
    budgets: list[Fraction],
    start: Fraction,
) -> Committees:
    voters = voters_of(ballots)
    waiting = sorted(set(ballots.options) - committee)
    if len(committee) == seats or not waiting:
        return {committee}
    rates = {}
    for name in waiting:
        rate = _rate([budget for v, budget in zip(voters, budgets, strict=True) if name in v])
        if rate is not None:
            rates[name] = rate
    found: Committees = set()
    if rates:
        least = min(rates.values())
        for name in [one for one in rates if rates[one] == least]:
            after = [
                budget - min(budget, least) if name in v else budget
                for v, budget in zip(voters, budgets, strict=True)
            ]
            found |= _bought(ballots, seats, completion, committee | {name}, after, start)
        return found
    if completion == "none":
        return {committee}
    if completion == "phragmen":
        return phragmen(ballots, seats, committee, [start - budget for budget in budgets])
    votes = {name: sum(name in v for v in voters) for name in waiting}
    top = [name for name in waiting if votes[name] == max(votes.values())]
    for name in top:
        found |= _bought(ballots, seats, completion, committee | {name}, budgets, start)
    return found


def _rate(budgets: list[Fraction]) -> Fraction | None:
    """The lowest rate at which these budgets pay 1."""
    missing, left = Fraction(1), sorted(budgets)
    while left and left[0] * len(left) < missing:
        missing -= left.pop(0)
    return missing / len(left) if left else None


def unjustly_left_out(
    ballots: Approvals, seats: int, committee: Iterable[str], *, most: int | None = None
) -> set[frozenset[str]]:
    """Sets T of options such that |T| seats' worth of voters approve all of T, and each of them
    approves fewer than |T| members: what extended justified representation excludes (with `most=1`,
    justified representation).
    """
    voters, members = voters_of(ballots), frozenset(committee)
    found = set()
    for size in range(1, (most or seats) + 1):
        for group in map(frozenset, combinations(ballots.options, size)):
            left = [v for v in voters if group <= v and len(v & members) < size]
            if left and len(left) * seats >= size * len(voters):
                found.add(group)
    return found
