"""The messages that explain the methods on grades, with the kinds of their values."""

from voting.outcome import Fields

_GRADES: Fields = {
    "above": "option",
    "below": "option",
    "above_grade": "grade",
    "below_grade": "grade",
}
_VALUE: Fields = {
    "above": "option",
    "below": "option",
    "above_grade": "grade",
    "below_grade": "grade",
    "grade": "grade",
    "removed": "number",
}
_EQUAL: Fields = {"above": "option", "below": "option"}
_EXCLUDED: Fields = {"option": "option", "judgments": "number", "judges": "number"}

MESSAGES: dict[str, Fields] = {
    "reason.majority_judgment.grade": {
        "option": "option",
        "grade": "grade",
        "at_least": "number",
        "judges": "number",
    },
    "reason.majority_judgment.grades": _GRADES,
    "reason.majority_judgment.value": _VALUE,
    "reason.majority_judgment.equal": _EQUAL,
    "reason.majority_judgment.excluded": _EXCLUDED,
    "step.majority_judgment.gauge": {
        "option": "option",
        "grade": "grade",
        "above": "number",
        "below": "number",
        "sign": "lean",
    },
    "step.majority_judgment.grades": _GRADES,
    "step.majority_judgment.value": _VALUE,
    "step.majority_judgment.equal": _EQUAL,
    "why_not.majority_judgment.grades": _GRADES,
    "why_not.majority_judgment.value": _VALUE,
    "why_not.majority_judgment.equal": _EQUAL,
    "why_not.majority_judgment.excluded": _EXCLUDED,
}
