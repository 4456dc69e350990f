"""Schulze: an option beats another when its strongest path to it is stronger than the way back."""

from __future__ import annotations

import numpy as np

from voting.ballots import I64, Rankings, received
from voting.kernels.pairwise import pairwise
from voting.kernels.paths import path, strongest_paths
from voting.methods.reading import Flags, rank_boxes, table
from voting.outcome import Count, Ranking
from voting.ties import TieRule, settle


def schulze(
    ballots: Rankings,
    ties: TieRule,
    *,
    strength: str = "winning_votes",
    unranked: str = "bottom",
) -> Count:
    """Rank by strongest paths, in tiers; winners are never removed and the rest recomputed.

    A link goes from the preferred to the other option of a pair, as strong as the ballots on the
    winning side (`winning_votes`) or their lead (`margins`). Scores: the number of options beaten.
    Evidence: `pairwise`, `path_strengths`, `paths` from and to each winner.
    Source: Schulze 2011, arXiv 1804.02973 section 2.
    """
    preferred = pairwise(ballots.ranks, ballots.counts, no_opinion=unranked == "no_opinion")
    strengths, previous = strongest_paths(_links(preferred, strength))
    beats = strengths > strengths.T
    ranking, reports = settle(_tiers(ballots.options, beats), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(zip(ballots.options, beats.sum(axis=1).tolist(), strict=True)),
        evidence={
            "voters": received(ballots),
            "pairwise": table(ballots.options, preferred),
            "path_strengths": table(ballots.options, strengths),
            "paths": _paths(ballots.options, previous, ranking[0]),
        },
        ties=reports,
        boxes=rank_boxes(ballots),
    )


def _links(preferred: I64, strength: str) -> I64:
    lead = preferred - preferred.T
    return np.where(lead > 0, lead if strength == "margins" else preferred, 0)


def _tiers(options: tuple[str, ...], beats: Flags) -> Ranking:
    """Layers of the (transitive) relation: a tier is whatever no option of a later tier beats."""
    left = list(range(len(options)))
    tiers: list[tuple[str, ...]] = []
    while left:
        top = [option for option in left if not beats[left, option].any()]
        tiers.append(tuple(options[option] for option in top))
        left = [option for option in left if option not in top]
    return tuple(tiers)


def _paths(
    options: tuple[str, ...], previous: I64, winners: tuple[str, ...]
) -> dict[str, dict[str, list[str]]]:
    """The strongest paths that start or end at a winner: what shows that nobody beats it."""
    found: dict[str, dict[str, list[str]]] = {name: {} for name in options}
    for start, first in enumerate(options):
        for end, last in enumerate(options):
            if first in winners or last in winners:
                route = path(previous, start, end)
                if route:
                    found[first][last] = [options[option] for option in route]
    return {name: routes for name, routes in found.items() if routes}
