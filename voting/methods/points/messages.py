"""The messages that explain the methods on points, with the kinds of their values."""

from __future__ import annotations

from voting.outcome import Fields

_SCORE: Fields = {"option": "option", "score": "number", "ballots": "number"}
_BEHIND: Fields = {
    "option": "option",
    "score": "number",
    "winner": "option",
    "winner_score": "number",
}
_LIMIT: Fields = {"limit": "number"}
_OVER_SPENT: Fields = {"ballots": "number", "most": "number"}
_SPENT: Fields = {"spent": "number"}
_SCORE_CUMULATIVE: Fields = {"option": "option", "score": "number"}

MESSAGES: dict[str, Fields] = {
    "reason.cumulative.score": _SCORE,
    "reason.cumulative.behind": _BEHIND,
    "step.cumulative.limit": _LIMIT,
    "step.cumulative.no_limit": {},
    "step.cumulative.over_spent": _OVER_SPENT,
    "step.cumulative.spent": _SPENT,
    "step.cumulative.score": _SCORE_CUMULATIVE,
    "why_not.cumulative.behind": _BEHIND,
    "reason.quadratic.score": _SCORE,
    "reason.quadratic.behind": _BEHIND,
    "step.quadratic.limit": _LIMIT,
    "step.quadratic.no_limit": {},
    "step.quadratic.over_spent": _OVER_SPENT,
    "step.quadratic.spent": _SPENT,
    "step.quadratic.score": _SCORE_CUMULATIVE,
    "why_not.quadratic.behind": _BEHIND,
}
