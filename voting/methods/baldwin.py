"""Baldwin: the option with the fewest Borda points leaves, points are counted again, and so on."""

from __future__ import annotations

from voting.ballots import Rankings
from voting.methods.eliminations import Look, Place, eliminate, lowest
from voting.methods.reading import beats_all, borda_points, duels_of, table
from voting.outcome import Count
from voting.sums import Sums
from voting.ties import TieRule


def baldwin(ballots: Rankings | Sums, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """Eliminate the option with the fewest Borda points among those left, until one is left.

    An option that wins every duel never leaves. Scores: points in an option's last round. Evidence:
    `pairwise`, `rounds`.
    """
    read = duels_of(ballots, unranked=unranked)
    duels = read.numbers

    def looks(place: Place) -> Look:
        points = borda_points(duels, place, read.boxes.counted)
        return Look(points, points, lowest(points), certain=beats_all(duels, place))

    evidence = {"measure": "points", "pairwise": table(ballots.options, duels)}
    return eliminate(ballots.options, looks, ties, read.boxes, evidence)
