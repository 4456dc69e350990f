"""From opened ballots to an outcome, and to what may be published of them."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from voting.ballots import Approvals, Ballots, Grades, as_rankings, received, unpack
from voting.outcome import Boxes, Outcome
from voting.tally import only_sums, summarise, tally
from voting.ties import by_published_seed


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is voted on and how it is counted: fixed before the first ballot.

    `choices`: the options' names, in the order of a packed ballot. `grades`: worst first.
    `compared`: the method shown beside the one that decides; `approved_from`: the lowest grade read
    as an approval for it. `tie_seed`: the text whose order decides ties.
    """

    question: str
    choices: list[str]
    ballot: str
    grades: list[str]
    method: str
    method_options: dict[str, str]
    compared: str | None
    approved_from: str
    tie_seed: str
    whole_ballots: bool


def ballots_of(question: Question, counts: Mapping[bytes, int]) -> Ballots:
    """Packed ballots and how often each was cast, as the counting room takes them."""
    rows = sorted(counts)
    return unpack(
        question.ballot, question.choices, rows, [counts[row] for row in rows], question.grades
    )


def outcome_of(question: Question, ballots: Ballots, *, summed: bool = False) -> Outcome:
    """The outcome of the method that decides; `summed`: counted from sums, whose digest it has."""
    ties = by_published_seed(question.tie_seed)
    options: dict[str, Any] = dict(question.method_options)
    if summed:
        summary = only_sums(summarise(ballots, question.method, **options))
        return tally(summary, question.method, ties=ties, **options)
    return tally(ballots, question.method, ties=ties, **options)


def compared_of(question: Question, ballots: Ballots) -> Outcome | None:
    """The outcome of the method that is shown for comparison, if there is one."""
    if not question.compared:
        return None
    ties = by_published_seed(question.tie_seed)
    outcome = tally(_read_for(question, ballots), question.compared, ties=ties)
    if isinstance(ballots, Grades) and ballots.tallied:
        # The rows of tallies are nobody's ballots: none of them can be called blank.
        return msgspec.structs.replace(outcome, boxes=Boxes(counted=received(ballots)))
    return outcome


def _read_for(question: Question, ballots: Ballots) -> Ballots:
    """The same ballots as the compared method reads them."""
    if not isinstance(ballots, Grades) or question.compared == question.method:
        return ballots
    if question.compared == "approval":
        lowest = ballots.grades.index(question.approved_from) + 1
        marks = np.asfortranarray((ballots.marks >= lowest).astype(np.uint8))
        return Approvals(ballots.options, marks, ballots.counts)
    return as_rankings(ballots)
