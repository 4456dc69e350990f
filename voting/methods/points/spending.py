"""Shared by methods on points: what a ballot spends, the sums, and its ballot count."""

import numpy as np

from voting.ballots import I64, Points
from voting.evidence import PointsEvidence
from voting.invalid import InvalidBallots
from voting.methods.points.amounts import amounts
from voting.outcome import BallotCounts, Count, tiers_by
from voting.ties import TieRule, settle

# The limit when none was announced: no ballot spends too much.
NO_LIMIT = "any"


def spending(ballots: Points, ties: TieRule, *, limit: str, power: int) -> Count:
    """Rank by the sum of what the ballots give, a number v costing its giver |v| ** power.

    A ballot that costs more than `limit` is over-spent and counts for nothing; one that gives
    nothing is blank. Scores: sums. Evidence: `profile` (option -> number given -> ballots), from
    which the sums and `spent` can be checked, and `over_spent` (how much too much -> ballots).
    """
    costs = (np.abs(ballots.points) ** power).sum(axis=1)
    blank = costs == 0
    over = np.zeros(len(costs), bool) if limit == NO_LIMIT else costs > int(limit)
    kept = ~(over | blank)
    counts = ballots.counts[kept]
    profile = {
        name: amounts(column[kept], counts)
        for name, column in zip(ballots.options, ballots.points.T, strict=True)
    }
    sums = {name: sum(v * n for v, n in given.items()) for name, given in profile.items()}
    ranking, reports = settle(tiers_by(sums), ties)
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(sums),
        evidence=PointsEvidence(
            limit=limit if limit == NO_LIMIT else int(limit),
            spent=sum(abs(v) ** power * n for given in profile.values() for v, n in given.items()),
            profile={
                name: {str(v): n for v, n in given.items()} for name, given in profile.items()
            },
            over_spent=_excess(costs[over], ballots.counts[over], limit),
        ),
        ties=reports,
        ballot_counts=BallotCounts(
            counted=int(counts.sum()),
            blank=int(ballots.counts[blank].sum()),
            over_spent=int(ballots.counts[over].sum()),
        ),
    )


def refuse_negative(ballots: Points) -> None:
    """Raise `InvalidBallots` that names the first negative number, its ballot and its option."""
    for column, name in enumerate(ballots.options):
        given = ballots.points[:, column]
        if len(given) and given.min() < 0:
            row = int(np.flatnonzero(given < 0)[0])
            raise InvalidBallots("negative_points", row=row, name=name, value=int(given[row]))


def _excess(costs: I64, counts: I64, limit: str) -> dict[str, int]:
    """Ballots by how much they spend too much, least first."""
    found: dict[int, int] = {}
    for cost, count in zip(costs.tolist(), counts.tolist(), strict=True):
        found[cost - int(limit)] = found.get(cost - int(limit), 0) + count
    return {str(excess): found[excess] for excess in sorted(found)}
