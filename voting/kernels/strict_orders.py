"""Ballots from plain Python sequences, as other programs hold them."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from voting.ballots import I64, U8, Grades, Rankings
from voting.ballots.checks import check
from voting.ballots.packing import unpack
from voting.invalid import InvalidBallots
from voting.kernels.rows import marked

BLOCK = 4_096


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
        flat = np.frombuffer(bytes(chain.from_iterable(orders)), np.uint8)
    except ValueError:
        raise InvalidBallots("unknown_number", value=256, limit=width) from None
    if len(flat) and int(flat.max()) >= width:
        raise InvalidBallots("unknown_number", value=int(flat.max()), limit=width)
    ranks = _ranks(flat, lengths, width)
    repeated = np.flatnonzero(marked(ranks) != lengths)
    if len(repeated):
        order = list(orders[int(repeated[0])])
        name = next(option for option in order if order.count(option) > 1)
        raise InvalidBallots("repeated_option", row=int(repeated[0]), name=options[name])
    weights = np.ones(len(orders), np.int64) if counts is None else np.array(counts, np.int64)
    return check(Rankings(tuple(options), ranks, weights))


def _ranks(flat: U8, lengths: I64, width: int) -> U8:
    """The place of each option in each order, 0 where it is in none.

    By blocks of rows small enough for the cache, where writing out of order costs little.
    """
    ranks = np.empty((len(lengths), width), np.uint8, order="F")
    ends = np.append(0, np.cumsum(lengths))
    for start in range(0, len(lengths), BLOCK):
        part = lengths[start : start + BLOCK]
        first, last = int(ends[start]), int(ends[start + len(part)])
        before = np.repeat(ends[start : start + len(part)] - first, part)
        block = np.zeros((len(part), width), np.uint8)
        rows = np.repeat(np.arange(len(part)) * width, part)
        block.reshape(-1)[rows + flat[first:last]] = np.arange(1, last - first + 1) - before
        ranks[start : start + BLOCK] = block
    return ranks


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
