"""Single transferable vote, weighted inclusive Gregory method in exact fractions."""

from fractions import Fraction

from voting.ballots import Rankings
from voting.methods.transferable.gregory import Arithmetic, Gregory
from voting.methods.transferable.parcels import Value
from voting.methods.transferable.stages import counted
from voting.outcome import Count, exact
from voting.ties import TieRule

MOST_STAGES = 4_000


def stv_wigm(ballots: Rankings, ties: TieRule, *, equal: str = "exhaust", seats: int = 1) -> Count:
    """As `stv_scottish`, but no value is ever rounded: a ballot passed on from a surplus is worth
    surplus x value / votes, a fraction. Evidence: `stages`, with votes as integers or "a/b".
    """
    rules = Arithmetic(1, _reduced, exact)
    return counted(
        ballots,
        seats,
        ties,
        equal,
        lambda transferable, places, here: Gregory(transferable, places, here, rules),
        MOST_STAGES,
    )


def _reduced(surplus: Value, value: Value, votes: Value) -> Value:
    return Fraction(surplus) * value / votes
