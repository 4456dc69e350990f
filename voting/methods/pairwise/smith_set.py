"""The Smith set: the smallest group whose every member beats every option outside it."""

from voting.aggregates import Aggregates
from voting.ballots import Rankings
from voting.evidence import SmithEvidence
from voting.methods.ballot_matrices import below_by_contests, contests_of, schwartz, table
from voting.outcome import Count, tiers_by
from voting.ties import TieRule


def smith_set(ballots: Rankings | Aggregates, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """A diagnosis, not an election: winners are the whole set, which no tie rule reduces.

    Tiers: the Smith set, then that of the other options, and so on. Scores: the number of options
    in lower tiers. Evidence: `pairwise`; `schwartz`, the Schwartz set: the same without those whom
    a chain of contests won leads to from an option that has no such chain back. Source: Schwartz,
    The Logic of Collective Choice, 1986.
    """
    read = contests_of(ballots, unranked=unranked)
    preferred = read.numbers
    scores = dict(zip(ballots.options, below_by_contests(preferred), strict=True))
    ranking = tiers_by(scores)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(scores),
        evidence=SmithEvidence(
            voters=read.ballot_counts.received,
            pairwise=table(ballots.options, preferred),
            schwartz=[ballots.options[option] for option in schwartz(preferred)],
        ),
        ties=(),
        ballot_counts=read.ballot_counts,
    )
