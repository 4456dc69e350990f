"""Sequential Phragmén for projects: each funded project is a load its supporters share."""

from collections.abc import Mapping

from voting.ballots import Approvals, Points
from voting.evidence import Purchase, RefusedProject
from voting.kernels.loads import carry, first_loads, lightest, load_of
from voting.methods.budgets.projects import (
    Funding,
    FundingBallots,
    funded_count,
    preferred,
    vote_of,
)
from voting.methods.tie_choices import Chooser
from voting.outcome import Count, exact
from voting.ties import TieRule

MOST_RUNS = 200


def phragmen_pb(
    ballots: Approvals | Points, ties: TieRule, *, budget: int, costs: Mapping[str, int]
) -> Count:
    """Fund the project whose supporters would bear the smallest load, again and again; stop at the
    first that no longer fits the budget.

    Load: the cost and what supporters bear already, over their number. Points are read as support.
    Ties: the cheaper, then that with more votes, then the published order. Scores: votes.
    Evidence: `steps` with exact loads; `refused` with the load and what was left.
    Source: Brill, Freeman, Janson and Lackner 2017 (Phragmén); Los, Christoff and Grossi 2022, for
    budgets.
    """
    vote, ballot_counts = vote_of(ballots, budget, costs)
    return funded_count(
        vote, ballot_counts, ties, lambda chooser: _funded(vote, chooser), MOST_RUNS
    )


def _funded(vote: FundingBallots, chooser: Chooser) -> Funding:
    found, left = Funding(), vote.budget
    loads = first_loads(vote.marks, vote.counts)
    waiting = vote.eligible
    while waiting:
        tied, load = lightest(loads, vote.costs, waiting)
        if min(vote.costs[option] for option in tied) > left:
            break
        option = preferred(vote, tied, chooser, f"project:{len(found.funded) + 1}")
        carry(loads, option, load)
        waiting.remove(option)
        left -= vote.costs[option]
        found.funded.append(option)
        found.steps.append(
            Purchase(
                project=vote.options[option],
                votes=vote.votes[option],
                cost=vote.costs[option],
                left=left,
                load=exact(load),
                supporters=loads.support[option],
            )
        )
    for option, votes in enumerate(vote.votes):
        if option not in found.funded:
            load_now = exact(load_of(loads, option, vote.costs[option])) if votes else ""
            found.refused[vote.options[option]] = RefusedProject(
                votes, vote.costs[option], left, load=load_now
            )
    return found
