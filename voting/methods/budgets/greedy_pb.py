"""Greedy budgeting: projects by number of votes, each funded if it still fits."""

from collections.abc import Mapping

from voting.ballots import Approvals, Points
from voting.evidence import Purchase, RefusedProject
from voting.methods.budgets.projects import (
    Funding,
    FundingBallots,
    funded_count,
    preferred,
    vote_of,
)
from voting.methods.tie_choices import Chooser
from voting.outcome import Count
from voting.ties import TieRule

MOST_RUNS = 200


def greedy_pb(
    ballots: Approvals | Points, ties: TieRule, *, budget: int, costs: Mapping[str, int]
) -> Count:
    """Fund projects by decreasing votes (or points), passing over what does not fit.

    Ties: the cheaper first, then the published order. A project without a vote is not funded.
    Scores: votes. Evidence: `steps`, what each cost and left; `refused`, what was left for it.
    """
    vote, ballot_counts = vote_of(ballots, budget, costs)
    return funded_count(
        vote, ballot_counts, ties, lambda chooser: _funded(vote, chooser), MOST_RUNS
    )


def _funded(vote: FundingBallots, chooser: Chooser) -> Funding:
    found, left = Funding(), vote.budget
    waiting = vote.eligible
    while waiting:
        for option in [one for one in waiting if vote.costs[one] > left]:
            refused = RefusedProject(vote.votes[option], vote.costs[option], left)
            found.refused[vote.options[option]] = refused
            waiting.remove(option)
        if not waiting:
            break
        most = max(vote.votes[option] for option in waiting)
        tied = [option for option in waiting if vote.votes[option] == most]
        option = preferred(vote, tied, chooser, f"project:{len(found.funded) + 1}")
        waiting.remove(option)
        name, cost = vote.options[option], vote.costs[option]
        left -= cost
        found.funded.append(option)
        found.steps.append(Purchase(name, most, cost, left))
    for option, votes in enumerate(vote.votes):
        if option not in vote.eligible:
            found.refused[vote.options[option]] = RefusedProject(votes, vote.costs[option], left)
    return found
