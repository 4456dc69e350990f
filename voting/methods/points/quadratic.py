"""Quadratic voting (Lalley and Weyl 2018): v votes for an option cost v x v credits."""

from voting.ballots import Points
from voting.methods.points.spending import NO_LIMIT, refuse_negative, spending
from voting.outcome import Count
from voting.ties import TieRule


def quadratic(
    ballots: Points, ties: TieRule, *, credits: str = NO_LIMIT, negative_votes: str = "false"
) -> Count:
    """Rank by sum of votes. A ballot whose squares add up to more than `credits` is over-spent.

    `any`: no number of credits was announced. A vote against costs as much as a vote for; unless
    `negative_votes` is `true`, it raises `InvalidBallots`. Credits left over are lost.
    """
    if negative_votes == "false":
        refuse_negative(ballots)
    return spending(ballots, ties, limit=credits, power=2)
