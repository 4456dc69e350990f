"""The one door into the room: ballots and the name of a method in, an outcome out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from voting.ballots import (
    B,
    Ballots,
    Grades,
    Scores,
    as_grades,
    as_rankings,
    as_scores,
    canonical,
    digest,
    distinct,
    kind_of,
    matrix_of,
    with_rows,
)
from voting.checks import check
from voting.invalid import InvalidBallots
from voting.methods import METHODS, Method
from voting.outcome import Outcome
from voting.ties import TieRule, check_rule, leave_tied


class Comparison(msgspec.Struct, frozen=True):
    """The same ballots counted by several methods; `differ`: not all have the same winners.

    `read_as` names the methods for which judgments were read as rankings.
    """

    outcomes: dict[str, Outcome]
    winners: dict[str, tuple[str, ...]]
    differ: bool
    read_as: dict[str, str]


def tally(ballots: Ballots, method: str, *, ties: TieRule = leave_tied, **options: str) -> Outcome:
    """Count the ballots.

    The outcome depends on nothing but the set of ballots, the method, its options and the tie rule:
    ballots and options are put into canonical order first. Raises `InvalidBallots` for ballots that
    cannot be counted, an unknown method, an option or a value that the method does not have (with
    the valid ones), ballots of another kind, and an incomplete tie order.
    """
    entry = method_named(method)
    chosen = chosen_options(entry, options)
    check(ballots)
    plain = canonical(ballots)
    readable = _readable(plain, method, entry)
    check_rule(ties, ballots.options)
    count = entry.function(readable, ties, **chosen)
    rules = rules_of(method, chosen, ties)
    return Outcome(
        method=method,
        options=chosen,
        winners=count.winners,
        committees=count.committees,
        ranking=count.ranking,
        scores=count.scores,
        evidence={**count.evidence, "rules": rules},
        ties=count.ties,
        boxes=count.boxes,
        digest=digest(plain, is_canonical=True),
    )


def compare(
    ballots: Ballots,
    methods: Iterable[str],
    *,
    ties: TieRule = leave_tied,
    options: Mapping[str, Mapping[str, str]] | None = None,
) -> Comparison:
    """Count by each method: would another one change the winners?

    `options`: method name -> its options. Judgments and scores are read as rankings for a method
    that needs rankings (`read_as` says so); a method that cannot read the ballots is an error.
    """
    outcomes: dict[str, Outcome] = {}
    read_as: dict[str, str] = {}
    for name in methods:
        kind = method_named(name).kind
        given = ballots
        if isinstance(ballots, Grades | Scores) and kind == "rankings":
            judged = as_grades(ballots) if isinstance(ballots, Scores) else ballots
            given = as_rankings(check(judged))
            read_as[name] = kind
        outcomes[name] = tally(given, name, ties=ties, **(options or {}).get(name, {}))
    winners = {name: outcome.winners for name, outcome in outcomes.items()}
    return Comparison(outcomes, winners, len({*winners.values()}) > 1, read_as)


def merge(first: B, *others: B) -> B:
    """The ballots of several disjoint sets as one set of distinct ballots.

    The sets must have the same options (in any order) and, for judgments, the same grades.
    """
    matrices, counts = [matrix_of(first)], [first.counts]
    for other in others:
        differing = sorted(set(first.options) ^ set(other.options))
        if differing or kind_of(other) != kind_of(first):
            raise InvalidBallots("different_options", names=differing)
        if isinstance(first, Grades) and isinstance(other, Grades) and first.grades != other.grades:
            raise InvalidBallots("different_options", names=list(other.grades))
        if isinstance(first, Scores) and isinstance(other, Scores):
            first = replace(first, most=max(first.most, other.most))
        order = [other.options.index(name) for name in first.options]
        matrices.append(matrix_of(other)[:, order])
        counts.append(other.counts)
    return distinct(with_rows(first, np.vstack(matrices), np.concatenate(counts)))


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
        if not any(_fits(str(value), allowed) for allowed in method.options[name]):
            valid = list(method.options[name])
            raise InvalidBallots("bad_option_value", name=name, value=str(value), valid=valid)
    defaults = {name: values[0] for name, values in method.options.items()}
    return defaults | {name: str(value) for name, value in given.items()}


def rules_of(method: str, options: Mapping[str, str], ties: TieRule) -> dict[str, Any]:
    """The tie rule, and the SHA-256 of method, options and tie rule as canonical JSON."""
    rule = {"kind": ties.kind, "order": list(ties.order), "seed": ties.seed}
    text = msgspec.json.encode(
        {"method": method, "options": dict(options), "ties": rule}, order="sorted"
    )
    return {"ties": rule, "digest": hashlib.sha256(text).hexdigest()}


def _readable(ballots: Ballots, method: str, entry: Method) -> Ballots:
    """The ballots as the method reads them: scores are judgments named by numbers, and back."""
    found = kind_of(ballots)
    if found == entry.kind:
        return ballots
    if isinstance(ballots, Scores) and entry.kind == "grades":
        return as_grades(ballots)
    numbered = isinstance(ballots, Grades) and all(name.isdigit() for name in ballots.grades)
    if isinstance(ballots, Grades) and entry.kind == "scores" and numbered:
        return as_scores(ballots)
    raise InvalidBallots("wrong_ballot_kind", method=method, expected=entry.kind, found=found)


def _fits(value: str, allowed: str) -> bool:
    if allowed == "N":
        return value.isascii() and value.isdigit() and len(value) <= 18
    if allowed == "N/N":
        parts = value.split("/")
        return len(parts) == 2 and all(_fits(part, "N") and int(part) > 0 for part in parts)
    if allowed in ("grade:NAME", "option:NAME"):
        return value.startswith(allowed.removesuffix("NAME")) and not value.endswith(":")
    return value == allowed
