"""Many small sets of ballots, always the same: few ballots and few options make many ties."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from hypothesis import settings

from voting.ballots import Approvals, Rankings, Scores

LIKE_ALWAYS = settings(settings.get_profile("differential"))
NAMES = tuple("ABCDEFGH")


class Size(NamedTuple):
    """So many profiles, with so many options and up to so many distinct ballots."""

    profiles: int
    options: int
    ballots: int

    def __str__(self) -> str:
        return f"{self.options} options, {self.ballots} ballots"


SIZES = (Size(200, 3, 5), Size(200, 4, 8), Size(200, 5, 15), Size(50, 6, 60))


def rankings(shape: str, size: Size) -> Iterator[Rankings]:
    """`complete` and `truncated` orders, or `weak` ones (equal ranks, options left out).

    Every ballot ranks something.
    """
    random = np.random.default_rng([len(shape), *size])
    for _ in range(size.profiles):
        rows = int(random.integers(1, size.ballots + 1))
        if shape == "weak":
            ranks = random.integers(0, size.options + 1, (rows, size.options))
            ranks[~ranks.any(axis=1), 0] = 1
        else:
            ranks = random.random((rows, size.options)).argsort(axis=1) + 1
        if shape == "truncated":
            kept = random.integers(1, size.options + 1, (rows, 1))
            ranks = np.where(ranks <= kept, ranks, 0)
        yield Rankings(
            NAMES[: size.options],
            np.asfortranarray(ranks.astype(np.uint8)),
            random.integers(1, 4, rows),
        )


def scores(size: Size, *, complete: bool = False) -> Iterator[Scores]:
    """Scores from 0 to 5, some missing unless `complete`."""
    random = np.random.default_rng([complete, *size])
    for _ in range(size.profiles):
        rows = int(random.integers(1, size.ballots + 1))
        marks = random.integers(1 if complete else 0, 7, (rows, size.options))
        marks[~marks.any(axis=1), 0] = 1
        columns = np.asfortranarray(marks.astype(np.uint8))
        yield Scores(NAMES[: size.options], 5, columns, random.integers(1, 4, rows))


def approvals(size: Size) -> Iterator[Approvals]:
    """Ballots that approve something; every option is approved somewhere."""
    random = np.random.default_rng([9, *size])
    for _ in range(size.profiles):
        rows = int(random.integers(1, size.ballots + 1))
        marks = random.random((rows, size.options)) < random.choice([0.3, 0.5])
        marks[~marks.any(axis=1), 0] = True
        marks[0, ~marks.any(axis=0)] = True
        columns = np.asfortranarray(marks.astype(np.uint8))
        yield Approvals(NAMES[: size.options], columns, random.integers(1, 4, rows))


def orders(options: tuple[str, ...], number: int = 3) -> list[tuple[str, ...]]:
    """Some published orders: as listed, backward, and shifted."""
    shifted = [options[start:] + options[:start] for start in range(1, len(options))]
    return [options, options[::-1], *shifted][:number]


def ungrouped(ballots: Rankings | Scores | Approvals) -> Iterator[list[int]]:
    """One row of marks or ranks a ballot."""
    matrix = ballots.ranks if isinstance(ballots, Rankings) else ballots.marks
    for row, count in zip(matrix.tolist(), ballots.counts.tolist(), strict=True):
        for _ in range(count):
            yield row


def told(ballots: Rankings | Scores | Approvals) -> str:
    """The ballots in a line, for the message of a comparison that fails."""
    matrix = ballots.ranks if isinstance(ballots, Rankings) else ballots.marks
    pairs = zip(matrix.tolist(), ballots.counts.tolist(), strict=True)
    return ", ".join(f"{count} x {row}" for row, count in pairs)


def cases(*tables: tuple[object, ...]) -> list[tuple[object, ...]]:
    """Every combination."""
    return list(product(*tables))
