"""`--option KEY=VALUE` of a count: options of the method, ties, what replaces the file's settings.

A name or a value that means nothing here is refused with the list of those that do.
"""

import csv
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from voting import formats
from voting.formats import Election
from voting.invalid import InvalidBallots
from voting.methods import METHODS
from voting.methods.method import Method
from voting.tally import chosen_options
from voting.ties import TieRule, by_order, by_published_seed, leave_tied

TIES = ("tie_order", "tie_seed")
# What a method needs -> what a file says of it, and an option may say otherwise.
NEEDED = {"seats": ("seats",), "budget": ("budget", "costs"), "": ()}
# How a format reads what is unclear.
READING = tuple(rule for entry in formats.FORMATS.values() for rule in entry.rules)


class CountOptions(NamedTuple):
    """Options sorted by purpose; `needed` and `judges` replace what the file says."""

    options: dict[str, str]
    ties: TieRule
    needed: dict[str, str]
    judges: str | None
    reading: dict[str, str]


def count_options(pairs: Mapping[str, str]) -> CountOptions:
    """The options sorted by what they are for; nothing but the tie rule is checked here."""
    options = dict(pairs)
    order, seed = (options.pop(name, None) for name in TIES)
    if order is not None and seed is not None:
        raise InvalidBallots("bad_option_value", name="tie_seed", value=seed, valid=["tie_order"])
    ties = leave_tied if seed is None else by_published_seed(seed)
    if order is not None:
        ties = by_order([name.strip() for name in _cells(order)])
    needed = {
        name: options.pop(name) for names in NEEDED.values() for name in names if name in pairs
    }
    judges = options.pop("judges", None)
    reading = {name: options.pop(name) for name in READING if name in options}
    return CountOptions(options, ties, needed, judges, reading)


def check_options(given: CountOptions, method: Method) -> None:
    """Refuse options that the method does not have, and invalid values."""
    known = known_options(method)
    names = [*given.options, *given.needed, *(["judges"] if given.judges is not None else [])]
    for name in names:
        if name not in known:
            raise InvalidBallots("unknown_method_option", name=name, valid=known)
    chosen_options(method, given.options)


def known_options(method: Method) -> list[str]:
    """Every name that `--option` may give with this method."""
    judges = ["judges"] if method.ballot == "grades" else []
    return sorted([*method.options, *TIES, *NEEDED[method.needs], *judges])


def with_known(error: InvalidBallots, method: str) -> InvalidBallots:
    """Add the list of valid options to the error of an unknown one."""
    if error.reason != "unknown_method_option" or error.values.get("valid"):
        return error
    known = known_options(METHODS[method]) if method in METHODS else list(TIES)
    return InvalidBallots(error.reason, name=error.values["name"], valid=known)


def costs_of(given: CountOptions, election: Election) -> dict[str, int]:
    """The file's costs with those of `costs=NAME:60,OTHER:50` in their place."""
    found = dict(election.costs)
    for name, amount in _costs(given.needed.get("costs", "")):
        if name not in election.ballots.options:
            valid = list(election.ballots.options)
            raise InvalidBallots("bad_option_value", name="costs", value=name[:40], valid=valid)
        if not amount.isascii() or not amount.isdigit() or len(amount) > 18:
            valid = ["NAME:N,NAME:N"]
            raise InvalidBallots("bad_option_value", name="costs", value=amount[:40], valid=valid)
        found[name] = int(amount)
    return found


def _costs(text: str) -> Iterator[tuple[str, str]]:
    for cell in _cells(text):
        name, _, amount = cell.rpartition(":" if ":" in cell else "=")
        yield name.strip(), amount.strip()


def _cells(text: str) -> list[str]:
    """A list separated by commas; a name with a comma is in double quotes."""
    try:
        return next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error:
        return [text]
