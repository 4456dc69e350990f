"""Baldwin: the option with the fewest Borda points leaves, points are counted again, and so on."""

from voting.aggregates import Aggregates
from voting.ballots import Rankings
from voting.methods.ballot_matrices import beats_all, borda_points, contests_of, table
from voting.methods.eliminations.rounds import Look, Place, eliminate, lowest
from voting.outcome import Count
from voting.ties import TieRule


def baldwin(ballots: Rankings | Aggregates, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """Eliminate the option with the fewest Borda points among those left, until one is left.

    An option that wins every contest never leaves. Scores: points in an option's last round.
    Evidence: `pairwise`, `rounds`.
    """
    read = contests_of(ballots, unranked=unranked)
    contests = read.numbers

    def looks(place: Place) -> Look:
        points = borda_points(contests, place, read.ballot_counts.counted)
        return Look(points, points, lowest(points), certain=beats_all(contests, place))

    matrix = table(ballots.options, contests)
    return eliminate(ballots.options, looks, ties, read.ballot_counts, "points", matrix)
