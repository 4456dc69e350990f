"""The Smith set: the smallest group whose every member beats every option outside it."""

from __future__ import annotations

import numpy as np

from voting.ballots import I64, Rankings, received
from voting.kernels.pairwise import pairwise
from voting.methods.reading import Flags, rank_boxes, table
from voting.outcome import Count, tiers_by
from voting.ties import TieRule


def smith_set(ballots: Rankings, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """A diagnosis, not an election: winners are the whole set, which no tie rule reduces.

    Tiers: the Smith set, then that of the other options, and so on. Scores: the number of options
    in lower tiers. Evidence: `pairwise`.
    """
    preferred = pairwise(ballots.ranks, ballots.counts, no_opinion=unranked == "no_opinion")
    reached = _reached(preferred)
    below = (reached & ~reached.T).sum(axis=1).tolist()
    scores = dict(zip(ballots.options, below, strict=True))
    ranking = tiers_by(scores)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(scores),
        evidence={"voters": received(ballots), "pairwise": table(ballots.options, preferred)},
        ties=(),
        boxes=rank_boxes(ballots),
    )


def _reached(preferred: I64) -> Flags:
    """(C, C) bool: the row's option reaches the column's by duels won or tied (Warshall)."""
    reached = preferred >= preferred.T
    for middle in range(len(reached)):
        reached = reached | (reached[:, middle, None] & reached[None, middle, :])
    return np.asarray(reached)
