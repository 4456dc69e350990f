"""Benham: instant runoff that stops as soon as an option beats all others."""

from voting.ballots import Rankings
from voting.kernels.pairwise import pairwise
from voting.kernels.shares import shares
from voting.methods.ballot_matrices import beats_all, rank_ballot_counts, table
from voting.methods.eliminations.rounds import Look, Place, eliminate, lowest
from voting.outcome import Count
from voting.ties import TieRule


def benham(ballots: Rankings, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """Eliminate the option with the fewest first choices until one beats all that are left.

    Equal first ranks share a ballot. Scores: first choices in an option's last round. Evidence:
    `pairwise`, `rounds`.
    """
    contests = pairwise(ballots.ranks, ballots.counts, no_opinion=unranked == "no_opinion")

    def looks(place: Place) -> Look:
        found, _ = shares(ballots.ranks, ballots.counts, list(place))
        votes = dict(zip(place, found, strict=True))
        return Look(votes, votes, lowest(votes), beats_all(contests, place), "beats_all")

    matrix = table(ballots.options, contests)
    return eliminate(ballots.options, looks, ties, rank_ballot_counts(ballots), "votes", matrix)
