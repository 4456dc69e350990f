"""Dowdall: a first place is worth 1, a second 1/2, a third 1/3; the largest sum wins."""

from fractions import Fraction

from voting.ballots import Rankings
from voting.evidence import DowdallEvidence
from voting.kernels.places import places
from voting.methods.ballot_matrices import rank_ballot_counts
from voting.outcome import Count, exact, tiers_by
from voting.ties import TieRule, settle


def dowdall(ballots: Rankings, ties: TieRule) -> Count:
    """Rank by the sum of 1/place, in exact fractions; equal ranks earn the mean of their places.

    An option left unranked earns nothing. Evidence: `places`, option -> place -> ballots (`"2-3"`:
    shared places 2 and 3).
    """
    ballot_counts = rank_ballot_counts(ballots)
    found = dict(zip(ballots.options, places(ballots.ranks, ballots.counts), strict=True))
    sums = {
        name: sum((_worth(*place) * count for place, count in taken.items()), Fraction(0))
        for name, taken in found.items()
    }
    ranking, reports = settle(tiers_by(sums), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores={name: exact(value) for name, value in sums.items()},
        evidence=DowdallEvidence(
            most=1,
            judges=ballot_counts.counted,
            places={
                name: {_written(*place): taken[place] for place in sorted(taken)}
                for name, taken in found.items()
            },
        ),
        ties=reports,
        ballot_counts=ballot_counts,
    )


def _worth(place: int, size: int) -> Fraction:
    return sum((Fraction(1, place + step) for step in range(size)), Fraction(0)) / size


def _written(place: int, size: int) -> str:
    return str(place) if size == 1 else f"{place}-{place + size - 1}"
