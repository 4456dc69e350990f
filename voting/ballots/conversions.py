"""Convert one kind of ballots to another."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from voting.ballots import Approvals, Grades, Points, Rankings, Scores
from voting.invalid import InvalidBallots


def as_rankings(grades: Grades) -> Rankings:
    """Read judgments as rankings: a better grade is a better rank, no judgment is unranked.

    Tallies cannot be read so: they do not say what each ballot prefers.
    """
    if grades.tallied:
        raise InvalidBallots("tallies_are_not_ballots")
    highest = len(grades.grades)
    ranks = np.where(grades.marks == 0, 0, highest + 1 - grades.marks.astype(np.int16))
    return Rankings(grades.options, np.asfortranarray(ranks.astype(np.uint8)), grades.counts)


def as_scores(grades: Grades) -> Scores:
    """Read judgments as scores: their grades must be named by consecutive whole numbers.

    >>> marks = np.array([[0, 1, 3]], np.uint8)
    >>> as_scores(Grades(("A", "B", "C"), ("1", "2", "3"), marks, np.ones(1, np.int64))).most
    3
    """
    if grades.tallied:
        raise InvalidBallots("tallies_are_not_ballots")
    numbers = [int(name) if name.isascii() and name.isdigit() else -1 for name in grades.grades]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or not 0 <= numbers[-1] < 255:
        raise InvalidBallots("wrong_type", expected="scores", found="grades")
    shift = np.uint8(numbers[0])
    marks = np.where(grades.marks == 0, np.uint8(0), grades.marks + shift)
    return Scores(grades.options, numbers[-1], np.asfortranarray(marks), grades.counts)


def as_points(ballots: Approvals | Scores) -> Points:
    """Read approvals as one point each, scores as that many points; no score is no point."""
    marks = ballots.marks.astype(np.int64)
    if isinstance(ballots, Scores):
        marks = np.maximum(marks - 1, 0)
    return Points(ballots.options, np.asfortranarray(marks), ballots.counts)


def as_grades(scores: Scores) -> Grades:
    """Read scores as judgments whose grades are named "0" to the highest score."""
    names = tuple(str(score) for score in range(scores.most + 1))
    return Grades(scores.options, names, scores.marks, scores.counts)


def from_tallies(
    options: Sequence[str],
    grades: Sequence[str],
    tallies: Sequence[Sequence[int]],
    judges: int | None = None,
) -> Grades:
    """Judgments known only by their tallies, worst to best, an option a row.

    `judges` (default: the largest total) gives the missing judgments of each option. Rows are
    formed by laying the sorted judgments of the options side by side: at most C x (G + 1) of them
    whatever the number of judges, and each option keeps exactly its tally.
    """
    if len(grades) > 255:
        raise InvalidBallots("mark_out_of_range", value=len(grades), limit=255)
    totals = [sum(tally) for tally in tallies]
    electorate = max(totals, default=0) if judges is None else judges
    ends: list[list[int]] = []
    for column, (tally, total) in enumerate(zip(tallies, totals, strict=True)):
        if len(tally) != len(grades):
            raise InvalidBallots(
                "wrong_shape", column=column + 1, expected=len(grades), found=len(tally)
            )
        if min(tally, default=0) < 0:
            raise InvalidBallots("negative_count", column=column + 1, value=min(tally))
        if total > electorate:
            raise InvalidBallots("wrong_total", column=column + 1, expected=electorate, found=total)
        counts = [electorate - total, *tally]
        ends.append([sum(counts[: mark + 1]) for mark in range(len(counts))])
    if electorate >= 2**63:
        raise InvalidBallots("too_many_ballots", limit=2**63 - 1)
    cuts = sorted({0, *(end for option in ends for end in option)})
    rows = [
        [next(mark for mark, end in enumerate(option) if end > start) for option in ends]
        for start in cuts[:-1]
    ]
    weights = [stop - start for start, stop in pairwise(cuts)]
    marks = np.array(rows, np.uint8).reshape(len(rows), len(options))
    names = tuple(options), tuple(grades)
    return Grades(*names, np.asfortranarray(marks), np.array(weights, np.int64), tallied=True)
