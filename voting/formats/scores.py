"""Scores and points between the rows of a file and ballots: None where nothing was given."""

from collections.abc import Sequence

import numpy as np

from voting.ballots import Ballots, Grades, Points, Scores
from voting.ballots.checks import check
from voting.ballots.conversions import as_scores
from voting.ballots.grouping import distinct
from voting.invalid import InvalidBallots

Marks = list[list[int | None]]
MOST = 254


def scores_from(names: Sequence[str], rows: Marks, counts: Sequence[int]) -> Scores:
    """Scores from 0 to the highest given."""
    packed = []
    for row, marks in enumerate(rows):
        for column, mark in enumerate(marks, start=1):
            if mark is not None and not 0 <= mark <= MOST:
                raise InvalidBallots(
                    "mark_out_of_range", row=row, column=column, value=mark, limit=MOST
                )
        packed.append(bytes(0 if mark is None else mark + 1 for mark in marks))
    flat = np.frombuffer(b"".join(packed), np.uint8).reshape(len(rows), len(names))
    highest = int(flat.max(initial=1)) - 1
    weights = np.array(counts, np.int64)
    return check(Scores(tuple(names), highest, np.asfortranarray(flat), weights))


def points_from(names: Sequence[str], rows: Marks, counts: Sequence[int]) -> Points:
    """Points; an option left out has none."""
    points = np.zeros((len(rows), len(names)), np.int64, order="F")
    for row, marks in enumerate(rows):
        for column, mark in enumerate(marks):
            if mark is not None and abs(mark) >= 2**62:
                raise InvalidBallots(
                    "mark_out_of_range", row=row, column=column + 1, value=str(mark), limit=2**62
                )
            points[row, column] = mark or 0
    return check(Points(tuple(names), points, np.array(counts, np.int64)))


def score_rows(ballots: Ballots, format: str) -> tuple[Marks, list[int]]:
    """The distinct ballots' scores (or points that are not 0) and how many ballots give each;
    judgments count when their grades are numbers.
    """
    if isinstance(ballots, Points):
        given = distinct(ballots)
        points: Marks = [[mark or None for mark in row] for row in given.points.tolist()]
        return points, given.counts.tolist()
    if isinstance(ballots, Grades) and not ballots.tallied:
        ballots = as_scores(ballots)
    if not isinstance(ballots, Scores):
        raise InvalidBallots("cannot_write", format=format, kind=type(ballots).__name__)
    plain = distinct(ballots)
    rows: Marks = [[mark - 1 if mark else None for mark in row] for row in plain.marks.tolist()]
    return rows, plain.counts.tolist()
