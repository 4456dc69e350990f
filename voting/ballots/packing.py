"""A ballot as bytes, one per choice, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voting.ballots import Ballots, of_kind
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
    width = len(options)
    number = np.dtype(">i8" if kind == "points" else np.uint8)
    for row, packed in enumerate(rows):
        if len(packed) != width * number.itemsize:
            expected = width * number.itemsize
            raise InvalidBallots("ballot_length", row=row, expected=expected, found=len(packed))
    flat = np.frombuffer(b"".join(rows), dtype=number).astype(number.newbyteorder("="))
    matrix = np.asfortranarray(flat.reshape(len(rows), width))
    weights = np.array([1] * len(rows) if counts is None else counts, dtype=np.int64)
    return of_kind(kind, tuple(options), matrix, weights, tuple(grades))
