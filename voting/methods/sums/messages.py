"""Messages of the methods where the largest sum wins, with the kinds of their values.

Those of `sums` are said of every method that has none of its own.
"""

from voting.outcome import Fields

_SCORE: Fields = {"option": "option", "score": "number", "ballots": "number"}
_BEHIND: Fields = {
    "option": "option",
    "score": "number",
    "winner": "option",
    "winner_score": "number",
}
_SCORE_APPROVAL: Fields = {"option": "option", "score": "number"}
_RUNOFF: Fields = {
    "first": "option",
    "second": "option",
    "for_first": "number",
    "for_second": "number",
}
_MAJORITY: Fields = {"option": "option", "votes": "number", "ballots": "number", "rank": "number"}
_BEHIND_BUCKLIN: Fields = {
    "option": "option",
    "votes": "number",
    "winner": "option",
    "winner_votes": "number",
    "rank": "number",
}

MESSAGES: dict[str, Fields] = {
    "reason.approval.score": _SCORE,
    "reason.approval.behind": _BEHIND,
    "step.approval.score": _SCORE_APPROVAL,
    "why_not.approval.behind": _BEHIND,
    "reason.plurality.score": _SCORE,
    "reason.plurality.behind": _BEHIND,
    "step.plurality.score": _SCORE_APPROVAL,
    "why_not.plurality.behind": _BEHIND,
    "reason.copeland.score": _SCORE,
    "reason.copeland.behind": _BEHIND,
    "step.copeland.score": _SCORE_APPROVAL,
    "why_not.copeland.behind": _BEHIND,
    "reason.sums.score": _SCORE,
    "reason.sums.behind": _BEHIND,
    "step.sums.score": _SCORE_APPROVAL,
    "why_not.sums.behind": _BEHIND,
    "reason.borda.score": _SCORE,
    "reason.dowdall.score": _SCORE,
    "reason.cumulative.score": _SCORE,
    "reason.quadratic.score": _SCORE,
    "reason.quadratic.behind": _BEHIND,
    "step.quadratic.score": _SCORE_APPROVAL,
    "why_not.quadratic.behind": _BEHIND,
    "reason.star.open": {"options": "options"},
    "reason.star.finalists": {
        "first": "option",
        "second": "option",
        "first_sum": "number",
        "second_sum": "number",
    },
    "reason.star.runoff": _RUNOFF,
    "step.star.score": _SCORE_APPROVAL,
    "step.star.runoff": _RUNOFF,
    "why_not.star.runoff": _RUNOFF,
    "why_not.star.score": {"option": "option", "score": "number", "finalists": "votes"},
    "reason.bucklin.majority": _MAJORITY,
    "reason.bucklin.most": _MAJORITY,
    "reason.bucklin.behind": _BEHIND_BUCKLIN,
    "step.bucklin.rank": {"rank": "number", "votes": "votes"},
    "why_not.bucklin.behind": _BEHIND_BUCKLIN,
}
