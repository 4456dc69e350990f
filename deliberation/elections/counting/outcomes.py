"""Count decrypted ballots, and select what may be published of the outcome."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from deliberation.elections.counting.question import Question
from voting.ballot_rules import unpack_rows
from voting.ballots import Approvals, Ballots, Grades, Scores, kind_of, received
from voting.ballots.conversions import as_grades, as_rankings
from voting.evidence import WithheldEvidence
from voting.methods import METHODS
from voting.outcome import BallotCounts, Outcome
from voting.records.recount import aggregates_file, recount_file
from voting.tally import Needed, aggregates_only, allows, needed_by, summarise, tally
from voting.ties import by_published_seed

MIN_BALLOTS_FOR_SCORES = 10  # counted ballots below which only the ranking is published


def ballots_of(question: Question, counts: Mapping[bytes, int]) -> Ballots:
    """Packed ballots and how often each was cast, as the counting room takes them."""
    rows = sorted(counts)
    times = [counts[row] for row in rows]
    return unpack_rows(question.ballot, question.choices, rows, times, question.grades)


def outcome_of(question: Question, ballots: Ballots, *, summed: bool = False) -> Outcome:
    """The outcome of the method that decides; `summed`: counted from sums, whose digest it has."""
    ties = by_published_seed(question.tie_seed)
    if summed:
        summary = aggregates_only(summarise(ballots, question.method, question.method_options))
        return tally(summary, question.method, question.method_options, ties=ties)
    needs = _needs(question, question.method)
    return tally(ballots, question.method, question.method_options, ties=ties, **needs)


def compared_of(question: Question, ballots: Ballots) -> Outcome | None:
    """The outcome of the method that is shown for comparison, if there is one."""
    if not question.compared:
        return None
    ties = by_published_seed(question.tie_seed)
    known = METHODS[question.compared].options
    options = {
        name: value
        for name, value in question.method_options.items()
        if allows(known.get(name, ()), value)
    }
    read, needs = _read_for(question, ballots), _needs(question, question.compared)
    outcome = tally(read, question.compared, options, ties=ties, **needs)
    if isinstance(ballots, Grades) and ballots.tallied:
        # The rows of tallies are nobody's ballots: none of them can be called blank.
        return msgspec.structs.replace(
            outcome, ballot_counts=BallotCounts(counted=received(ballots))
        )
    return outcome


def _needs(question: Question, method: str) -> Needed:
    """Seats, or the budget and the costs, where the method takes them."""
    costs = dict(zip(question.choices, question.costs, strict=False))
    return needed_by(method, question.seats, question.budget, costs)


class PublishedCount(NamedTuple):
    """A count as it is published. `recount`: the public file; None: nobody can count again."""

    outcome: Outcome
    compared: Outcome | None
    recount: bytes | None


def shown_of(
    question: Question,
    ballots: Ballots,
    *,
    few: bool,
    faults: Sequence[Mapping[str, Any]] = (),
) -> PublishedCount:
    """Count ballots and keep what may be published, by the one rule of sealed and plain votes.

    Of `few` ballots, the ranking alone. Of more, whole ballots where that was agreed before the
    vote; else the sums that the method reads, and none where it reads whole ballots: then its
    outcome has no digest and nobody counts it again. `faults`: what the public file hands on.
    """
    summed = METHODS[question.method].summable and not question.whole_ballots
    outcome = outcome_of(question, ballots, summed=summed)
    if few:
        return PublishedCount(ranking_alone(question, outcome.winners, outcome.ranking), None, None)
    compared, title = compared_of(question, ballots), question.question
    if question.whole_ballots:
        return PublishedCount(
            outcome, compared, recount_file(ballots, outcome, title=title, faults=faults)
        )
    if not summed:
        return PublishedCount(msgspec.structs.replace(outcome, digest=""), compared, None)
    summary = aggregates_only(summarise(ballots, question.method, question.method_options))
    return PublishedCount(
        outcome, compared, aggregates_file(summary, outcome, title=title, faults=faults)
    )


def ranking_alone(
    question: Question, winners: tuple[str, ...], ranking: tuple[tuple[str, ...], ...]
) -> Outcome:
    """An outcome reduced to winners and ranking."""
    return Outcome(
        method=question.method,
        options=question.method_options,
        winners=winners,
        ranking=ranking,
        committees=(),
        scores={},
        evidence=WithheldEvidence(),
        ties=(),
        ballot_counts=BallotCounts(),
        digest="",
    )


def is_ranking_alone(outcome: Outcome) -> bool:
    """Whether an outcome comes from `ranking_alone`, because too few ballots were counted.

    Every count has evidence, even of no ballot.
    """
    return isinstance(outcome.evidence, WithheldEvidence)


def _read_for(question: Question, ballots: Ballots) -> Ballots:
    """Convert ballots to those that the compared method reads; `tally` turns scores into grades."""
    wanted = METHODS[question.compared or question.method].ballot
    if wanted == kind_of(ballots) or not isinstance(ballots, Grades | Scores):
        return ballots
    if isinstance(ballots, Grades) and wanted == "approvals":
        lowest = ballots.grades.index(question.approved_from) + 1
        marks = np.asfortranarray((ballots.marks >= lowest).astype(np.uint8))
        return Approvals(ballots.options, marks, ballots.counts)
    if wanted != "rankings":
        return ballots
    return as_rankings(ballots if isinstance(ballots, Grades) else as_grades(ballots))
