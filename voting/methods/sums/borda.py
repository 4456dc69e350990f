"""Borda: an option earns, on each ballot, a point for each option ranked below it."""

from fractions import Fraction

import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import I64, Rankings
from voting.evidence import RatedEvidence
from voting.kernels.pairwise import pairwise
from voting.methods.ballot_matrices import rank_ballot_counts, ranked_together
from voting.outcome import Count, exact, tiers_by
from voting.ties import TieRule, settle


def borda(ballots: Rankings | Aggregates, ties: TieRule, *, unranked: str = "average") -> Count:
    """Rank by points: m - 1 for the first of m options, 0 for the last, the mean for equal ranks.

    Options left `unranked` share the remaining places (`average`), earn nothing (`zero`), or lower
    what the ballot gives: one that ranks k options gives k points to the first, k - 1 to the next,
    1 to the last of these (`modified`). Scores: points. Evidence: `most`, what a ballot gives at
    most. Source of `modified`: Emerson, The original Borda count and partial voting, Social Choice
    and Welfare 40, 2013.
    """
    read = half_points(ballots, unranked=unranked)
    halves = read.numbers[:, 0].tolist()
    points = {name: Fraction(half, 2) for name, half in zip(ballots.options, halves, strict=True)}
    ranking, reports = settle(tiers_by(points), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores={name: exact(value) for name, value in points.items()},
        evidence=RatedEvidence(
            most=len(ballots.options) - (0 if unranked == "modified" else 1),
            judges=read.ballot_counts.counted,
        ),
        ties=reports,
        ballot_counts=read.ballot_counts,
    )


def half_points(ballots: Rankings | Aggregates, *, unranked: str = "average") -> Aggregates:
    """Twice the points of each option: two for an option below, one for an option beside, and
    (`modified`) two for being ranked.
    """
    if isinstance(ballots, Aggregates):
        return ballots
    ballot_counts = rank_ballot_counts(ballots)
    above = pairwise(ballots.ranks, ballots.counts, no_opinion=unranked == "modified")
    ranked = ranked_together(ballots)
    if unranked == "average":
        beside: I64 = ballot_counts.counted - above - above.T
    else:
        both = pairwise(ballots.ranks, ballots.counts, no_opinion=True)
        beside = ranked - both - both.T
    np.fill_diagonal(beside, 0)
    halves = np.asarray((2 * above + beside).sum(axis=1), np.int64)
    if unranked == "modified":
        halves = halves + 2 * ranked.diagonal()
    return Aggregates(ballots.options, halves[:, None], ballot_counts)
