"""Satisfaction approval voting: each ballot shares one vote among the options it approves."""

from fractions import Fraction

import numpy as np

from voting.ballots import Approvals
from voting.evidence import SharesEvidence
from voting.kernels.loads import supporters
from voting.methods.committees.found import best_by, committee_count, support_of
from voting.outcome import Count
from voting.ties import TieRule


def sav(ballots: Approvals, ties: TieRule, *, seats: int = 1) -> Count:
    """Elect the `seats` options with the most shares, 1/n from a ballot that approves n options.

    Ties for the last seats: every committee is listed, or the published order decides. Scores:
    shares. Evidence: `by_length`, the approvals by ballots of each length.
    Source: Brams and Kilgour, Satisfaction approval voting, 2014.
    """
    vote, ballot_counts = support_of(ballots, seats)
    lengths = np.count_nonzero(vote.marks, axis=1)
    scores = [Fraction(0)] * len(vote.options)
    by_length: dict[str, dict[str, int]] = {}
    for length in np.unique(lengths).tolist():
        rows = lengths == length
        votes = [int(one) for one in supporters(vote.marks[rows], vote.counts[rows])]
        scores = [score + Fraction(one, length) for score, one in zip(scores, votes, strict=True)]
        by_length[str(length)] = dict(zip(vote.options, votes, strict=True))
    found = best_by(vote, ties, scores, {"by_length": by_length})
    return committee_count(vote, ballot_counts, ties, found, SharesEvidence)
