"""Copeland: a point for each other option beaten in a contest; most points wins."""

from fractions import Fraction

import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import Rankings
from voting.evidence import PairwiseEvidence
from voting.methods.ballot_matrices import contests_of, table
from voting.outcome import Count, exact, tiers_by
from voting.ties import TieRule, settle


def copeland(
    ballots: Rankings | Aggregates,
    ties: TieRule,
    *,
    pairwise_tie: str = "1/2",
    unranked: str = "bottom",
) -> Count:
    """Rank by contests won, a tied contest being worth `pairwise_tie`. Evidence: `pairwise`."""
    read = contests_of(ballots, unranked=unranked)
    preferred = read.numbers
    won = (preferred > preferred.T).sum(axis=1).tolist()
    # Every option ties with itself.
    tied = ((preferred == preferred.T).sum(axis=1) - np.int64(1)).tolist()
    points = {
        name: won[option] + Fraction(pairwise_tie) * tied[option]
        for option, name in enumerate(ballots.options)
    }
    ranking, reports = settle(tiers_by(points), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores={name: exact(score) for name, score in points.items()},
        evidence=PairwiseEvidence(
            voters=read.ballot_counts.received,
            pairwise=table(ballots.options, preferred),
        ),
        ties=reports,
        ballot_counts=read.ballot_counts,
    )
