"""Ballots for tests: written by hand in a line each, or drawn by hypothesis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from voting.ballots import (
    Approvals,
    Ballots,
    Grades,
    Points,
    Rankings,
    Scores,
    kind_of,
    matrix_of,
    with_rows,
)
from voting.methods import METHODS
from voting.outcome import Outcome
from voting.records.documents import as_document
from voting.tally import tally

NAMES = ("Parc", "École", "Gymnase", "Halle", "Place")
GRADES = ("to reject", "poor", "fair", "good", "excellent")


def rankings(votes: dict[str, int] | Iterable[tuple[str, int]], options: str = "") -> Rankings:
    """`rankings({"A>B=C": 5, "": 1})`: an option a letter, `=` for equal ranks."""
    pairs = list(votes.items() if isinstance(votes, dict) else votes)
    letters = {letter for vote, _ in pairs for letter in vote if letter not in ">="}
    names = tuple(sorted(set(options) | letters))
    ranks = np.zeros((len(pairs), len(names)), np.uint8, order="F")
    for row, (vote, _) in enumerate(pairs):
        for rank, group in enumerate((group for group in vote.split(">") if group), start=1):
            for name in group.split("="):
                ranks[row, names.index(name)] = rank
    return Rankings(names, ranks, np.array([count for _, count in pairs], np.int64))


def grades(marks: Sequence[Sequence[int]], counts: Sequence[int] | None = None) -> Grades:
    """One row per ballot, one column per option named A, B, C..., grades 0 (none) to 5."""
    matrix = np.array(marks, np.uint8, order="F")
    weights = np.array([1] * len(marks) if counts is None else counts, np.int64)
    return Grades(tuple("ABCDEFGH"[: matrix.shape[1]]), GRADES, matrix, weights)


def scores(marks: Sequence[Sequence[int | None]], counts: Sequence[int] | None = None) -> Scores:
    """One row per ballot, one column per option named A, B, C..., scores 0 to 5 or None."""
    rows = [[0 if mark is None else mark + 1 for mark in row] for row in marks]
    weights = np.array([1] * len(marks) if counts is None else counts, np.int64)
    names = tuple("ABCDEFGH"[: len(rows[0])])
    return Scores(names, 5, np.array(rows, np.uint8, order="F"), weights)


def points(given: Sequence[Sequence[int]], counts: Sequence[int] | None = None) -> Points:
    """One row per ballot, one column per option named A, B, C..., whole numbers of either sign."""
    matrix = np.array(given, np.int64, order="F")
    weights = np.array([1] * len(given) if counts is None else counts, np.int64)
    return Points(tuple("ABCDEFGH"[: matrix.shape[1]]), matrix, weights)


def approvals(votes: dict[str, int], options: str = "") -> Approvals:
    """`approvals({"AB": 3, "": 1})`: the letters approved."""
    names = tuple(sorted(set(options) | {letter for vote in votes for letter in vote}))
    matrix = np.array([[name in vote for name in names] for vote in votes], np.uint8, order="F")
    return Approvals(names, matrix, np.array(list(votes.values()), np.int64))


def counted(
    ballots: Ballots, method: str, options: Mapping[str, str] | None = None, **needed: Any
) -> Outcome:
    """The outcome; where projects are funded, each costs 1 of a budget of 1, so that one wins."""
    if METHODS.get(method, METHODS["approval"]).needs == "budget":
        needed = {"budget": 1, "costs": dict.fromkeys(ballots.options, 1), **needed}
    return tally(ballots, method, options, **needed)


def front(outcome: Outcome) -> tuple[str, ...]:
    """Winners, or all members of the tied committees."""
    members = {name for committee in outcome.committees for name in committee}
    return outcome.winners or tuple(sorted(members))


@st.composite
def drawn(
    draw: st.DrawFn,
    kind: str,
    *,
    strict: bool = False,
    complete: bool = False,
    fewest_options: int = 1,
    fewest_ballots: int = 0,
    most_options: int = 4,
) -> Ballots:
    """Any small set of ballots; `strict`: no equal ranks; `complete`: nothing left out."""
    width = draw(st.integers(fewest_options, most_options))
    names = NAMES[:width]
    ballot: st.SearchStrategy[tuple[int, ...]]
    if kind == "rankings" and strict:
        kept = st.just(width) if complete else st.integers(0, width)
        ballot = st.tuples(st.permutations(range(1, width + 1)), kept).map(
            lambda pair: tuple(rank if rank <= pair[1] else 0 for rank in pair[0])
        )
    else:
        highest = {"rankings": width, "grades": len(GRADES), "approvals": 1, "scores": 6}.get(
            kind, 5
        )
        lowest = 1 if complete and kind not in ("approvals", "points") else 0
        ballot = st.tuples(*[st.integers(lowest, highest)] * width)
    rows = draw(st.lists(st.tuples(ballot, st.integers(1, 4)), min_size=fewest_ballots, max_size=7))
    matrix = np.array([row for row, _ in rows], np.uint8).reshape(len(rows), width)
    counts = np.array([count for _, count in rows], np.int64)
    if kind == "points":
        return Points(names, np.asfortranarray(matrix.astype(np.int64)), counts)
    columns = np.asfortranarray(matrix)
    if kind == "rankings":
        return Rankings(names, columns, counts)
    if kind == "grades":
        return Grades(names, GRADES, columns, counts)
    if kind == "scores":
        return Scores(names, 5, columns, counts)
    return Approvals(names, columns, counts)


def rearranged(ballots: Ballots, rows: Sequence[int], columns: Sequence[int]) -> Ballots:
    """The same ballots in another order, with the options in another order."""
    names = tuple(ballots.options[column] for column in columns)
    matrix = matrix_of(ballots)[list(rows)][:, list(columns)]
    return with_rows(ballots, matrix, ballots.counts[list(rows)], names)


def ungrouped(ballots: Ballots) -> Ballots:
    """One row per ballot."""
    return with_rows(
        ballots,
        np.repeat(matrix_of(ballots), ballots.counts, axis=0),
        np.ones(int(ballots.counts.sum()), np.int64),
    )


def renamed(ballots: Ballots, names: Sequence[str]) -> Ballots:
    """The same marks for options of other names."""
    return with_rows(ballots, matrix_of(ballots), ballots.counts, tuple(names))


def preferences(ballots: Ballots) -> list[list[int]]:
    """By plain loops: how many ballots rank (or judge) each option above each other one."""
    width = len(ballots.options)
    found = [[0] * width for _ in range(width)]
    ranked = kind_of(ballots) == "rankings"
    rows = zip(matrix_of(ballots).tolist(), ballots.counts.tolist(), strict=True)
    for marks, count in rows:
        values = [-(mark or 999) for mark in marks] if ranked else marks
        if kind_of(ballots) == "scores":
            values = [max(mark, 1) for mark in marks]  # no score is a 0
        for first in range(width):
            for second in range(width):
                found[first][second] += count * (values[first] > values[second])
    return found


def evidence_of(outcome: Outcome) -> dict[str, Any]:
    """The evidence as it is published."""
    found: dict[str, Any] = as_document(outcome)["evidence"]
    return found
