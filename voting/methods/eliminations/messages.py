"""Messages of the methods that eliminate round by round, with the kinds of their values."""

from voting.outcome import Fields

_CERTAIN: Fields = {"option": "option", "round": "ordinal"}
_OPEN: Fields = {"winners": "options", "round": "ordinal"}
_VOTES: Fields = {
    "option": "option",
    "score": "number",
    "winner": "option",
    "winner_score": "number",
    "round": "ordinal",
}
_VOTES_ELIMINATION: Fields = {"round": "ordinal", "scores": "votes"}
_LEFT: Fields = {"round": "ordinal", "options": "options"}
_ELIMINATED: Fields = {
    "option": "option",
    "votes": "number",
    "winner": "option",
    "winner_votes": "number",
    "round": "ordinal",
}

MESSAGES: dict[str, Fields] = {
    "reason.certain": _CERTAIN,
    "reason.open": _OPEN,
    "why_not.in_no_order": _CERTAIN,
    "reason.elimination.alone": _CERTAIN,
    "reason.elimination.beats_all": _CERTAIN,
    "reason.elimination.tied": _CERTAIN,
    "reason.elimination.all_tied": _OPEN,
    "reason.elimination.majority": {
        "option": "option",
        "round": "ordinal",
        "votes": "number",
        "active": "number",
    },
    "reason.elimination.votes": _VOTES,
    "reason.elimination.points": _VOTES,
    "reason.elimination.average": _VOTES,
    "reason.elimination.last_places": _VOTES,
    "reason.elimination.stayed_votes": _VOTES,
    "reason.elimination.stayed_points": _VOTES,
    "reason.elimination.stayed_last_places": _VOTES,
    "step.elimination.votes": _VOTES_ELIMINATION,
    "step.elimination.points": _VOTES_ELIMINATION,
    "step.elimination.last_places": _VOTES_ELIMINATION,
    "step.elimination.left": _LEFT,
    "why_not.elimination.votes": _VOTES,
    "why_not.elimination.points": _VOTES,
    "why_not.elimination.average": _VOTES,
    "why_not.elimination.last_places": _VOTES,
    "why_not.elimination.stayed_votes": _VOTES,
    "why_not.elimination.stayed_points": _VOTES,
    "why_not.elimination.stayed_last_places": _VOTES,
    "reason.instant_runoff.majority": {
        "option": "option",
        "votes": "number",
        "active": "number",
        "round": "ordinal",
    },
    "reason.instant_runoff.alone": _CERTAIN,
    "reason.instant_runoff.eliminated": _ELIMINATED,
    "reason.instant_runoff.behind": _ELIMINATED,
    "step.instant_runoff.votes": {
        "round": "ordinal",
        "votes": "votes",
        "active": "number",
        "exhausted": "number",
    },
    "step.instant_runoff.eliminated": _LEFT,
    "step.instant_runoff.transfers": {
        "round": "ordinal",
        "transfers": "votes",
        "exhausted": "number",
    },
    "why_not.instant_runoff.eliminated": _ELIMINATED,
    "why_not.instant_runoff.behind": _ELIMINATED,
}
