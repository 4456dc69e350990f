"""How far the first option of a count is ahead of the second, in ballots: one function a family."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, isqrt

from voting.methods import METHODS
from voting.methods.method import Family
from voting.outcome import Outcome


def lead(outcome: Outcome) -> int | None:
    """Ballots between the winner and the next option; None without a single winner and a next.

    None too where few ballots were counted and only the ranking is known, and for the methods that
    elect or fund several options.

    It says how many ballots keep the order as it is, roughly: enough to call a result close.
    """
    order = [name for tier in outcome.ranking for name in tier]
    measure = LEADS.get(METHODS[outcome.method].family)
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
    """The difference of the sums, in ballots that give all that one may give to an option."""
    if "pairwise" in outcome.evidence:  # two finalists: the ballots that prefer either decide
        return _contested(outcome, first, second)
    limit = str(outcome.evidence.get("limit", "any"))
    most = int(outcome.evidence.get("most", 1)) if limit == "any" else _most_points(outcome, limit)
    apart = Fraction(outcome.scores[first]) - Fraction(outcome.scores[second])
    return ceil(apart / max(most, 1))


def _most_points(outcome: Outcome, limit: str) -> int:
    return isqrt(int(limit)) if "credits" in outcome.options else int(limit)


def _contested(outcome: Outcome, first: str, second: str) -> int:
    contests = outcome.evidence["pairwise"]
    return int(contests[first][second]) - int(contests[second][first])


def _in_the_end(outcome: Outcome, first: str, second: str) -> int:
    """The contest of the two where the method looks at contests, else the last round."""
    if "pairwise" in outcome.evidence:
        return _contested(outcome, first, second)
    return _last_round(outcome, first, second)


def _last_round(outcome: Outcome, first: str, second: str) -> int:
    counts = outcome.evidence["rounds"][-1]["votes"]
    best, *rest = sorted((Fraction(count) for count in counts.values()), reverse=True)
    return int(best - rest[0]) if rest else int(best)


LEADS: dict[Family, Callable[[Outcome, str, str], int]] = {
    "grades": _graded,
    "sums": _summed,
    "points": _summed,
    "pairwise": _contested,
    "eliminations": _in_the_end,
}
