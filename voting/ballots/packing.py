"""A ballot as bytes, one per choice, and back."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from voting.ballots import Ballots, matrix_of, of_kind, with_rows
from voting.invalid import InvalidBallots


def pack(choice: Sequence[int]) -> bytes:
    """One ballot as stored: one byte per option, in the order of the options.

    >>> pack([2, 0, 1])
    b'\\x02\\x00\\x01'
    """
    for column, value in enumerate(choice):
        if not 0 <= value <= 255:
            raise InvalidBallots("mark_out_of_range", column=column + 1, value=value, limit=255)
    return bytes(choice)


def unpack(
    kind: str,
    options: Sequence[str],
    rows: Sequence[bytes],
    counts: Sequence[int] | None = None,
    grades: Sequence[str] = (),
) -> Ballots:
    """Ballots from their stored bytes; `counts` defaults to one each.

    Raises `InvalidBallots` when a row has not one byte per option. The values inside are looked at
    by `voting.ballots.checks`, when the ballots are counted.
    """
    expected = len(options) * _number(kind).itemsize
    for row, packed in enumerate(rows):
        if len(packed) != expected:
            raise InvalidBallots("ballot_length", row=row, expected=expected, found=len(packed))
    ballots = unpack_joined(kind, options, b"".join(rows), grades)
    if counts is None:
        return ballots
    return with_rows(ballots, matrix_of(ballots), np.array(counts, dtype=np.int64))


def unpack_joined(
    kind: str, options: Sequence[str], data: bytes, grades: Sequence[str] = ()
) -> Ballots:
    """Ballots from their stored bytes, one after another in `data`, each counted once.

    Raises `InvalidBallots` when `data` ends inside a ballot.
    """
    number, width = _number(kind), len(options)
    if len(data) % (width * number.itemsize):
        found = len(data) % (width * number.itemsize)
        raise InvalidBallots("ballot_length", expected=width * number.itemsize, found=found)
    flat = np.frombuffer(data, dtype=number).astype(number.newbyteorder("="))
    matrix = np.asfortranarray(flat.reshape(-1, width))
    return of_kind(kind, tuple(options), matrix, np.ones(len(matrix), np.int64), tuple(grades))


def _number(kind: str) -> np.dtype[Any]:
    return np.dtype(">i8" if kind == "points" else np.uint8)
