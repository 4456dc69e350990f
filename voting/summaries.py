"""Summaries: what a count needs from some ballots, so that parts of a vote can be counted apart.

The summaries of disjoint sets of ballots merge, in any order, into that of all the ballots.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce

import msgspec
import numpy as np

from voting.aggregates import Aggregates, add
from voting.ballots import B, Ballots, Grades, Points, Scores, kind_of, matrix_of, with_rows
from voting.ballots.conversions import as_grades, as_points, as_scores
from voting.ballots.grouping import digest, distinct, in_order
from voting.invalid import InvalidBallots
from voting.methods import METHODS


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Some ballots as one method reads them.

    `ballots`: the distinct ones in canonical form, which the digest is of; None when only the sums
    were kept (`aggregates_only`). `aggregates`: None for a method that reads ballots.
    """

    method: str
    method_options: dict[str, str]
    options: tuple[str, ...]
    ballots: Ballots | None
    aggregates: Aggregates | None

    @property
    def readable(self) -> Ballots | Aggregates:
        """The aggregates or the ballots, as the method counts them."""
        if self.aggregates is not None:
            return self.aggregates
        assert self.ballots is not None
        return readable(self.ballots, self.method)

    @property
    def digest(self) -> str:
        """SHA-256: of the canonical ballots, or of the sums when nothing else was kept."""
        if self.ballots is not None:
            return digest(self.ballots, is_canonical=True)
        assert self.aggregates is not None
        return _digest_of(self.aggregates, METHODS[self.method].ballot)


def summary_of(ballots: Ballots, method: str, options: Mapping[str, str]) -> Summary:
    """The summary of checked ballots, for a method and all its options."""
    plain = in_order(ballots)
    read = readable(plain, method)
    aggregates = None
    reader = METHODS[method].aggregates
    if reader is not None:
        given = {name: options[name] for name in reader.options}
        aggregates = reader.function(read, **given)
    return Summary(method, dict(options), plain.options, distinct(plain), aggregates)


def aggregates_only(summary: Summary) -> Summary:
    """Remove the ballots from a summary whose method reads aggregates; otherwise unchanged.

    An outcome counted from it has the digest of the sums, not that of the ballots.
    """
    return summary if summary.aggregates is None else replace(summary, ballots=None)


def join(first: Summary, *others: Summary) -> Summary:
    """The summary of several disjoint sets of ballots, from theirs, in any order.

    They must be made for the same method, options of the method, and options voted on.
    """
    for other in others:
        made_for = other.method, other.method_options, other.options
        if made_for != (first.method, first.method_options, first.options):
            raise InvalidBallots("different_options", names=[*other.options])
    everybody = (first, *others)
    aggregates = [summary.aggregates for summary in everybody if summary.aggregates is not None]
    ballots = [summary.ballots for summary in everybody if summary.ballots is not None]
    return replace(
        first,
        aggregates=reduce(add, aggregates) if aggregates else None,
        ballots=merge(*ballots) if len(ballots) == len(everybody) else None,
    )


def merge(first: B, *others: B) -> B:
    """The ballots of several disjoint sets as one set of distinct ballots.

    The sets must have the same options (in any order) and, for judgments, the same grades.
    """
    matrices, counts = [matrix_of(first)], [first.counts]
    for other in others:
        differing = sorted(set(first.options) ^ set(other.options))
        if differing or kind_of(other) != kind_of(first):
            raise InvalidBallots("different_options", names=differing)
        if _grades_of(first) != _grades_of(other):
            raise InvalidBallots("different_options", names=list(_grades_of(other)))
        if isinstance(first, Scores) and isinstance(other, Scores):
            first = replace(first, most=max(first.most, other.most))
        order = [other.options.index(name) for name in first.options]
        matrices.append(matrix_of(other)[:, order])
        counts.append(other.counts)
    return distinct(with_rows(first, np.vstack(matrices), np.concatenate(counts)))


def readable(ballots: Ballots, method: str) -> Ballots:
    """The ballots as the method reads them: scores are judgments named by numbers, and back."""
    entry, found = METHODS[method], kind_of(ballots)
    if found == entry.ballot:
        return ballots
    if isinstance(ballots, Scores) and entry.ballot == "grades":
        return as_grades(ballots)
    numbered = isinstance(ballots, Grades) and all(name.isdigit() for name in ballots.grades)
    if isinstance(ballots, Grades) and entry.ballot == "scores" and numbered:
        return as_scores(ballots)
    if entry.needs == "budget" and isinstance(ballots, Points):
        return ballots
    if isinstance(ballots, Scores) and (entry.needs == "budget" or entry.ballot == "points"):
        return as_points(ballots)
    raise InvalidBallots("wrong_ballot_kind", method=method, expected=entry.ballot, found=found)


def _grades_of(ballots: Ballots) -> tuple[str, ...]:
    """The grades, and whether only tallies are known."""
    if not isinstance(ballots, Grades):
        return ()
    return (*ballots.grades, "tallied") if ballots.tallied else ballots.grades


def _digest_of(aggregates: Aggregates, kind: str) -> str:
    """SHA-256 of one line of JSON (kind, options, grades, boxes), a newline, and the numbers, an
    option after the other, as 8 bytes each, big-endian.
    """
    head = {
        "kind": f"sums of {kind}",
        "options": list(aggregates.options),
        "grades": list(aggregates.grades),
        "boxes": msgspec.to_builtins(aggregates.ballot_counts),
    }
    text = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    numbers = np.ascontiguousarray(aggregates.numbers).astype(">i8").tobytes()
    return hashlib.sha256(text.encode() + numbers).hexdigest()
