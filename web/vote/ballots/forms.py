"""A ballot as a form and back: the voter's order, the choices, and the lines to check.

One table says how each way of voting is sent (`FIELDS`); what a ballot may hold is said by
`voting.ballot_rules`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from deliberation.core.context import AppContext
from deliberation.core.errors import Invalid
from deliberation.core.secrets import keyed
from deliberation.elections.ballots.choices import Choice
from deliberation.elections.polls.queries import OptionView, PollView

TICKED = "choix"  # holds the numbers of the options that are ticked
# Way of voting -> the field's name; one that ends by "-" has the option's number after it.
FIELDS = {
    "grades": "g-",
    "rankings": "r-",
    "scores": "s-",
    "points": "p-",
    "approvals": TICKED,
    "choice": TICKED,
}
BLANK = "blanc"
NONE = "none"


def field_of(poll: PollView, option: int | str) -> str:
    """The name of the field in which a ballot says something of an option."""
    name = FIELDS[poll.ballot]
    return name if name == TICKED else f"{name}{option}"


def voters_order(app: AppContext, poll: PollView, browser: str) -> list[OptionView]:
    """The options in an order of this browser's own, the same at each visit."""

    def rank(option: OptionView) -> bytes:
        return keyed(app.secret, "order", browser, poll.id, str(option.number))

    return sorted(poll.options, key=rank)


def choice_of(poll: PollView, fields: Mapping[str, Any]) -> tuple[dict[str, int], bool]:
    """The choice in a form's fields, and whether a blank vote is wanted. Raises `Invalid`."""
    blank = bool(fields.get(BLANK))
    if FIELDS[poll.ballot] == TICKED:
        return dict.fromkeys(_ticked(fields), 1), blank
    choice: dict[str, int] = {}
    errors: dict[str, Any] = {}
    for option in poll.options:
        sent = fields.get(field_of(poll, option.number), "")
        if sent == NONE:
            if poll.ballot == "grades":  # touched, and without an opinion
                choice[str(option.number)] = 0
        elif isinstance(sent, str) and (plain := sent.strip()).isdecimal() and len(plain) < 5:
            choice[str(option.number)] = int(plain)
        elif sent:
            errors[f"choice.{option.number}"] = "not-a-choice"
    if poll.ballot == "points":  # nothing given is no choice
        choice = {key: points for key, points in choice.items() if points}
    if errors:
        raise Invalid(errors)
    return choice, blank


def typed_of(poll: PollView, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a refused form, to fill in the ballot again: by option, or the ticked ones."""
    if FIELDS[poll.ballot] == TICKED:
        return dict.fromkeys(_ticked(fields), 1)
    return {
        str(option.number): fields[name]
        for option in poll.options
        if fields.get(name := field_of(poll, option.number))
    }


def shown(poll: PollView, choice: Choice) -> dict[str, Any]:
    """A choice as the ballot shows it: what was not touched is untouched."""
    if poll.ballot == "grades":
        return {key: mark or NONE for key, mark in choice.items()}
    if poll.ballot == "scores":
        return dict(choice)
    return {key: mark for key, mark in choice.items() if mark}


def field_errors(poll: PollView, errors: Mapping[str, str]) -> dict[str, str]:
    """The sentences about a choice, by the form's own names."""
    found, whole = {}, "points" if poll.ballot == "points" else BLANK
    for path, message in errors.items():
        _, _, key = path.partition(".")
        found[field_of(poll, key) if key else whole] = message
    return found


def in_order(poll: PollView, options: Sequence[OptionView], choice: Choice) -> list[OptionView]:
    """The options as a voter checks them: a ranking by rank, anything else as it was shown."""
    if poll.ballot != "rankings":
        return list(options)
    return sorted(options, key=lambda option: choice.get(str(option.number)) or len(options) + 1)


def silent(poll: PollView, choice: Choice) -> int:
    """Number of options that the choice leaves unmarked."""
    if poll.ballot == "scores":
        return sum(1 for option in poll.options if str(option.number) not in choice)
    return sum(1 for option in poll.options if not choice.get(str(option.number)))


def _ticked(fields: Mapping[str, Any]) -> list[str]:
    ticked = fields.get(TICKED, [])
    return [ticked] if isinstance(ticked, str) else ticked
