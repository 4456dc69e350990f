"""What every chart is: a sentence, a picture, and the table that says the same.

`CHARTS` is the literal table of who draws which method.
"""

from collections.abc import Callable

from voting.outcome import Outcome
from web.charts.drawn import Chart
from web.charts.duels import duels
from web.charts.elected import elected
from web.charts.profile import profile
from web.charts.rounds import rounds
from web.charts.sums import sums

CHARTS: dict[str, Callable[[str, Outcome, str], Chart]] = {
    "stv_scottish": elected,
    "stv_wigm": elected,
    "stv_meek": elected,
    "greedy_pb": elected,
    "mes_pb": elected,
    "phragmen_pb": elected,
    "approval_committee": elected,
    "sav": elected,
    "pav": elected,
    "seq_pav": elected,
    "revseq_pav": elected,
    "seq_phragmen": elected,
    "chamberlin_courant": elected,
    "mes_committee": elected,
    "majority_judgment": profile,
    "approval": sums,
    "plurality": sums,
    "copeland": sums,
    "score": sums,
    "star": sums,
    "borda": sums,
    "dowdall": sums,
    "cumulative": sums,
    "quadratic": sums,
    "bucklin": sums,
    "minimax": duels,
    "ranked_pairs": duels,
    "kemeny": duels,
    "benham": duels,
    "baldwin": duels,
    "nanson": duels,
    "coombs": duels,
    "schulze": duels,
    "smith_set": duels,
    "instant_runoff": rounds,
}


def chart_of(lang: str, outcome: Outcome, key: str) -> Chart | None:
    """The chart of an outcome; None when nothing was counted. `key`: unique on the page."""
    if (
        not outcome.ballot_counts.counted
        + outcome.ballot_counts.partial
        + outcome.ballot_counts.over_marked
    ):
        return None
    return CHARTS[outcome.method](lang, outcome, key)


__all__ = ["CHARTS", "Chart", "chart_of"]
