"""Method of equal shares for projects: each voter holds an equal part of the budget."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from msgspec import structs

from voting.ballots import Approvals, Points
from voting.evidence import Purchase, RefusedProject
from voting.kernels.voter_budgets import money_of, supporters_of
from voting.methods.budgets.projects import (
    Funding,
    FundingBallots,
    funded_count,
    preferred,
    vote_of,
)
from voting.methods.budgets.share_runs import Run, Shares, run_of
from voting.methods.tie_choices import Chooser
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
    vote, ballot_counts = vote_of(ballots, budget, costs)
    rule = _Rule(completion, start, int(increment))
    worth = vote.worth if utility == "points" else vote.marks
    shares = Shares(vote, worth, supporters_of(worth, vote.counts), utility == "cost")
    return funded_count(
        vote, ballot_counts, ties, lambda chooser: _completed(shares, rule, chooser), MOST_RUNS
    )


class _Rule(NamedTuple):
    completion: str
    start: str
    increment: int


def _completed(shares: Shares, rule: _Rule, chooser: Chooser) -> Funding:
    vote = shares.vote
    if not vote.voters:
        return Funding()
    supported = vote.eligible
    if sum(vote.costs[option] for option in supported) <= vote.budget:
        return _all_of(vote, supported)
    start = Fraction(vote.budget, vote.voters)
    if rule.start == "floor":
        start = Fraction(vote.budget // vote.voters)
    last = found = run_of(shares, start, chooser)
    while found is not None and rule.completion != "none":
        last = found
        funded = [one.option for one in last.bought]
        if rule.completion != "add1" and _is_exhaustive(vote, funded):
            break
        start += rule.increment
        found = run_of(shares, start, chooser)
    assert last is not None, "equal shares of the budget cannot buy more than the budget"
    chooser.met = last.met
    funding = _funding(vote, last)
    if rule.completion == "add1_exhaustive_utilitarian":
        _fill(vote, funding, chooser)
    return funding


def _is_exhaustive(vote: FundingBallots, funded: list[int]) -> bool:
    left = vote.budget - sum(vote.costs[option] for option in funded)
    return all(vote.costs[option] > left for option in vote.eligible if option not in funded)


def _funding(vote: FundingBallots, run: Run) -> Funding:
    """Evidence: price and votes of each purchase; money that supporters of the others had left."""
    found, left = Funding(start=exact(run.budgets.start)), vote.budget
    for option, rate, in_full, emptied in run.bought:
        left -= vote.costs[option]
        found.funded.append(option)
        found.steps.append(
            Purchase(
                project=vote.options[option],
                votes=vote.votes[option],
                cost=vote.costs[option],
                left=left,
                price=exact(rate),
                in_full=in_full,
                emptied=emptied,
            )
        )
    for option, votes in enumerate(vote.votes):
        if option not in found.funded:
            available = exact(money_of(run.budgets, option)) if votes else 0
            found.refused[vote.options[option]] = RefusedProject(
                votes, vote.costs[option], left, available
            )
    return found


def _all_of(vote: FundingBallots, supported: list[int]) -> Funding:
    left, steps = vote.budget, []
    for option in supported:
        left -= vote.costs[option]
        steps.append(Purchase(vote.options[option], vote.votes[option], vote.costs[option], left))
    others = {
        name: RefusedProject(vote.votes[option], vote.costs[option], left, available=0)
        for option, name in enumerate(vote.options)
        if option not in supported
    }
    return Funding(supported, steps, others, all_fit=True)


def _fill(vote: FundingBallots, found: Funding, chooser: Chooser) -> None:
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
            found.steps.append(Purchase(name, most, cost, left))
        else:
            found.refused[name] = structs.replace(found.refused[name], left=left)
