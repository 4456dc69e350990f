"""Validation: arrays become valid ballots, or an error names the row and the reason.

Kernels and methods assume what is checked here, and stay short.
"""

import unicodedata
from collections.abc import Sequence

import numpy as np

from voting.ballots import B, Ballots, Grades, Points, Rankings, Scores, matrix_of
from voting.invalid import REASONS, InvalidBallots
from voting.names.confusables import skeleton

__all__ = ["REASONS", "InvalidBallots", "check", "check_names"]

MOST_BALLOTS = 2**62
MOST_POINTS = 10**6


def check(ballots: B) -> B:
    """Return the ballots unchanged when they can be counted.

    Raises `InvalidBallots` for: no option, unusable or look-alike names, arrays of another shape
    or type, marks out of range, negative counts, 2**62 ballots or more.
    """
    check_names(ballots.options)
    _check_arrays(ballots)
    _check_counts(ballots)
    if isinstance(ballots, Grades):
        _check_grades(ballots.grades)
    _check_marks(ballots)
    return ballots


def check_names(names: Sequence[str]) -> None:
    """Refuse names that voters could not tell apart, cannot see, or that break a line.

    Two names look alike when they are equal as they are seen (`confusables.skeleton`). A difference
    of case can be seen, so it is allowed.
    """
    if not names:
        raise InvalidBallots("no_options")
    seen: dict[str, str] = {}
    for column, name in enumerate(names, start=1):
        folded = skeleton(name)
        if not folded:
            raise InvalidBallots("empty_name", column=column)
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
            raise InvalidBallots("control_character", column=column, name=repr(name))
        if folded in seen and seen[folded] == name:
            raise InvalidBallots("duplicate_option", column=column, name=name)
        if folded in seen:
            raise InvalidBallots("look_alike_options", column=column, names=[seen[folded], name])
        seen[folded] = name


def _check_arrays(ballots: Ballots) -> None:
    matrix, counts = matrix_of(ballots), ballots.counts
    number = "int64" if isinstance(ballots, Points) else "uint8"
    if matrix.dtype != np.dtype(number) or counts.dtype != np.int64:
        found = [str(matrix.dtype), str(counts.dtype)]
        raise InvalidBallots("wrong_type", expected=[number, "int64"], found=found)
    expected = [len(counts), len(ballots.options)]
    if list(matrix.shape) != expected or counts.ndim != 1:
        raise InvalidBallots("wrong_shape", expected=expected, found=list(matrix.shape))


def _check_counts(ballots: Ballots) -> None:
    counts = ballots.counts
    if len(counts) and int(counts.min()) < 0:
        row = int(counts.argmin())
        raise InvalidBallots("negative_count", row=row, value=int(counts[row]))
    # A float sum is enough, except close to the limit, where an exact one may not fit in 64 bits.
    rough = float(counts.sum(dtype=np.float64))
    if rough > MOST_BALLOTS / 2 and sum(counts.tolist()) >= MOST_BALLOTS:
        raise InvalidBallots("too_many_ballots", limit=MOST_BALLOTS)


def _check_grades(grades: Sequence[str]) -> None:
    if not grades:
        raise InvalidBallots("no_grades")
    if len(grades) > 255:
        raise InvalidBallots("mark_out_of_range", value=len(grades), limit=255)
    for position, grade in enumerate(grades):
        if grade in grades[:position]:
            raise InvalidBallots("duplicate_grade", name=grade)


def _check_marks(ballots: Ballots) -> None:
    if isinstance(ballots, Rankings):
        # Ranks may leave gaps (tally sheets do); any byte is a rank.
        return
    if isinstance(ballots, Points):
        _check_points(ballots)
        return
    limit = 1
    if isinstance(ballots, Grades):
        limit = len(ballots.grades)
    elif isinstance(ballots, Scores):
        if not 0 <= ballots.most < 255:
            raise InvalidBallots("mark_out_of_range", value=ballots.most, limit=254)
        limit = ballots.most + 1
    for column in range(len(ballots.options)):
        marks = ballots.marks[:, column]
        if len(marks) and int(marks.max()) > limit:
            row = int(marks.argmax())
            raise InvalidBallots(
                "mark_out_of_range", row=row, column=column + 1, value=int(marks[row]), limit=limit
            )


def _check_points(ballots: Points) -> None:
    for column, points in enumerate(ballots.points.T, start=1):
        wrong = np.flatnonzero((points > MOST_POINTS) | (points < -MOST_POINTS))
        if len(wrong):
            row = int(wrong[0])
            raise InvalidBallots(
                "mark_out_of_range",
                row=row,
                column=column,
                value=int(points[row]),
                limit=MOST_POINTS,
            )
