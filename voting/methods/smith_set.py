"""The Smith set: the smallest group whose every member beats every option outside it."""

from __future__ import annotations

from voting.ballots import Rankings
from voting.methods.reading import below_by_duels, duels_of, schwartz, table
from voting.outcome import Count, tiers_by
from voting.sums import Sums
from voting.ties import TieRule


def smith_set(ballots: Rankings | Sums, ties: TieRule, *, unranked: str = "bottom") -> Count:
    """A diagnosis, not an election: winners are the whole set, which no tie rule reduces.

    Tiers: the Smith set, then that of the other options, and so on. Scores: the number of options
    in lower tiers. Evidence: `pairwise`; `schwartz`, the Schwartz set: the same without those whom
    a chain of duels won leads to from an option that has no such chain back. Source: Schwartz,
    The Logic of Collective Choice, 1986.
    """
    read = duels_of(ballots, unranked=unranked)
    preferred = read.numbers
    scores = dict(zip(ballots.options, below_by_duels(preferred), strict=True))
    ranking = tiers_by(scores)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(scores),
        evidence={
            "voters": read.boxes.received,
            "pairwise": table(ballots.options, preferred),
            "schwartz": [ballots.options[option] for option in schwartz(preferred)],
        },
        ties=(),
        boxes=read.boxes,
    )
