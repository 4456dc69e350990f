"""Single transferable vote by the Scottish local government rules."""

from fractions import Fraction

from voting.ballots import Rankings
from voting.methods.transferable.gregory import Arithmetic, Gregory
from voting.methods.transferable.parcels import Value
from voting.methods.transferable.stages import counted
from voting.outcome import Count, exact
from voting.ties import TieRule

MOST_STAGES = 4_000
DECIMALS = 10**5


def stv_scottish(
    ballots: Rankings, ties: TieRule, *, equal: str = "exhaust", seats: int = 1
) -> Count:
    """Elect `seats` options by quota, transfers of surpluses and exclusions.

    A ballot passed on from a surplus is worth surplus x value / votes, cut to five decimals. Ties
    are decided by the most recent stage where the tied differ, then by the published order.
    Evidence: `stages`. Scores: votes at the last stage where the option took part (a surplus is
    counted before it is passed on only at its stage).
    Source: Scottish Statutory Instrument 2007/42, schedule 1, rules 45-52.
    """
    rules = Arithmetic(DECIMALS, _reduced, _shown)
    return counted(
        ballots,
        seats,
        ties,
        equal,
        lambda transferable, places, here: Gregory(transferable, places, here, rules),
        MOST_STAGES,
    )


def _reduced(surplus: Value, value: Value, votes: Value) -> Value:
    return surplus * value // votes


def _shown(votes: Fraction) -> int | str:
    """Five decimals, as the rules write votes; a shared ballot can need a fraction.

    >>> _shown(Fraction(26)), _shown(Fraction(1, 3))
    ('26.00000', '1/3')
    """
    units = votes * DECIMALS
    if units.denominator != 1:
        return exact(votes)
    return f"{units.numerator // DECIMALS}.{units.numerator % DECIMALS:05d}"
