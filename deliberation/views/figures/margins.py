"""The margin in ballots between the first and the second option: one function per family."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, isqrt

from voting.evidence import (
    GradesEvidence,
    PointsEvidence,
    RatedEvidence,
    RunoffEvidence,
    StarEvidence,
    WithheldEvidence,
    pairwise_matrix,
)
from voting.methods import METHODS
from voting.methods.method import Family
from voting.outcome import Outcome


def lead(outcome: Outcome) -> int | None:
    """Ballots between the winner and the next option; None without a single winner and a next.

    None too where few ballots were counted and only the ranking is known, and for the methods that
    elect or fund several options.

    It says how many ballots keep the order as it is, roughly: enough to call a result close.
    """
    order = outcome.order
    measure = LEADS.get(METHODS[outcome.method].family)
    withheld = isinstance(outcome.evidence, WithheldEvidence)
    if measure is None or withheld or len(outcome.winners) != 1 or len(order) < 2:
        return None
    return measure(outcome, order[0], order[1])


def _graded(outcome: Outcome, first: str, second: str) -> int:
    """Different grades: what the first may lose, or the second win, before they are equal.

    The same grade: the difference of what decides, more above it or fewer below it.
    """
    evidence = outcome.evidence_as(GradesEvidence)
    gauges, judges = evidence.gauges, evidence.judges
    one, other = gauges[first], gauges[second]
    if one.grade == other.grade:
        return abs(_signed(one.above, one.below) - _signed(other.above, other.below))
    level = outcome.evidence_as(GradesEvidence).grades.index(one.grade)
    kept = sum(outcome.evidence_as(GradesEvidence).profile[first][level:])
    reached = sum(outcome.evidence_as(GradesEvidence).profile[second][level:])
    return int(min(2 * kept - judges, judges - 2 * reached)) // 2


def _signed(above: int, below: int) -> int:
    return above if above > below else -below


def _summed(outcome: Outcome, first: str, second: str) -> int:
    """The difference of the sums, in ballots that give all that one may give to an option."""
    evidence, most = outcome.evidence, 1
    if isinstance(evidence, StarEvidence):  # the ballots that prefer either finalist decide
        return _contested(outcome, first, second)
    if isinstance(evidence, RatedEvidence):
        most = evidence.most
    if isinstance(evidence, PointsEvidence) and evidence.limit != "any":
        most = _most_points(outcome, int(evidence.limit))
    apart = Fraction(outcome.scores[first]) - Fraction(outcome.scores[second])
    return ceil(apart / max(most, 1))


def _most_points(outcome: Outcome, limit: int) -> int:
    return isqrt(limit) if "credits" in outcome.options else limit


def _contested(outcome: Outcome, first: str, second: str) -> int:
    contests = pairwise_matrix(outcome.evidence)
    return contests[first][second] - contests[second][first]


def _in_the_end(outcome: Outcome, first: str, second: str) -> int:
    """The contest of the two where the method looks at contests, else the last round."""
    if isinstance(outcome.evidence, RunoffEvidence):
        return _last_round(outcome, first, second)
    return _contested(outcome, first, second)


def _last_round(outcome: Outcome, first: str, second: str) -> int:
    counts = outcome.evidence_as(RunoffEvidence).rounds[-1].votes
    best, *rest = sorted((Fraction(count) for count in counts.values()), reverse=True)
    return int(best - rest[0]) if rest else int(best)


LEADS: dict[Family, Callable[[Outcome, str, str], int]] = {
    "grades": _graded,
    "sums": _summed,
    "points": _summed,
    "pairwise": _contested,
    "eliminations": _in_the_end,
}
