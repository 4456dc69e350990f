"""Plurality: each ballot counts for its first choice; most ballots wins."""

import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import Rankings, received
from voting.evidence import PluralityEvidence
from voting.outcome import BallotCounts, Count, tiers_by
from voting.ties import TieRule, settle


def plurality(ballots: Rankings | Aggregates, ties: TieRule) -> Count:
    """Rank by first choices. A ballot with two first choices is over-marked and does not count."""
    read = first_choices_of(ballots)
    scores: dict[str, int] = dict(zip(read.options, read.numbers[:, 0].tolist(), strict=True))
    ranking, reports = settle(tiers_by(scores), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(scores),
        evidence=PluralityEvidence(first_choices=dict(scores)),
        ties=reports,
        ballot_counts=read.ballot_counts,
    )


def first_choices_of(ballots: Rankings | Aggregates) -> Aggregates:
    """Number of ballots that put each option first, alone; aggregates stay as they are."""
    if isinstance(ballots, Aggregates):
        return ballots
    first = ballots.ranks == 1
    chosen = np.count_nonzero(first, axis=1)
    single = chosen == 1
    votes = np.array([ballots.counts[single & column].sum() for column in first.T], np.int64)
    blank, counted = (int(ballots.counts[chosen == many].sum()) for many in (0, 1))
    over = received(ballots) - blank - counted
    ballot_counts = BallotCounts(counted=counted, blank=blank, over_marked=over)
    return Aggregates(ballots.options, votes[:, None], ballot_counts)
