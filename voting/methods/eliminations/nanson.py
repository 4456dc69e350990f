"""Nanson: all options below the average of the Borda points leave, and points are counted again."""

from voting.aggregates import Aggregates
from voting.ballots import Rankings
from voting.methods.ballot_matrices import borda_points, contests_of, table
from voting.methods.eliminations.rounds import Look, Place, eliminate
from voting.outcome import Count
from voting.ties import TieRule


def nanson(ballots: Rankings | Aggregates, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """Eliminate together all options with fewer Borda points than the average of those left.

    Options that all have the average are tied. Scores: points in an option's last round. Evidence:
    `pairwise`, `rounds`.
    """
    read = contests_of(ballots, unranked=unranked)
    contests = read.numbers

    def looks(place: Place) -> Look:
        points = borda_points(contests, place, read.ballot_counts.counted)
        total = sum(points.values())
        below = [option for option in place if points[option] * len(place) < total]
        return Look(points, points, below, together=True)

    matrix = table(ballots.options, contests)
    return eliminate(ballots.options, looks, ties, read.ballot_counts, "average", matrix)
