"""Approval voting: each ballot approves any number of options; most approvals wins."""

from __future__ import annotations

import numpy as np

from voting.ballots import Approvals, received
from voting.kernels.grades import tallies
from voting.outcome import Boxes, Count, tiers_by
from voting.ties import TieRule, settle


def approval(ballots: Approvals, ties: TieRule) -> Count:
    """Rank by number of approvals. Scores: approvals. A ballot that approves nothing is blank."""
    approvals = tallies(ballots.marks, ballots.counts, 1)[:, 1].tolist()
    scores = dict(zip(ballots.options, approvals, strict=True))
    ranking, reports = settle(tiers_by(scores), ties)
    blank = int(ballots.counts[~np.any(ballots.marks, axis=1)].sum())
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(scores),
        evidence={"approvals": dict(scores)},
        ties=reports,
        boxes=Boxes(counted=received(ballots) - blank, blank=blank),
    )
