"""Reverse sequential proportional approval voting: the option that is missed least leaves."""

from voting.ballots import Approvals
from voting.evidence import StepwiseEvidence
from voting.kernels.thiele import by_members, extreme, harmonic
from voting.methods.committees.found import MemberSupport, committee_count, support_of
from voting.methods.committees.stepwise import Offer, Rule, Taken, walked
from voting.outcome import Count, exact
from voting.ties import TieRule


def revseq_pav(ballots: Approvals, ties: TieRule, *, seats: int = 1) -> Count:
    """Start with all options; the one whose leaving costs least leaves, until `seats` are left.

    A ballot with j members loses 1/j when one of them leaves. Ties: every committee that some way
    of breaking them gives, or the published order: the one listed first leaves. Scores: approvals.
    Evidence: `steps` with what each leaving costs.
    Source: Thiele 1895; Lackner and Skowron, Multi-Winner Voting with Approval Preferences, 2023.
    """
    vote, ballot_counts = support_of(ballots, seats)
    found = walked(vote, ties, Rule(lambda taken: _next(vote, taken), removes=True))
    return committee_count(vote, ballot_counts, ties, found, StepwiseEvidence)


def _next(vote: MemberSupport, gone: Taken) -> Offer:
    members = [option for option in range(len(vote.options)) if option not in gone]
    if len(members) == vote.seats:
        return Offer([], {})
    table = by_members(vote.marks, vote.counts, members)
    tied, loss = extreme(table, members, harmonic(len(members)), leaving=True)
    return Offer(tied, {"value": exact(loss)})
