"""A chart: a sentence, a picture, and a table of the same numbers.

`CHARTS`: kind of chart, as a method's row says it -> the function that draws it.
"""

from collections.abc import Callable

from voting.methods import METHODS
from voting.methods.method import ChartKind
from voting.outcome import Outcome
from web.charts.drawn import Chart
from web.charts.elected import elected
from web.charts.pairwise import pairwise
from web.charts.profile import profile
from web.charts.rounds import rounds
from web.charts.sums import sums

CHARTS: dict[ChartKind, Callable[[str, Outcome, str], Chart]] = {
    "profile": profile,
    "sums": sums,
    "contests": pairwise,
    "rounds": rounds,
    "elected": elected,
}


def chart_of(lang: str, outcome: Outcome, key: str) -> Chart | None:
    """The chart of an outcome; None when nothing was counted. `key`: unique on the page."""
    if (
        not outcome.ballot_counts.counted
        + outcome.ballot_counts.partial
        + outcome.ballot_counts.over_marked
    ):
        return None
    return CHARTS[METHODS[outcome.method].chart](lang, outcome, key)


__all__ = ["CHARTS", "Chart", "chart_of"]
