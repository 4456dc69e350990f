"""Proportional approval voting: the committee that gives the ballots most, each more ever less."""

from voting.ballots import Approvals
from voting.evidence import OptimalEvidence
from voting.kernels.thiele import harmonic
from voting.methods.committees.found import committee_count, support_of
from voting.methods.committees.optimal import optimal
from voting.outcome import Count
from voting.ties import TieRule


def pav(ballots: Approvals, ties: TieRule, *, seats: int = 1) -> Count:
    """Elect the committee with the highest score: a ballot with j members counts 1 + 1/2 + ... 1/j.

    The best of all committees, found by branch and bound and proven; `proven` is False when the
    search stopped before its proof. Ties: every best committee, or the one that the published
    order gives. Scores: approvals. Evidence: `score`, `bound`, `satisfied`, `swaps`.
    Source: Thiele 1895; Lackner and Skowron, Multi-Winner Voting with Approval Preferences, 2023.
    """
    vote, ballot_counts = support_of(ballots, seats)
    found = optimal(vote, ties, harmonic(vote.seats))
    return committee_count(vote, ballot_counts, ties, found, OptimalEvidence)
