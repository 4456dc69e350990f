"""Papers held by options at values: moved to the next choice, and added up exactly."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from voting.ballots import I64, U8
from voting.kernels.transfers import first_choices

Value = int | Fraction


@dataclass(slots=True, eq=False)
class Parcels:
    """The option that holds each ballot, and the ballot's value there.

    `ranks`: (B, C) uint8 without equal ranks; `counts`: (B,) int64; `choice`: (B,) int64, the
    option that holds the ballot or -1; `worth`: (B,) int64, positions in `values`, which are exact.
    """

    ranks: U8
    counts: I64
    choice: I64
    worth: I64
    values: list[Value]

    def copy(self) -> "Parcels":
        """Copy whose ballots can be moved independently."""
        choice, worth, values = self.choice.copy(), self.worth.copy(), list(self.values)
        return Parcels(self.ranks, self.counts, choice, worth, values)


def first_parcels(ranks: U8, counts: I64, whole: Value) -> Parcels:
    """Every ballot with its first choice, worth `whole`.

    >>> start = first_parcels(np.array([[1, 2], [0, 1], [0, 0]], np.uint8), np.array([3, 2, 1]), 1)
    >>> start.choice.tolist()
    [0, 1, -1]
    """
    rows = np.arange(len(counts))
    choice = first_choices(ranks, rows, list(range(ranks.shape[1])))
    return Parcels(ranks, counts, choice, np.zeros(len(counts), np.int64), [whole])


def held(parcels: Parcels) -> list[Value]:
    """The worth of the ballots that each option holds; last, of those that nobody holds.

    >>> held(first_parcels(np.array([[1, 2], [0, 1], [0, 0]], np.uint8), np.array([3, 2, 1]), 1))
    [3, 2, 1]
    """
    return _sums(parcels, np.arange(len(parcels.counts)))


def moved(
    parcels: Parcels, option: int, to: list[int], new_value: Callable[[Value], Value]
) -> list[Value]:
    """Pass the ballots of an option to their next choice among `to`, at a new value each.

    Changes `parcels`. Returns what each option receives; last, what goes to nobody. Exact at any
    size: ballots are counted in int64 for each value, and multiplied as Python numbers.
    O(ballots of the option x options).

    >>> ballots = first_parcels(np.array([[1, 2], [0, 1]], np.uint8), np.array([3, 2]), Fraction(1))
    >>> [str(part) for part in moved(ballots, 0, [1], lambda value: value / 3)]
    ['0', '1', '0']
    """
    rows = np.flatnonzero(parcels.choice == option)
    used, place = np.unique(parcels.worth[rows], return_inverse=True)
    known = {value: position for position, value in enumerate(parcels.values)}
    renamed = []
    for old in used.tolist():
        value = new_value(parcels.values[old])
        if value not in known:
            known[value] = len(parcels.values)
            parcels.values.append(value)
        renamed.append(known[value])
    parcels.worth[rows] = np.array(renamed, np.int64)[place]
    parcels.choice[rows] = first_choices(parcels.ranks, rows, to)
    return _sums(parcels, rows)


def holdings(parcels: Parcels, options: list[int]) -> tuple[tuple[Value, ...], bytes]:
    """Which ballots these options hold, and at what values: equal for equal holdings.

    The values from the lowest, and a SHA-256 of who holds each ballot at which of them.

    >>> one = first_parcels(np.array([[1, 2], [0, 1]], np.uint8), np.array([3, 2]), 1)
    >>> other = Parcels(one.ranks, one.counts, one.choice.copy(), one.worth + 1, [5, 1])
    >>> holdings(one, [0]) == holdings(other, [0])
    True
    """
    rows = np.flatnonzero(np.isin(parcels.choice, options))
    used, place = np.unique(parcels.worth[rows], return_inverse=True)
    values = [parcels.values[position] for position in used.tolist()]
    ordered = sorted(range(len(values)), key=values.__getitem__)
    rank = np.argsort(np.array(ordered, np.int64))
    held_by = np.full((2, len(parcels.choice)), -1, np.int64)
    held_by[0, rows], held_by[1, rows] = parcels.choice[rows], rank[place]
    digest = hashlib.sha256(held_by.tobytes()).digest()
    return tuple(values[position] for position in ordered), digest


def _sums(parcels: Parcels, rows: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> list[Value]:
    used, place = np.unique(parcels.worth[rows], return_inverse=True)
    transferable = np.zeros((parcels.ranks.shape[1] + 1, len(used)), np.int64)
    np.add.at(transferable, (parcels.choice[rows], place), parcels.counts[rows])
    values = [parcels.values[position] for position in used.tolist()]
    sums: list[Value] = []
    for row in transferable.tolist():
        total: Value = 0
        for count, value in zip(row, values, strict=True):
            if count:
                total += count * value
        sums.append(total)
    return sums
