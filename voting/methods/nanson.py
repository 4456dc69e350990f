"""Nanson: all options below the average of the Borda points leave, and points are counted again."""

from __future__ import annotations

from voting.ballots import Rankings
from voting.methods.eliminations import Look, Place, eliminate
from voting.methods.reading import borda_points, duels_of, table
from voting.outcome import Count
from voting.sums import Sums
from voting.ties import TieRule


def nanson(ballots: Rankings | Sums, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """Eliminate together all options with fewer Borda points than the average of those left.

    Options that all have the average are tied. Scores: points in an option's last round. Evidence:
    `pairwise`, `rounds`.
    """
    read = duels_of(ballots, unranked=unranked)
    duels = read.numbers

    def looks(place: Place) -> Look:
        points = borda_points(duels, place, read.boxes.counted)
        total = sum(points.values())
        below = [option for option in place if points[option] * len(place) < total]
        return Look(points, points, below, together=True)

    evidence = {"measure": "average", "pairwise": table(ballots.options, duels)}
    return eliminate(ballots.options, looks, ties, read.boxes, evidence)
