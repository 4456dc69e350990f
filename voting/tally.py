"""The entry point of `voting`: ballots and the name of a method in, an outcome out."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

import msgspec

from voting.ballots import Ballots, Grades, Scores, matrix_of
from voting.ballots.checks import check
from voting.ballots.conversions import as_grades, as_rankings
from voting.ballots.grouping import in_order
from voting.comparing import Difference, difference
from voting.evidence import Rules
from voting.invalid import InvalidBallots
from voting.methods import METHODS
from voting.methods.method import Method
from voting.outcome import Outcome
from voting.summaries import Summary, aggregates_only, join, merge, summary_of
from voting.ties import TieRule, check_rule, leave_tied

__all__ = [
    "Comparison",
    "Needed",
    "Summary",
    "aggregates_only",
    "allows",
    "chosen_options",
    "compare",
    "join",
    "merge",
    "method_named",
    "needed_by",
    "needs_of",
    "rules_of",
    "summarise",
    "tally",
]


class Comparison(msgspec.Struct, frozen=True):
    """Outcomes of several methods on the same ballots; `differ`: not all have the same winners.

    `differences`: for each method after the first, where its ranking differs from the first one's.
    `read_as` names the methods for which judgments were read as rankings.
    """

    outcomes: dict[str, Outcome]
    winners: dict[str, tuple[str, ...]]
    differ: bool
    differences: dict[str, Difference | None]
    read_as: dict[str, str]


def tally(
    ballots: Ballots | Summary,
    method: str,
    options: Mapping[str, str] | None = None,
    *,
    ties: TieRule = leave_tied,
    seats: int | str | None = None,
    budget: int | str | None = None,
    costs: Mapping[str, int] | None = None,
) -> Outcome:
    """Count the ballots, or the summary of them that `summarise` made for this method and options.

    `options`: those of the method, by name. `seats` (default: 1) goes with the methods that elect
    several options, `budget` and `costs` (of each option, whole numbers above zero) with those that
    fund projects: `Method.needs` says which.

    The outcome depends on nothing but the set of ballots, the method, its options and the tie rule:
    ballots and options are put into canonical order first. Raises `InvalidBallots` for ballots that
    cannot be counted, an unknown method, an option or a value that the method does not have (with
    the valid ones), ballots of another kind, and an incomplete tie order.
    """
    entry = method_named(method)
    chosen = chosen_options(entry, options or {})
    summary = ballots if isinstance(ballots, Summary) else _summary(ballots, method, chosen)
    if (summary.method, summary.method_options) != (method, chosen):
        raise InvalidBallots("wrong_type", expected=method, found=summary.method)
    check_rule(ties, summary.options)
    needed = needs_of(entry, summary.options, seats, budget, costs)
    try:
        count = entry.function(summary.readable, ties, **chosen, **needed)
    except InvalidBallots as error:
        raise _among_given(error, ballots, summary) from None
    rules = rules_of(method, chosen, ties, needed)
    return Outcome(
        method=method,
        options=chosen,
        winners=count.winners,
        committees=count.committees,
        ranking=count.ranking,
        scores=count.scores,
        evidence=msgspec.structs.replace(count.evidence, rules=rules),
        ties=count.ties,
        ballot_counts=count.ballot_counts,
        digest=summary.digest,
    )


def summarise(ballots: Ballots, method: str, options: Mapping[str, str] | None = None) -> Summary:
    """Summarise ballots for a method with these options; summaries `join`.

    Matrices or histograms for the methods that read nothing else, with the distinct ballots that
    the digest is of (`aggregates_only` leaves these out); the distinct ballots for the others.
    Raises `InvalidBallots` as `tally` does.
    """
    return _summary(ballots, method, chosen_options(method_named(method), options or {}))


def compare(
    ballots: Ballots,
    methods: Iterable[str],
    *,
    options: Mapping[str, Mapping[str, str]] | None = None,
    ties: TieRule = leave_tied,
    seats: int | str | None = None,
    budget: int | str | None = None,
    costs: Mapping[str, int] | None = None,
) -> Comparison:
    """Count by each method: would another one change the outcome, and where?

    `options`: method name -> its options. `seats`, `budget` and `costs` go to the methods that need
    them. Judgments and scores are read as rankings for a method
    that needs rankings (`read_as` says so); a method that cannot read the ballots is an error.
    """
    outcomes: dict[str, Outcome] = {}
    read_as: dict[str, str] = {}
    for name in methods:
        kind = method_named(name).ballot
        given = ballots
        if isinstance(ballots, Grades | Scores) and kind == "rankings":
            judged = as_grades(ballots) if isinstance(ballots, Scores) else ballots
            given = as_rankings(check(judged))
            read_as[name] = kind
        needed = needed_by(name, seats, budget, costs)
        outcomes[name] = tally(given, name, (options or {}).get(name), ties=ties, **needed)
    winners = {name: outcome.winners for name, outcome in outcomes.items()}
    differ = len({frozenset(names) for names in winners.values()}) > 1
    first, *others = outcomes
    differences = {name: difference(outcomes[first], outcomes[name]) for name in others}
    return Comparison(outcomes, winners, differ, differences, read_as)


def method_named(name: str) -> Method:
    """The entry of `METHODS`, or an error that lists them all."""
    if name not in METHODS:
        raise InvalidBallots("unknown_method", name=name, valid=sorted(METHODS))
    return METHODS[name]


def chosen_options(method: Method, given: Mapping[str, str]) -> dict[str, str]:
    """The defaults with the given values in their place, all checked."""
    for name, value in given.items():
        if name not in method.options:
            raise InvalidBallots("unknown_method_option", name=name, valid=sorted(method.options))
        if not allows(method.options[name], str(value)):
            valid = list(method.options[name])
            raise InvalidBallots("bad_option_value", name=name, value=str(value), valid=valid)
    defaults = {name: values[0] for name, values in method.options.items()}
    return defaults | {name: str(value) for name, value in given.items()}


def allows(values: Iterable[str], value: str) -> bool:
    """Whether an option that takes these values takes this one."""
    return any(_fits(value, allowed) for allowed in values)


class Needed(TypedDict, total=False):
    """Seats, budget and costs, as keywords of `tally`."""

    seats: int | str | None
    budget: int | str | None
    costs: Mapping[str, int] | None


def needed_by(
    method: str,
    seats: int | str | None = None,
    budget: int | str | None = None,
    costs: Mapping[str, int] | None = None,
) -> Needed:
    """Select those of seats, budget and costs that the method needs."""
    needs = method_named(method).needs
    if needs == "seats":
        return {"seats": seats}
    return {"budget": budget, "costs": costs} if needs == "budget" else {}


def needs_of(
    method: Method,
    names: Iterable[str],
    seats: int | str | None = None,
    budget: int | str | None = None,
    costs: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The method's needs in addition to ballots, validated: `seats`, or `budget` and `costs`.

    What it does not need is refused.
    """
    for name, value in (("seats", seats), ("budget", budget), ("costs", costs)):
        if value and method.needs != ("seats" if name == "seats" else "budget"):
            raise InvalidBallots("unknown_method_option", name=name, valid=sorted(method.options))
    if method.needs == "seats":
        return {"seats": _whole("seats", 1 if seats is None else seats)}
    if method.needs != "budget":
        return {}
    if budget is None:
        raise InvalidBallots("missing_field", name="budget")
    prices = dict(costs or {})
    for name in names:
        if name not in prices:
            raise InvalidBallots("missing_field", name=f"costs: {name}")
        if type(prices[name]) is not int or prices[name] < 1:
            raise InvalidBallots("bad_field", name=f"costs: {name}", found=str(prices[name])[:40])
    kept = {name: prices[name] for name in sorted(names)}
    return {"budget": _whole("budget", budget), "costs": kept}


def rules_of(
    method: str,
    options: Mapping[str, str],
    ties: TieRule,
    needed: Mapping[str, Any] | None = None,
) -> Rules:
    """The tie rule, the seats or the budget and costs, and the SHA-256 of these, of the method and
    of its options as canonical JSON.
    """
    text = msgspec.json.encode(
        {"method": method, "options": dict(options), "ties": ties, **(needed or {})},
        order="sorted",
    )
    return Rules(ties=ties, digest=hashlib.sha256(text).hexdigest(), **(needed or {}))


def _summary(ballots: Ballots, method: str, chosen: Mapping[str, str]) -> Summary:
    return summary_of(check(ballots), method, chosen)


def _among_given(
    error: InvalidBallots, ballots: Ballots | Summary, summary: Summary
) -> InvalidBallots:
    """The error with the place of its ballot among those given, not among the sorted ones."""
    if error.row is None or isinstance(ballots, Summary) or summary.ballots is None:
        return error
    sought = matrix_of(summary.ballots)[error.row]
    places = (matrix_of(in_order(ballots)) == sought).all(axis=1).nonzero()[0]
    row = int(ballots.counts.nonzero()[0][places[0]])
    values = {name: value for name, value in error.values.items() if name != "column"}
    return InvalidBallots(error.reason, row=row, line=error.line, column=error.column, **values)


def _whole(name: str, value: int | str) -> int:
    """A whole number above zero, from a file (a number) or from what was asked for (a text)."""
    text = str(value)
    if isinstance(value, int) and not 0 < value < 10**18:
        raise InvalidBallots("bad_field", name=name, found=text[:40])
    if not text.isascii() or not text.isdigit() or len(text) > 18 or int(text) < 1:
        raise InvalidBallots("bad_option_value", name=name, value=text[:40], valid=["N"])
    return int(text)


def _fits(value: str, allowed: str) -> bool:
    if allowed == "N":
        return value.isascii() and value.isdigit() and len(value) <= 18
    if allowed == "N+":
        return _fits(value, "N") and int(value) > 0
    if allowed == "N/N":
        parts = value.split("/")
        return len(parts) == 2 and all(_fits(part, "N") and int(part) > 0 for part in parts)
    if allowed in ("grade:NAME", "option:NAME"):
        return value.startswith(allowed.removesuffix("NAME")) and not value.endswith(":")
    return value == allowed
