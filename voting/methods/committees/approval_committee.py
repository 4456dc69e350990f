"""Approval voting for several seats: the options that most ballots approve."""

from fractions import Fraction

from voting.ballots import Approvals
from voting.evidence import CommitteeEvidence
from voting.methods.committees.found import best_by, committee_count, support_of
from voting.outcome import Count
from voting.ties import TieRule


def approval_committee(ballots: Approvals, ties: TieRule, *, seats: int = 1) -> Count:
    """Elect the `seats` options with the most approvals.

    Ties for the last seats: every committee is listed, or the published order decides. Scores:
    approvals. A ballot that approves nothing is blank.
    """
    vote, ballot_counts = support_of(ballots, seats)
    found = best_by(vote, ties, [Fraction(votes) for votes in vote.approvals], {})
    return committee_count(vote, ballot_counts, ties, found, CommitteeEvidence)
