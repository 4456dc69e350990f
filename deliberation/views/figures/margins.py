"""How far the first option of a count is ahead of the second, in ballots: one function a method."""

from collections.abc import Callable
from fractions import Fraction

from voting.outcome import Outcome


def lead(outcome: Outcome) -> int | None:
    """Ballots between the winner and the next option; None without a single winner and a next.

    None too where few ballots were counted and only the ranking is known.

    It says how many ballots keep the order as it is, roughly: enough to call a result close.
    """
    order = [name for tier in outcome.ranking for name in tier]
    measure = LEADS.get(outcome.method)
    if measure is None or not outcome.evidence or len(outcome.winners) != 1 or len(order) < 2:
        return None
    return measure(outcome, order[0], order[1])


def _graded(outcome: Outcome, first: str, second: str) -> int:
    """Different grades: what the first may lose, or the second win, before they are equal.

    The same grade: the difference of what decides, more above it or fewer below it.
    """
    gauges, judges = outcome.evidence["gauges"], outcome.evidence["judges"]
    one, other = gauges[first], gauges[second]
    if one["grade"] == other["grade"]:
        return abs(_signed(one["p"], one["q"]) - _signed(other["p"], other["q"]))
    level = outcome.evidence["grades"].index(one["grade"])
    kept = sum(outcome.evidence["profile"][first][level:])
    reached = sum(outcome.evidence["profile"][second][level:])
    return int(min(2 * kept - judges, judges - 2 * reached)) // 2


def _signed(above: int, below: int) -> int:
    return above if above > below else -below


def _summed(outcome: Outcome, first: str, second: str) -> int:
    return int(outcome.scores[first]) - int(outcome.scores[second])


def _dueled(outcome: Outcome, first: str, second: str) -> int:
    duels = outcome.evidence["pairwise"]
    return int(duels[first][second]) - int(duels[second][first])


def _last_round(outcome: Outcome, first: str, second: str) -> int:
    counts = outcome.evidence["rounds"][-1]["votes"]
    best, *rest = sorted((Fraction(count) for count in counts.values()), reverse=True)
    return int(best - rest[0]) if rest else int(best)


LEADS: dict[str, Callable[[Outcome, str, str], int]] = {
    "majority_judgment": _graded,
    "approval": _summed,
    "schulze": _dueled,
    "instant_runoff": _last_round,
}
