"""Sequential proportional approval voting: the option that adds most joins, again and again."""

from voting.ballots import Approvals
from voting.evidence import StepwiseEvidence
from voting.kernels.thiele import by_members, extreme, harmonic, worth_of
from voting.methods.committees.found import MemberSupport, committee_count, named, support_of
from voting.methods.committees.stepwise import Offer, Rule, Taken, walked
from voting.outcome import Count, exact
from voting.ties import TieRule


def seq_pav(ballots: Approvals, ties: TieRule, *, seats: int = 1) -> Count:
    """Elect one option after the other: a ballot that already has j members weighs 1/(j + 1).

    Ties: every committee that some way of breaking them gives, or the published order. Scores:
    approvals. Evidence: `steps` with the weight of the ballots that approve each one elected;
    `refused`, that of the others at the last step.
    Source: Thiele 1895; Lackner and Skowron, Multi-Winner Voting with Approval Preferences, 2023,
    rule 5.
    """
    vote, ballot_counts = support_of(ballots, seats)
    found = walked(vote, ties, Rule(lambda taken: _next(vote, taken)))
    table = by_members(vote.marks, vote.counts, found.chosen[:-1])
    weights = harmonic(vote.seats)
    values = named(vote, (worth_of(table, o, weights) for o in range(len(vote.options))))
    out = [name for name in vote.options if vote.options.index(name) not in found.chosen]
    found.details["refused"] = {name: values[name] for name in out}
    return committee_count(vote, ballot_counts, ties, found, StepwiseEvidence)


def _next(vote: MemberSupport, taken: Taken) -> Offer:
    if len(taken) == vote.seats:
        return Offer([], {})
    waiting = [option for option in range(len(vote.options)) if option not in taken]
    table = by_members(vote.marks, vote.counts, list(taken))
    tied, gain = extreme(table, waiting, harmonic(vote.seats))
    return Offer(tied, {"value": exact(gain)})
