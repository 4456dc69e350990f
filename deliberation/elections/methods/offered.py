"""Which methods a poll may use and what each asks of it, all read from the rows of `METHODS`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from voting.ballot_rules import ballot_rules
from voting.methods import METHODS

# What an agent sets of a poll -> the options of methods that it sets.
SETTINGS: dict[str, tuple[str, ...]] = {
    "missing": ("missing",),
    "quorum": ("quorum",),
    "max_score": ("max_score",),
    "points": ("points_per_voter", "credits"),
    "utility": ("utility",),
    "completion": ("completion",),
}
# The site's own default of an option, where it is not the method's.
USUAL = {
    "max_score": "5",
    "points_per_voter": "10",
    "credits": "36",
    "completion": "add1_exhaustive",
}
# Methods that a poll may use: the key of the table, in its order.
OFFERED: tuple[str, ...] = tuple(name for name, row in METHODS.items() if row.offered)


def _values(option: str) -> tuple[str, ...]:
    """Every value that some offered method takes for an option, but for those that name things."""
    found = (METHODS[name].options.get(option, ()) for name in OFFERED)
    return tuple(dict.fromkeys(value for values in found for value in values if ":" not in value))


if TYPE_CHECKING:
    Method = str
    Missing = str
    Utility = str
    Completion = str
else:  # the values come from the one table
    Method = Literal[OFFERED]
    Missing = Literal[_values("missing")]
    Utility = Literal[_values("utility")]
    Completion = Literal[_values("completion")]


def ballot_of(method: str, settings: Mapping[str, str] | None = None) -> str:
    """Ballot type of a method: see `BallotRules.kind`."""
    return ballot_rules(method, 0, settings=settings).kind


def group_of(method: str) -> str:
    """Group of a method in the choice of methods: its ballot type, after `seats` or `budget`."""
    needs = METHODS[method].needs
    return f"{needs}-{ballot_of(method)}" if needs else ballot_of(method)


def fields_of(method: str) -> frozenset[str]:
    """The settings of a poll by this method, in addition to its question and options."""
    row = METHODS[method]
    found = {name for name, options in SETTINGS.items() if row.options.keys() & {*options}}
    if "missing" not in found:  # a quorum is of those who judge an option
        found.discard("quorum")
    if row.needs:
        found |= {"seats"} if row.needs == "seats" else {"budget", "costs"}
    if ballot_of(method) == "grades":
        found |= {"grades", "approved_from"}
    return frozenset(found)


def usual(method: str, option: str) -> str:
    """The value of an option of a method that a poll has unless its agent says otherwise."""
    allowed = METHODS[method].options[option]
    wanted = USUAL.get(option, allowed[0])
    return wanted if wanted in allowed or {"N", "N+"} & {*allowed} else allowed[0]
