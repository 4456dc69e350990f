"""Minimax: the option whose worst defeat is the smallest wins."""

import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import I64, Rankings
from voting.evidence import MinimaxEvidence
from voting.methods.ballot_matrices import contests_of, table
from voting.outcome import Count, tiers_by
from voting.ties import TieRule, settle


def minimax(
    ballots: Rankings | Aggregates,
    ties: TieRule,
    *,
    variant: str = "winning_votes",
    unranked: str = "bottom",
) -> Count:
    """Rank by the size of the worst defeat, smallest first.

    A defeat weighs the ballots for the other option (`winning_votes`, 0 when unbeaten), its lead
    (`margins`, negative when unbeaten), or the ballots for the other option even where it does not
    win (`opposition`; an option that wins every contest may then lose). An option that loses every
    contest may win. Scores: worst defeats. Evidence: `pairwise`, `worst`, who inflicts it.
    """
    read = contests_of(ballots, unranked=unranked)
    preferred = read.numbers
    sizes = _sizes(preferred, variant)
    worst, against = {}, {}
    for option, name in enumerate(ballots.options):
        others = {
            other: int(sizes[row, option])
            for row, other in enumerate(ballots.options)
            if row != option
        }
        worst[name] = max(others.values(), default=0)
        against[name] = sorted(other for other in others if others[other] == worst[name])
    ranking, reports = settle(tiers_by({name: -size for name, size in worst.items()}), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(worst),
        evidence=MinimaxEvidence(
            voters=read.ballot_counts.received,
            pairwise=table(ballots.options, preferred),
            worst=against,
        ),
        ties=reports,
        ballot_counts=read.ballot_counts,
    )


def _sizes(preferred: I64, variant: str) -> I64:
    """(C, C) int64: how much the row's option weighs against the column's."""
    lead = preferred - preferred.T
    if variant == "margins":
        return lead
    return np.where(lead > 0, preferred, 0) if variant == "winning_votes" else preferred
