"""The messages that explain the methods that fund projects, with the kinds of their values."""

from voting.outcome import Fields

_LEFT: Fields = {"option": "option", "votes": "number", "cost": "number", "left": "number"}
_BUDGETS: Fields = {"option": "option", "votes": "number", "cost": "number", "available": "number"}
_NO_VOTE: Fields = {"option": "option"}
_TOO_DEAR: Fields = {"option": "option", "cost": "number", "budget": "number"}

MESSAGES: dict[str, Fields] = {
    "reason.funding.spent": {"spent": "number", "budget": "number"},
    "reason.funding.open": {"groups": "number"},
    "reason.funding.unsearched": {},
    "reason.funding.left": _LEFT,
    "reason.funding.voter_budgets": _BUDGETS,
    "reason.funding.no_vote": _NO_VOTE,
    "reason.funding.too_dear": _TOO_DEAR,
    "reason.funding.tied": _NO_VOTE,
    "reason.funding.unsearched_option": _NO_VOTE,
    "step.funding.start": {"start": "number"},
    "step.funding.all_fit": {"budget": "number"},
    "step.funding.fits": _LEFT,
    "step.funding.paid": {
        "option": "option",
        "votes": "number",
        "cost": "number",
        "left": "number",
        "price": "number",
        "in_full": "number",
        "emptied": "number",
    },
    "step.funding.loaded": {
        "option": "option",
        "votes": "number",
        "cost": "number",
        "left": "number",
        "load": "number",
    },
    "why_not.funding.left": _LEFT,
    "why_not.funding.voter_budgets": _BUDGETS,
    "why_not.funding.no_vote": _NO_VOTE,
    "why_not.funding.too_dear": _TOO_DEAR,
    "why_not.funding.tied": _NO_VOTE,
    "why_not.funding.unsearched_option": _NO_VOTE,
}
