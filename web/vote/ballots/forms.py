"""A ballot as a form and back: the voter's order, what was ticked, and the lines to check."""

from collections.abc import Mapping, Sequence
from typing import Any

from deliberation.core.context import AppContext
from deliberation.core.errors import Invalid
from deliberation.core.secrets import keyed
from deliberation.elections.ballots.choices import Choice
from deliberation.elections.polls.queries import OptionView, PollView

NAMES = {"grades": "g-", "rankings": "r-"}
TICKED = "choix"
BLANK = "blanc"
NONE = "none"


def voters_order(app: AppContext, poll: PollView, browser: str) -> list[OptionView]:
    """The options in an order of this browser's own, the same at each visit."""

    def rank(option: OptionView) -> bytes:
        return keyed(app.secret, "order", browser, poll.id, str(option.number))

    return sorted(poll.options, key=rank)


def choice_of(poll: PollView, fields: Mapping[str, Any]) -> tuple[dict[str, int], bool]:
    """The choice in a form's fields, and whether a blank vote is wanted. Raises `Invalid`."""
    blank = bool(fields.get(BLANK))
    if poll.ballot == "approvals":
        ticked = fields.get(TICKED, [])
        return dict.fromkeys([ticked] if isinstance(ticked, str) else ticked, 1), blank
    choice: dict[str, int] = {}
    errors: dict[str, Any] = {}
    for option in poll.options:
        sent = fields.get(NAMES[poll.ballot] + str(option.number), "")
        if sent == NONE:
            choice[str(option.number)] = 0
        elif isinstance(sent, str) and sent.isdecimal() and len(sent) < 4:
            choice[str(option.number)] = int(sent)
        elif sent:
            errors[f"choice.{option.number}"] = "not-a-choice"
    if errors:
        raise Invalid(errors)
    return choice, blank


def typed_of(poll: PollView, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a refused form held, as the ballot shows it: by option, or the ticked ones."""
    if poll.ballot == "approvals":
        ticked = fields.get(TICKED, [])
        return dict.fromkeys([ticked] if isinstance(ticked, str) else ticked, 1)
    prefix = NAMES[poll.ballot]
    return {
        str(option.number): fields[prefix + str(option.number)]
        for option in poll.options
        if fields.get(prefix + str(option.number))
    }


def shown(poll: PollView, choice: Choice) -> dict[str, Any]:
    """A choice as the ballot shows it: what was not touched is untouched."""
    if poll.ballot == "grades":
        return {key: mark or NONE for key, mark in choice.items()}
    return {key: mark for key, mark in choice.items() if mark}


def field_errors(poll: PollView, errors: Mapping[str, str]) -> dict[str, str]:
    """The sentences about a choice, by the form's own names."""
    found = {}
    for path, message in errors.items():
        _, _, key = path.partition(".")
        name = TICKED if poll.ballot == "approvals" else NAMES[poll.ballot] + key
        found[name if key else BLANK] = message
    return found


def in_order(poll: PollView, options: Sequence[OptionView], choice: Choice) -> list[OptionView]:
    """The options as a voter checks them: a ranking by rank, anything else as it was shown."""
    if poll.ballot != "rankings":
        return list(options)
    return sorted(options, key=lambda option: choice.get(str(option.number)) or len(options) + 1)


def silent(poll: PollView, choice: Choice) -> int:
    """How many options got no grade or rank."""
    return sum(1 for option in poll.options if not choice.get(str(option.number)))
