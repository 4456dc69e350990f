"""Cumulative voting: each voter shares out points among the options; the largest sum wins."""

from voting.ballots import Points
from voting.methods.points.spending import NO_LIMIT, refuse_negative, spending
from voting.outcome import Count
from voting.ties import TieRule


def cumulative(ballots: Points, ties: TieRule, *, points_per_voter: str = NO_LIMIT) -> Count:
    """Rank by sum of points. A ballot may give `points_per_voter` or less; more is over-spent.

    `any`: no limit was announced. Raises `InvalidBallots` for negative points.
    """
    refuse_negative(ballots)
    return spending(ballots, ties, limit=points_per_voter, power=1)
