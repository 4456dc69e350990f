"""Method of equal shares for projects: each voter holds an equal part of the budget."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from voting.ballots import Approvals, Points
from voting.kernels.purses import (
    NEAR,
    Purses,
    Supporters,
    exact_rate,
    full_purses,
    money_of,
    nearly_rate,
    pay,
    supporters_of,
)
from voting.methods.choices import Chooser
from voting.methods.projects import Funding, Vote, funded_count, preferred, vote_of
from voting.outcome import Count, exact
from voting.ties import TieRule

MOST_RUNS = 60


def mes_pb(
    ballots: Approvals | Points,
    ties: TieRule,
    *,
    utility: str = "cost",
    completion: str = "none",
    start: str = "exact",
    increment: str = "1",
    budget: int,
    costs: Mapping[str, int],
) -> Count:
    """Fund the project whose supporters pay least for what it is worth to them, again and again.

    `utility`: a funded project is worth its cost to a supporter (`cost`), 1 (`cardinality`), or
    the points given (`points`). `start`: budget over voters, `exact` or cut to a whole number
    (`floor`). `completion`: stop there (`none`); give every voter `increment` more while the
    projects then funded fit the budget, and keep the last (`add1`); also stop as soon as nothing
    else fits (`add1_exhaustive`); then fund by votes what still fits
    (`add1_exhaustive_utilitarian`). When all supported projects fit together, all are funded.
    Ties: the cheaper, then that with more votes, then the published order. Scores: votes.
    Evidence: `start`, `steps` (who pays what), `refused` (what its supporters had left).
    Source: Peters, Pierczyński and Skowron, Proportional participatory budgeting with additive
    utilities, 2021; equalshares.net for the completions.
    """
    vote, boxes = vote_of(ballots, budget, costs)
    rule = _Rule(utility, completion, start, int(increment))
    worth = vote.worth if utility == "points" else (vote.worth > 0).astype(np.int64)
    shares = _Shares(vote, rule, np.asfortranarray(worth), supporters_of(worth, vote.counts))
    return funded_count(vote, boxes, ties, lambda chooser: _completed(shares, chooser), MOST_RUNS)


class _Rule(NamedTuple):
    utility: str
    completion: str
    start: str
    increment: int


class _Shares(NamedTuple):
    vote: Vote
    rule: _Rule
    worth: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    supporters: list[Supporters]


def _completed(shares: _Shares, chooser: Chooser) -> Funding:
    vote, rule = shares.vote, shares.rule
    voters = int(vote.counts.sum())
    if not voters:
        return Funding()
    supported = vote.eligible
    if sum(vote.costs[option] for option in supported) <= vote.budget:
        return _all_of(vote, supported)
    start = Fraction(vote.budget, voters)
    if rule.start == "floor":
        start = Fraction(vote.budget // voters)
    found, met = _run(shares, start, chooser), list(chooser.met)
    while found is not None and rule.completion != "none":
        last, chooser.met = found, []
        if rule.completion != "add1" and _is_exhaustive(vote, last):
            break
        start += rule.increment
        found = _run(shares, start, chooser)
        if found is None:
            found = last
            break
        met = list(chooser.met)
        if len(found.funded) == len(supported):
            break
    assert found is not None, "equal shares of the budget cannot buy more than the budget"
    chooser.met = met
    if rule.completion == "add1_exhaustive_utilitarian":
        _fill(vote, found, chooser)
    return found


def _run(shares: _Shares, start: Fraction, chooser: Chooser) -> Funding | None:
    """One run with this much money a voter; None as soon as it spends more than the budget."""
    vote, found, left = shares.vote, Funding(more={"start": exact(start)}), shares.vote.budget
    purses = full_purses(shares.worth, vote.counts, shares.supporters, start)
    known = dict.fromkeys(vote.eligible, 0.0)
    while known:
        cheapest = _cheapest(shares, purses, known)
        if not cheapest:
            break
        option = preferred(vote, list(cheapest), chooser, f"project:{len(found.funded) + 1}")
        rate, cost = cheapest[option], vote.costs[option]
        left -= cost
        if left < 0:
            return None
        in_full, emptied = pay(purses, option, rate)
        del known[option]
        found.funded.append(option)
        found.steps.append(
            {
                "project": vote.options[option],
                "votes": vote.votes[option],
                "cost": cost,
                "left": left,
                "price": exact(rate),
                "in_full": in_full,
                "emptied": emptied,
            }
        )
    for option, votes in enumerate(vote.votes):
        if option not in found.funded:
            available = exact(money_of(purses, option)) if votes else 0
            values = {"votes": votes, "cost": vote.costs[option], "left": left}
            found.refused[vote.options[option]] = {**values, "available": available}
    return found


def _cheapest(shares: _Shares, purses: Purses, known: dict[int, float]) -> dict[int, Fraction]:
    """The affordable projects of the lowest price for their worth, with their rates.

    `known`: a lower bound of each waiting project's price; prices only rise, so most need not be
    looked at again. Projects that their supporters can no longer pay are taken out.
    """
    fresh: dict[int, float] = {}
    best = float("inf")
    for option in sorted(known, key=lambda one: (known[one], one)):
        if known[option] > best * (1 + NEAR):
            break
        rate = nearly_rate(purses, option, shares.vote.costs[option])
        if rate is None:
            del known[option]
            continue
        fresh[option] = known[option] = rate / _scale(shares, option)
        best = min(best, fresh[option])
    found: dict[int, Fraction] = {}
    least: Fraction | None = None
    # Prices that look alike are compared exactly.
    for option in sorted(fresh, key=lambda one: (fresh[one], one)):
        if least is not None and fresh[option] > float(least) * (1 + 2 * NEAR):
            break
        rate_exactly = exact_rate(purses, option, shares.vote.costs[option])
        if rate_exactly is None:
            # It hid others that are dearer: look again without it.
            del known[option]
            return _cheapest(shares, purses, known)
        price = rate_exactly / _scale(shares, option)
        if least is None or price < least:
            least, found = price, {}
        if price == least:
            found[option] = rate_exactly
    return found


def _scale(shares: _Shares, option: int) -> int:
    return shares.vote.costs[option] if shares.rule.utility == "cost" else 1


def _is_exhaustive(vote: Vote, found: Funding) -> bool:
    left = vote.budget - sum(vote.costs[option] for option in found.funded)
    return all(vote.costs[option] > left for option in vote.eligible if option not in found.funded)


def _all_of(vote: Vote, supported: list[int]) -> Funding:
    left, steps = vote.budget, []
    for option in supported:
        left -= vote.costs[option]
        values = {"votes": vote.votes[option], "cost": vote.costs[option], "left": left}
        steps.append({"project": vote.options[option], **values})
    others = {
        name: {
            "votes": vote.votes[option],
            "cost": vote.costs[option],
            "left": left,
            "available": 0,
        }
        for option, name in enumerate(vote.options)
        if option not in supported
    }
    return Funding(supported, steps, others, {"all_fit": True})


def _fill(vote: Vote, found: Funding, chooser: Chooser) -> None:
    """Fund by votes what still fits."""
    left = vote.budget - sum(vote.costs[option] for option in found.funded)
    waiting = [option for option in vote.eligible if option not in found.funded]
    while waiting:
        most = max(vote.votes[option] for option in waiting)
        tied = [option for option in waiting if vote.votes[option] == most]
        option = preferred(vote, tied, chooser, f"project:{len(found.funded) + 1}")
        waiting.remove(option)
        name, cost = vote.options[option], vote.costs[option]
        if cost <= left:
            left -= cost
            found.funded.append(option)
            values: dict[str, Any] = {"votes": most, "cost": cost, "left": left}
            found.steps.append({"project": name, **values})
        else:
            found.refused[name] = {**found.refused[name], "left": left}
