"""Recount files: all that is needed to count a published result again, and compare.

A recount file is the project's own JSON with the distinct ballots and their counts, sorted, plus
`"count"` (method, options, tie order) and `"published"` (the outcome). It holds nobody and no time.
Where no ballot is to be published, `"sums"` stands in their place: what the method reads of them.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import Ballots
from voting.formats import own
from voting.formats.election import decoded
from voting.invalid import InvalidBallots
from voting.methods import METHODS
from voting.outcome import BallotCounts, Outcome
from voting.records.documents import as_document
from voting.summaries import Summary
from voting.tally import chosen_options, method_named, needed_by, tally
from voting.ties import TieRule, by_order, by_published_seed, leave_tied


class RecountDifference(msgspec.Struct, frozen=True):
    """A difference of the published outcome and the recount: a path, and both values as JSON."""

    path: str
    published: str
    recounted: str


class Recount(msgspec.Struct, frozen=True):
    """Whether a recount gives what was published, the differences, and the recounted outcome.

    `summed`: the file held sums in the place of ballots.
    """

    same: bool
    differences: list[RecountDifference]
    outcome: Outcome
    summed: bool = False


def recount_file(
    ballots: Ballots,
    outcome: Outcome,
    *,
    title: str = "",
    faults: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """The recount file of an outcome, as canonical JSON: keys sorted, UTF-8, no spaces.

    `faults`: what is reported with the outcome, such as marked voters without a ballot; a
    recount hands it on and does not judge it.
    """
    rules = outcome.rules
    document = own.document_of(ballots, title=title, seats=rules.seats or 1)
    if rules.budget is not None:
        document |= {"budget": rules.budget, "costs": rules.costs}
    document |= {"count": _request(outcome), "published": as_document(outcome)}
    if faults:
        document["faults"] = list(faults)
    return own.as_text(document).encode()


def aggregates_file(
    summary: Summary,
    outcome: Outcome,
    *,
    title: str = "",
    faults: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """The recount file of an outcome counted from sums alone (`voting.tally.aggregates_only`).

    `faults`: as `recount_file` takes them.
    """
    aggregates = summary.aggregates
    assert aggregates is not None
    document: dict[str, Any] = {
        "title": title,
        "sums": {
            "options": list(aggregates.options),
            "grades": list(aggregates.grades),
            "boxes": msgspec.to_builtins(aggregates.ballot_counts),
            "numbers": aggregates.numbers.tolist(),
        },
        "count": _request(outcome),
        "published": as_document(outcome),
    }
    if faults:
        document["faults"] = list(faults)
    return own.as_text(document).encode()


def recount(file_json: bytes | str) -> Recount:
    """Count the ballots of a recount file again and compare with what it says was published.

    Every field is compared, evidence and digest included. Raises `InvalidBallots` for a file that
    is not one, or whose ballots cannot be counted.
    """
    text, _ = decoded(file_json, strict=True)
    document = own.parsed(text)
    request, published = document.get("count"), document.get("published")
    if not isinstance(request, dict) or not isinstance(published, dict):
        raise InvalidBallots("not_a_recount_file", line=1, column=1)
    options: dict[str, Any] = request.get("options") or {}
    if not isinstance(request.get("method"), str) or not isinstance(options, dict):
        raise InvalidBallots("not_a_recount_file", line=1, column=1)
    chosen = chosen_options(method_named(request["method"]), options)
    if "sums" in document:
        summary = _summary(document["sums"], request["method"], chosen)
        outcome = _tally_of_sums(summary, _tie_rule(request))
        differences = differences_between(published, as_document(outcome))
        return Recount(not differences, differences, outcome, summed=True)
    election = own.read(text)
    needed = needed_by(request["method"], election.seats, election.budget, election.costs)
    outcome = tally(election.ballots, request["method"], chosen, ties=_tie_rule(request), **needed)
    differences = differences_between(published, as_document(outcome))
    return Recount(not differences, differences, outcome)


def differences_between(published: Any, recounted: Any, path: str = "") -> list[RecountDifference]:
    """Every place where two JSON values differ, by the path of keys and positions that leads there.

    >>> differences_between({"a": [1, 2]}, {"a": [1, 3]})
    [RecountDifference(path='a/1', published='2', recounted='3')]
    """
    if isinstance(published, dict) and isinstance(recounted, dict):
        keys: list[Any] = sorted(set(published) | set(recounted))
        pairs = [(key, published.get(key), recounted.get(key)) for key in keys]
    elif isinstance(published, list) and isinstance(recounted, list):
        longest = range(max(len(published), len(recounted)))
        pairs = [(place, _at(published, place), _at(recounted, place)) for place in longest]
    elif published == recounted and type(published) is type(recounted):
        return []
    else:
        values = (msgspec.json.encode(value).decode() for value in (published, recounted))
        return [RecountDifference(path, *values)]
    found: list[RecountDifference] = []
    for key, first, second in pairs:
        found += differences_between(first, second, f"{path}/{key}".lstrip("/"))
    return found


def _request(outcome: Outcome) -> dict[str, Any]:
    """Arguments of the tally to do again."""
    ties = outcome.rules.ties
    return {
        "method": outcome.method,
        "options": outcome.options,
        "tie_order": list(ties.order) if ties.kind == "order" else None,
        "tie_seed": ties.seed if ties.kind == "seed" else None,
    }


class _AggregatesDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    options: list[str]
    grades: list[str]
    ballot_counts: BallotCounts = msgspec.field(name="boxes")
    numbers: list[list[Annotated[int, msgspec.Meta(ge=0, le=2**62)]]]


def _summary(value: Any, method: str, chosen: dict[str, str]) -> Summary:
    """The sums of a recount file. Raises `InvalidBallots` for what the method does not read."""
    if not METHODS[method].summable:
        raise InvalidBallots("not_a_recount_file", line=1, column=1)
    try:
        document = msgspec.convert(value, _AggregatesDocument)
        numbers = np.array(document.numbers, np.int64)
    except (msgspec.ValidationError, ValueError) as error:
        raise InvalidBallots("not_a_recount_file", line=1, column=1) from error
    if numbers.ndim != 2 or len(numbers) != len(document.options):
        raise InvalidBallots("not_a_recount_file", line=1, column=1)
    options, grades = tuple(document.options), tuple(document.grades)
    aggregates = Aggregates(options, numbers, document.ballot_counts, grades)
    return Summary(method, chosen, options, None, aggregates)


def _tally_of_sums(summary: Summary, ties: TieRule) -> Outcome:
    """Count sums that a file contains. Raises `InvalidBallots` for sums that no ballots have.

    Each method expects numbers of its own shape (a square of contests, a column a grade, judges).
    """
    try:
        return tally(summary, summary.method, summary.method_options, ties=ties)
    except InvalidBallots:
        raise
    except (ValueError, IndexError, ArithmeticError) as error:
        raise InvalidBallots("not_a_recount_file", line=1, column=1) from error


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def _tie_rule(request: dict[str, Any]) -> TieRule:
    order, seed = request.get("tie_order"), request.get("tie_seed")
    if isinstance(order, list):
        return by_order([str(name) for name in order])
    return by_published_seed(seed) if isinstance(seed, str) else leave_tied
