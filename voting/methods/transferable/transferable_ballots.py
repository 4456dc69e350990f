"""Ranked ballots for counts that transfer them: distinct ballots without equal ranks."""

import math
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any

import numpy as np

from voting.ballots import I64, U8, Rankings
from voting.ballots.grouping import grouped
from voting.invalid import InvalidBallots
from voting.methods.ballot_matrices import first_equal_rank
from voting.ties import TieReport, TieRule, settle

MOST_ORDERS = 5040


@dataclass(frozen=True, slots=True, eq=False)
class TransferableBallots:
    """`ranks`: (B, C) uint8 without equal ranks; `counts`: (B,) int64, each ballot `scale` times.

    Ballots that rank nothing are left out.
    """

    options: tuple[str, ...]
    ranks: U8
    counts: I64
    scale: int

    @property
    def total(self) -> int:
        """The number of ballots, each counted `scale` times."""
        return int(self.counts.sum())


def transferable_ballots_of(ballots: Rankings, equal: str) -> TransferableBallots:
    """The ballots as read with equal ranks: they stop there (`exhaust`), pass over them (`skip`),
    are shared equally among all orders of the equal ones (`split`), or are an error (`refuse`).
    """
    ranked = np.flatnonzero(ballots.ranks.any(axis=1))
    ranks, counts = ballots.ranks[ranked], ballots.counts[ranked]
    cut = first_equal_rank(ranks)
    if equal == "refuse" and bool((cut < 256).any()):
        row = int(cut.argmin())
        names = _tied_names(ballots.options, ranks[row])
        raise InvalidBallots("equal_ranks", row=int(ranked[row]), names=names)
    if equal == "split" and bool((cut < 256).any()):
        return _split(ballots.options, ranks, counts, cut)
    if equal == "exhaust":
        ranks = np.where(ranks < cut[:, None], ranks, 0).astype(np.uint8)
    if equal == "skip":
        ranks = _without_equal(ranks)
    return TransferableBallots(ballots.options, *grouped(ranks, counts), 1)


def settled_rest(
    tiers: list[list[str]], ties: TieRule, first_place: int
) -> tuple[list[tuple[str, ...]], list[TieReport]]:
    """The ranking of those who are not elected; a tie between them changes nobody's election."""
    ranking, reports = settle(tiers, ties)
    moved = []
    for report in reports:
        place = int(report.where.partition(":")[2]) + first_place - 1
        moved.append(TieReport(report.tied, f"place:{place}", report.rule, False))
    return list(ranking), moved


def _without_equal(ranks: U8) -> U8:
    times = np.zeros(ranks.shape, np.uint16)
    for option in range(ranks.shape[1]):
        times += ranks == ranks[:, option, None]
    return np.where(times > 1, 0, ranks).astype(np.uint8)


def _tied_names(options: tuple[str, ...], ranks: Any) -> list[str]:
    marks = ranks.tolist()
    return [
        name for name, rank in zip(options, marks, strict=True) if rank and marks.count(rank) > 1
    ]


def _split(options: tuple[str, ...], ranks: U8, counts: I64, cut: I64) -> TransferableBallots:
    """Replace a ballot with equal ranks by all its strict orders, with equal weights."""
    rows: list[list[int]] = []
    parts: list[tuple[int, int]] = []
    for marks, count, tied in zip(
        ranks.tolist(), counts.tolist(), (cut < 256).tolist(), strict=True
    ):
        orders = _orders(options, marks) if tied else [marks]
        rows += orders
        parts += [(count, len(orders))] * len(orders)
    scale = math.lcm(*(size for _, size in parts))
    weights = [count * scale // size for count, size in parts]
    if sum(weights) >= 2**62:
        raise InvalidBallots("too_many_ballots", limit=2**62 // scale)
    matrix = np.asfortranarray(np.array(rows, np.uint8))
    return TransferableBallots(options, *grouped(matrix, np.array(weights, np.int64)), scale)


def _orders(options: tuple[str, ...], marks: list[int]) -> list[list[int]]:
    groups = [
        [column for column, rank in enumerate(marks) if rank == level]
        for level in sorted({rank for rank in marks if rank})
    ]
    if math.prod(math.factorial(len(group)) for group in groups) > MOST_ORDERS:
        raise InvalidBallots("equal_ranks", names=_tied_names(options, np.array(marks)))
    found = []
    for choice in product(*(permutations(group) for group in groups)):
        strict = [0] * len(marks)
        for rank, column in enumerate((column for group in choice for column in group), start=1):
            strict[column] = rank
        found.append(strict)
    return found
