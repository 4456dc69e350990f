"""Chamberlin-Courant with approvals: the committee that represents the most ballots."""

from fractions import Fraction

from voting.ballots import Approvals
from voting.evidence import OptimalEvidence
from voting.methods.committees.found import committee_count, support_of
from voting.methods.committees.optimal import optimal
from voting.outcome import Count
from voting.ties import TieRule


def chamberlin_courant(ballots: Approvals, ties: TieRule, *, seats: int = 1) -> Count:
    """Elect the committee of which the most ballots approve at least one member.

    The best of all committees, found by branch and bound and proven; `proven` is False when the
    search stopped before its proof. Ties: every best committee, or the one that the published
    order gives. Scores: approvals. Evidence: `score`, `bound`, `satisfied`, `swaps`.
    Source: Thiele 1895; Chamberlin and Courant 1983; Lackner and Skowron, Multi-Winner Voting with
    Approval Preferences, 2023.
    """
    vote, ballot_counts = support_of(ballots, seats)
    first_only = [Fraction(1)] + [Fraction(0)] * (vote.seats - 1)
    found = optimal(vote, ties, first_only)
    return committee_count(vote, ballot_counts, ties, found, OptimalEvidence)
