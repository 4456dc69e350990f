"""Bucklin: ranks are added one by one until an option is on more than half of the ballots."""

from voting.aggregates import Aggregates
from voting.ballots import Rankings
from voting.evidence import BucklinEvidence, RankRound
from voting.kernels.grades import tallies
from voting.methods.ballot_matrices import rank_ballot_counts
from voting.outcome import Count, tiers_by
from voting.ties import TieRule, settle


def bucklin(ballots: Rankings | Aggregates, ties: TieRule) -> Count:
    """Count first ranks; while no option is on more than half of the ballots, add the next rank.

    Of several, the one on most ballots wins; so it does when no option ever reaches the half. Equal
    ranks count for each. Scores: ballots at the last rank counted. Evidence: `rounds`, `majority`.
    """
    read = ranks_of(ballots)
    ballot_counts = read.ballot_counts
    votes = dict.fromkeys(ballots.options, 0)
    rounds: list[RankRound] = []
    for rank, column in enumerate(read.numbers.T.tolist(), start=1):
        added: dict[str, int] = dict(zip(read.options, column, strict=True))
        votes = {name: count + added[name] for name, count in votes.items()}
        rounds.append(RankRound(rank, added, votes))
        if 2 * max(votes.values()) > ballot_counts.counted:
            break
    ranking, reports = settle(tiers_by(votes), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(votes),
        evidence=BucklinEvidence(
            judges=ballot_counts.counted,
            rounds=rounds,
            majority=2 * max(votes.values()) > ballot_counts.counted,
        ),
        ties=reports,
        ballot_counts=ballot_counts,
    )


def ranks_of(ballots: Rankings | Aggregates) -> Aggregates:
    """Number of ballots that give each option each rank, from the first; aggregates stay as they
    are.
    """
    if isinstance(ballots, Aggregates):
        return ballots
    last = max(int(ballots.ranks.max(initial=0)), 1)
    numbers = tallies(ballots.ranks, ballots.counts, last)[:, 1:]
    return Aggregates(ballots.options, numbers, rank_ballot_counts(ballots))
