"""Approval voting: each ballot approves any number of options; most approvals wins."""

from voting.aggregates import Aggregates
from voting.ballots import Approvals, received
from voting.evidence import ApprovalEvidence
from voting.kernels.grades import tallies
from voting.kernels.rows import blanks
from voting.outcome import BallotCounts, Count, tiers_by
from voting.ties import TieRule, settle


def approval(ballots: Approvals | Aggregates, ties: TieRule) -> Count:
    """Rank by number of approvals. Scores: approvals. A ballot that approves nothing is blank."""
    read = approvals_of(ballots)
    scores: dict[str, int] = dict(zip(read.options, read.numbers[:, 0].tolist(), strict=True))
    ranking, reports = settle(tiers_by(scores), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(scores),
        evidence=ApprovalEvidence(approvals=dict(scores)),
        ties=reports,
        ballot_counts=read.ballot_counts,
    )


def approvals_of(ballots: Approvals | Aggregates) -> Aggregates:
    """Number of ballots that approve each option; aggregates stay as they are."""
    if isinstance(ballots, Aggregates):
        return ballots
    blank = blanks(ballots.marks, ballots.counts)
    ballot_counts = BallotCounts(counted=received(ballots) - blank, blank=blank)
    return Aggregates(
        ballots.options, tallies(ballots.marks, ballots.counts, 1)[:, 1:], ballot_counts
    )
