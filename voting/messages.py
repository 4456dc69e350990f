"""The messages of every method (who won, ties), with the kinds of their values."""

from voting.outcome import Fields

_TIED: Fields = {"winners": "options", "method": "method", "received": "number"}
_COMMITTEES_TIED: Fields = {"groups": "number", "method": "method", "received": "number"}
_NONE_ELECTED: Fields = {"method": "method", "received": "number"}
_LEFT: Fields = {"tied": "options", "number": "ordinal"}
_SEED: Fields = {"tied": "options", "number": "ordinal", "seed": "text"}
_ORDER_MATTERS: Fields = {"tied": "options"}
_ELECTED: Fields = {"option": "option"}
_ELECTED_OPEN: Fields = {"option": "option", "winners": "options"}

MESSAGES: dict[str, Fields] = {
    "result.winner": {"winner": "option", "method": "method", "received": "number"},
    "result.tied": _TIED,
    "result.set": _TIED,
    "result.elected": _TIED,
    "result.elected_open": _TIED,
    "result.unchecked": _TIED,
    "result.elected_unchecked": _TIED,
    "result.committees_tied": _COMMITTEES_TIED,
    "result.committees_many": _COMMITTEES_TIED,
    "result.none_elected": _NONE_ELECTED,
    "result.funded": _TIED,
    "result.none_funded": _NONE_ELECTED,
    "result.no_ballots": {"options": "options"},
    "result.only_option": {"winner": "option", "received": "number"},
    "result.first": {"winner": "option", "method": "method"},
    "result.first_tied": {"winners": "options", "method": "method"},
    "step.ballots": {
        "received": "number",
        "counted": "number",
        "blank": "number",
        "partial": "number",
        "over_marked": "number",
        "over_spent": "number",
        "invalid": "number",
    },
    "tie.place.left": _LEFT,
    "tie.place.order": _LEFT,
    "tie.place.seed": _SEED,
    "tie.place.protocol": _LEFT,
    "tie.round.left": _LEFT,
    "tie.round.order": _LEFT,
    "tie.round.seed": _SEED,
    "tie.round.previous_rounds": _LEFT,
    "tie.round.safe_together": _LEFT,
    "tie.surplus.left": _LEFT,
    "tie.surplus.order": _LEFT,
    "tie.surplus.seed": _SEED,
    "tie.surplus.previous_rounds": _LEFT,
    "tie.project.left": _LEFT,
    "tie.project.order": _LEFT,
    "tie.project.seed": _SEED,
    "tie.seat.left": _LEFT,
    "tie.seat.order": _LEFT,
    "tie.seat.seed": _SEED,
    "tie.removal.left": _LEFT,
    "tie.removal.order": _LEFT,
    "tie.removal.seed": _SEED,
    "tie.order_matters": _ORDER_MATTERS,
    "tie.unchecked": _ORDER_MATTERS,
    "tie.other_committee": _ORDER_MATTERS,
    "why_not.elected": _ELECTED,
    "why_not.elected_open": _ELECTED_OPEN,
    "why_not.funded": _ELECTED,
    "why_not.won": _ELECTED,
    "why_not.shares_first_place": _ELECTED_OPEN,
    "why_not.unchecked": _ELECTED,
}
