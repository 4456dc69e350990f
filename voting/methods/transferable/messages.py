"""The messages that explain the single transferable vote, with the kinds of their values."""

from voting.outcome import Fields

_OPEN: Fields = {"winners": "options", "round": "ordinal"}
_EXCLUDED: Fields = {"option": "option", "votes": "number", "round": "ordinal"}
_SURPLUS: Fields = {"round": "ordinal", "options": "options"}
_ELECTED: Fields = {"round": "ordinal", "options": "options", "quota": "number"}

MESSAGES: dict[str, Fields] = {
    "reason.stv.open": _OPEN,
    "reason.stv.certain": _OPEN,
    "reason.stv.all": {"seats": "number"},
    "reason.stv.quota": {"quota": "number", "seats": "number"},
    "reason.stv.excluded": _EXCLUDED,
    "reason.stv.behind": _EXCLUDED,
    "step.stv.surplus": _SURPLUS,
    "step.stv.exclusion": _SURPLUS,
    "step.stv.votes": {"round": "ordinal", "votes": "votes", "exhausted": "number"},
    "step.stv.elected": _ELECTED,
    "step.stv.filled": _ELECTED,
    "why_not.stv.in_no_order": {"option": "option", "round": "ordinal"},
    "why_not.stv.excluded": _EXCLUDED,
    "why_not.stv.behind": _EXCLUDED,
}
