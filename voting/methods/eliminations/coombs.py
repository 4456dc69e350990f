"""Coombs: the option with the most last places leaves, until one has most first choices."""

from fractions import Fraction

import numpy as np

from voting.ballots import Rankings
from voting.kernels.pairwise import pairwise
from voting.kernels.shares import shares, turned
from voting.methods.ballot_matrices import rank_ballot_counts, table
from voting.methods.eliminations.rounds import Look, Place, eliminate, lowest
from voting.outcome import Count, exact
from voting.ties import TieRule


def coombs(ballots: Rankings, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """Eliminate the option with the most last places until one is the first choice of more than
    half of the ballots that still rank somebody.

    Equal ranks share a first or last place. Unranked options share the last place (`bottom`), or
    have none (`no_opinion`: the last place is that of the last ranked, if two are ranked). Scores:
    first choices in an option's last round. Evidence: `pairwise`, `rounds` (`last_places`).
    """

    def looks(place: Place) -> Look:
        columns = list(place)
        firsts, exhausted = shares(ballots.ranks, ballots.counts, columns)
        ranks = ballots.ranks[:, columns]
        ranked = np.count_nonzero(ranks, axis=1) > (1 if unranked == "no_opinion" else 0)
        backward = turned(ranks[ranked])
        if unranked == "no_opinion":
            backward[ranks[ranked] == 0] = 0
        lasts, _ = shares(backward, ballots.counts[ranked], list(range(len(columns))))
        votes = dict(zip(place, firsts, strict=True))
        standing = {option: -last for option, last in zip(place, lasts, strict=True)}
        active = sum(firsts, Fraction(0))
        winner = next((option for option in place if 2 * votes[option] > active), None)
        extra = {
            "last_places": {
                ballots.options[option]: exact(-value) for option, value in standing.items()
            },
            "active": exact(active),
            "exhausted": exhausted,
        }
        return Look(standing, votes, lowest(standing), winner, "majority", extra=extra)

    contests = pairwise(ballots.ranks, ballots.counts, no_opinion=unranked == "no_opinion")
    matrix = table(ballots.options, contests)
    return eliminate(
        ballots.options, looks, ties, rank_ballot_counts(ballots), "last_places", matrix
    )
