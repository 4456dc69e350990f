"""The messages that explain the methods on points, with the kinds of their values."""

from voting.outcome import Fields

_LIMIT: Fields = {"limit": "number"}
_OVER_SPENT: Fields = {"ballots": "number", "most": "number"}
_SPENT: Fields = {"spent": "number"}

MESSAGES: dict[str, Fields] = {
    "step.cumulative.limit": _LIMIT,
    "step.cumulative.no_limit": {},
    "step.cumulative.over_spent": _OVER_SPENT,
    "step.cumulative.spent": _SPENT,
    "step.quadratic.limit": _LIMIT,
    "step.quadratic.no_limit": {},
    "step.quadratic.over_spent": _OVER_SPENT,
    "step.quadratic.spent": _SPENT,
}
