"""Plurality: each ballot counts for its first choice; most ballots wins."""

from __future__ import annotations

import numpy as np

from voting.ballots import Rankings, received
from voting.outcome import Boxes, Count, tiers_by
from voting.ties import TieRule, settle


def plurality(ballots: Rankings, ties: TieRule) -> Count:
    """Rank by first choices. A ballot with two first choices is over-marked and does not count."""
    first = ballots.ranks == 1
    chosen = np.count_nonzero(first, axis=1)
    single = chosen == 1
    votes = [int(ballots.counts[single & column].sum()) for column in first.T]
    scores = dict(zip(ballots.options, votes, strict=True))
    ranking, reports = settle(tiers_by(scores), ties)
    blank = int(ballots.counts[chosen == 0].sum())
    counted = int(ballots.counts[single].sum())
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(scores),
        evidence={"first_choices": dict(scores)},
        ties=reports,
        boxes=Boxes(counted=counted, blank=blank, over_marked=received(ballots) - blank - counted),
    )
