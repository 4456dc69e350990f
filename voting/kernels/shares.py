"""Ballots shared by the options that they put first."""

from fractions import Fraction

import numpy as np

from voting.ballots import I64, U8


def shares(ranks: U8, counts: I64, continuing: list[int]) -> tuple[list[Fraction], int]:
    """First-choice votes of the continuing options; a ballot is split equally among those it ranks
    best.

    `ranks`: (B, C) uint8, 1 = best, 0 = unranked; `counts`: (B,) int64; `continuing`: columns.
    Returns the exact shares in the order of `continuing`, and how many ballots rank none of them.
    O(B x len(continuing)).

    >>> found, none = shares(np.array([[1, 1, 2], [0, 0, 1]], np.uint8), np.array([3, 4]), [0, 1])
    >>> [str(share) for share in found], none
    (['3/2', '3/2'], 4)
    """
    # Unsigned 0 - 1 is 255: an unranked option is never first.
    ordered = ranks[:, continuing] - np.uint8(1)
    best = ordered.min(axis=1, initial=255)
    first = (ordered == best[:, None]) & (best < 255)[:, None]
    sizes = first.sum(axis=1)
    found = [Fraction(0)] * len(continuing)
    for size in np.unique(sizes[sizes > 0]).tolist():
        same = sizes == size
        votes = (counts[same] @ first[same]).tolist()
        found = [share + Fraction(more, size) for share, more in zip(found, votes, strict=True)]
    return found, int(counts[sizes == 0].sum())


def turned(ranks: U8) -> U8:
    """Reverse weak orders: worst first; the unranked options, if any, come first, together.

    >>> turned(np.array([[1, 2, 0], [2, 1, 3]], np.uint8)).tolist()
    [[3, 2, 1], [2, 3, 1]]
    """
    last = ranks.max(axis=1, initial=0)[:, None].astype(np.int16)
    lowest = last + (ranks == 0).any(axis=1)[:, None]
    found = np.where(ranks == 0, 1, lowest + 1 - ranks)
    return np.asfortranarray(found.astype(np.uint8))
