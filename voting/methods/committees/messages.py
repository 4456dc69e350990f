"""The messages that explain the committee methods, with the kinds of their values."""

from voting.outcome import Fields

_BEHIND: Fields = {
    "option": "option",
    "score": "number",
    "winner": "option",
    "winner_score": "number",
}
_SWAP: Fields = {"option": "option", "swapped": "number", "winner": "option", "score": "number"}
_BEHIND_SEQ_PAV: Fields = {
    "option": "option",
    "value": "number",
    "winner": "option",
    "winner_value": "number",
    "number": "ordinal",
}
_NOBODY: Fields = {"option": "option"}
_GONE: Fields = {"option": "option", "number": "ordinal", "value": "number"}
_BUDGETS: Fields = {"option": "option", "votes": "number", "available": "number"}
_JOINED: Fields = {"number": "ordinal", "option": "option", "value": "number"}

MESSAGES: dict[str, Fields] = {
    "reason.committee.all": {"seats": "number"},
    "reason.committee.open": {"groups": "number"},
    "reason.committee.represented": {"represented": "number", "ballots": "number"},
    "reason.committee.unproven": {"score": "number", "bound": "number"},
    "reason.committee.unsearched": {},
    "reason.committee.behind": _BEHIND,
    "reason.committee.swap": _SWAP,
    "reason.seq_pav.behind": _BEHIND_SEQ_PAV,
    "reason.seq_phragmen.behind": _BEHIND_SEQ_PAV,
    "reason.seq_phragmen.nobody": _NOBODY,
    "reason.revseq_pav.gone": _GONE,
    "reason.mes_committee.vacant": {"vacant": "number"},
    "reason.mes_committee.voter_budgets": _BUDGETS,
    "step.committee.score": {"option": "option", "score": "number"},
    "step.committee.satisfied": {"ballots": "number", "members": "number", "value": "number"},
    "step.seq_pav.joined": _JOINED,
    "step.seq_phragmen.joined": _JOINED,
    "step.seq_phragmen.nobody": {"number": "ordinal", "option": "option"},
    "step.revseq_pav.left": _JOINED,
    "step.mes_committee.start": {"start": "number"},
    "step.mes_committee.paid": {
        "number": "ordinal",
        "option": "option",
        "price": "number",
        "in_full": "number",
        "emptied": "number",
    },
    "step.mes_committee.filled": {"number": "ordinal", "option": "option", "votes": "number"},
    "why_not.committee.possible": _NOBODY,
    "why_not.committee.unsearched": _NOBODY,
    "why_not.committee.never": _NOBODY,
    "why_not.committee.behind": _BEHIND,
    "why_not.committee.swap": _SWAP,
    "why_not.seq_pav.behind": _BEHIND_SEQ_PAV,
    "why_not.seq_phragmen.behind": _BEHIND_SEQ_PAV,
    "why_not.seq_phragmen.nobody": _NOBODY,
    "why_not.revseq_pav.gone": _GONE,
    "why_not.mes_committee.voter_budgets": _BUDGETS,
}
