"""The messages that explain the methods on pairwise contests, with the kinds of their values."""

from voting.outcome import Fields

_UNBEATEN: Fields = {"option": "option"}
_WORST: Fields = {
    "option": "option",
    "other": "option",
    "for_other": "number",
    "for_option": "number",
    "score": "number",
}
_ALL_WON: Fields = {"option": "option", "contests": "number"}
_CLOSEST: Fields = {
    "first": "option",
    "second": "option",
    "for_first": "number",
    "for_second": "number",
}
_ONLY: Fields = {"score": "number"}
_PATHS: Fields = {
    "first": "option",
    "second": "option",
    "strength": "number",
    "path": "path",
    "back_strength": "number",
    "back_path": "path",
}
_NO_QUORUM: Fields = {
    "option": "option",
    "other": "option",
    "for_other": "number",
    "for_option": "number",
}

MESSAGES: dict[str, Fields] = {
    "reason.minimax.unbeaten": _UNBEATEN,
    "reason.minimax.worst": _WORST,
    "step.minimax.unbeaten": _UNBEATEN,
    "step.minimax.worst": _WORST,
    "why_not.minimax.unbeaten": _UNBEATEN,
    "why_not.minimax.worst": _WORST,
    "reason.contests.all_won": _ALL_WON,
    "reason.contests.unbeaten": _ALL_WON,
    "reason.contests.closest": _CLOSEST,
    "reason.ranked_pairs.first": _UNBEATEN,
    "reason.ranked_pairs.several": {"winners": "options"},
    "reason.ranked_pairs.set_aside": _CLOSEST,
    "step.ranked_pairs.yes": _CLOSEST,
    "step.ranked_pairs.no": _CLOSEST,
    "step.ranked_pairs.depends": _CLOSEST,
    "step.ranked_pairs.unchecked": _CLOSEST,
    "why_not.ranked_pairs.yes": _CLOSEST,
    "why_not.ranked_pairs.depends": _CLOSEST,
    "why_not.ranked_pairs.unchecked": _CLOSEST,
    "reason.kemeny.score": {"score": "number", "preferences": "number"},
    "reason.kemeny.only": _ONLY,
    "reason.kemeny.unlisted": _ONLY,
    "reason.kemeny.several": {"many": "number"},
    "reason.kemeny.unproven": {"score": "number", "bound": "number"},
    "why_not.kemeny.never_first": _UNBEATEN,
    "why_not.kemeny.also_first": _UNBEATEN,
    "why_not.kemeny.unproven": _UNBEATEN,
    "reason.schulze.paths": _PATHS,
    "reason.schulze.dropped": {"options": "options"},
    "why_not.schulze.no_quorum": _NO_QUORUM,
    "why_not.schulze.no_majority": _NO_QUORUM,
    "reason.smith_set.set": {"winners": "options", "others": "options"},
    "step.contests.won": _CLOSEST,
    "step.contests.tied": _CLOSEST,
    "step.schulze.paths": _PATHS,
    "why_not.contests.won": _CLOSEST,
    "why_not.contests.tied": _CLOSEST,
    "why_not.contests.lost": _CLOSEST,
    "why_not.schulze.paths": _PATHS,
}
