"""Ballots from plain Python sequences, as other programs hold them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voting.ballots import Grades, Rankings, unpack
from voting.checks import check
from voting.invalid import InvalidBallots


def rankings_from_orders(
    options: Sequence[str], orders: Sequence[Sequence[int]], counts: Sequence[int] | None = None
) -> Rankings:
    """Rankings from orders of option numbers (from 0), the best first; the others are unranked.

    At most 256 options; `counts` defaults to one each. O(numbers given).

    >>> rankings_from_orders(["A", "B", "C"], [(2, 0), ()]).ranks.tolist()
    [[2, 0, 1], [0, 0, 0]]
    """
    width = len(options)
    if width > 256:
        raise InvalidBallots("too_many_options", count=width, limit=256)
    lengths = np.fromiter(map(len, orders), np.int64, len(orders))
    try:
        flat = np.frombuffer(b"".join(map(bytes, orders)), np.uint8)
    except ValueError:
        raise InvalidBallots("unknown_number", value=256, limit=width) from None
    if len(flat) and int(flat.max()) >= width:
        raise InvalidBallots("unknown_number", value=int(flat.max()), limit=width)
    ranks = np.zeros((len(orders), width), np.uint8, order="F")
    starts = np.cumsum(lengths) - lengths
    most = int(lengths.max(initial=0))
    for place in range(most):
        rows = np.flatnonzero(lengths > place)
        named = flat[starts[rows] + place]
        # By column: position in the flat memory of a candidate-major matrix.
        spots = named.astype(np.int64) * len(orders) + rows
        if ranks.T.reshape(-1)[spots].any():
            row = int(rows[ranks.T.reshape(-1)[spots] > 0][0])
            raise InvalidBallots("repeated_option", row=row, name=str(orders[row][place]))
        ranks.T.reshape(-1)[spots] = place + 1
    weights = np.ones(len(orders), np.int64) if counts is None else np.array(counts, np.int64)
    return check(Rankings(tuple(options), ranks, weights))


def grades_from_rows(
    options: Sequence[str], grades: Sequence[str], rows: Sequence[Sequence[int]]
) -> Grades:
    """Judgments from rows of grade numbers, 0 = none, 1 = the first and worst of `grades`.

    >>> grades_from_rows(["A", "B"], ["bad", "good"], [(2, 0)]).marks.tolist()
    [[2, 0]]
    """
    try:
        read = unpack("grades", options, list(map(bytes, rows)), grades=grades)
    except ValueError as error:
        if isinstance(error, InvalidBallots):
            raise
        raise InvalidBallots("mark_out_of_range", value=256, limit=len(grades)) from None
    assert isinstance(read, Grades)
    return check(read)
