"""PrefLib categories (.cat): `count: {1,2},3,{}`, the options of each category, the best first.

Two categories are approvals; more are judgments, the first category being the best grade.
"""

import re
from collections.abc import Sequence

import numpy as np

from voting.ballots import Approvals, Ballots, Grades, Rankings, matrix_of
from voting.ballots.checks import check
from voting.ballots.grouping import distinct
from voting.formats.election import Election, RankedRows, Source, whole_number
from voting.formats.rankings.preflib import check_total, groups_of, head_and_body, heading, names_of
from voting.invalid import InvalidBallots

APPROVAL = ("Approved", "Not approved")


def recognise(text: str) -> bool:
    """Whether categories are announced."""
    return bool(re.search(r"^#\s*NUMBER CATEGORIES\s*:", text, re.M))


def read(text: str, *, strict: bool = True) -> Election:
    """Read approvals or judgments; an option in no category is not approved, or has no judgment.

    Strict: the numbers announced and distinct preferences must hold.
    """
    metadata, places, body = head_and_body(text)
    names = names_of(metadata, places)
    key = "NUMBER CATEGORIES"
    if key not in metadata:
        raise InvalidBallots("missing_header", line=1, column=1, name=key)
    number = whole_number(metadata[key], line=places[key], column=len(key) + 5)
    if not 1 <= number <= 255:
        raise InvalidBallots("mark_out_of_range", line=places[key], value=number, limit=255)
    grades = [metadata.get(f"CATEGORY NAME {c}", str(c)) for c in range(1, number + 1)]
    rows = RankedRows()
    seen: set[bytes] = set()
    for line, raw in body:
        count, categories = groups_of(raw, line, len(names))
        if max(categories, default=0) > number:
            raise InvalidBallots(
                "unknown_number", line=line, column=1, value=max(categories), limit=number
            )
        rows.add(categories, count, line=line)
        if strict and rows.rows[-1] in seen:
            raise InvalidBallots("repeated_order", line=line, column=1)
        seen.add(rows.rows[-1])
    if strict:
        check_total(metadata, places, "NUMBER VOTERS", rows.total)
        check_total(metadata, places, "NUMBER UNIQUE PREFERENCES", len(body))
    ballots = from_categories(rows.ballots(names), grades)
    return Election(ballots, metadata.get("TITLE", ""), 1, Source("preflib_cat", metadata))


def from_categories(read: Rankings, grades: Sequence[str]) -> Ballots:
    """Approvals of two categories, judgments of more; `ranks` are categories, 1 the best, and
    `grades` their names in that order.
    """
    if len(grades) != 2:
        return graded_of(read, grades)
    marks = (read.ranks == 1).astype(np.uint8)
    return check(Approvals(read.options, np.asfortranarray(marks), read.counts))


def graded_of(read: Rankings, grades: Sequence[str]) -> Grades:
    """Judgments from the number of the grade, 1 the best of `grades`, 0 none."""
    marks = np.where(read.ranks > 0, len(grades) + 1 - read.ranks.astype(np.int16), 0)
    graded = np.asfortranarray(marks.astype(np.uint8))
    return check(Grades(read.options, tuple(grades)[::-1], graded, read.counts))


def write(election: Election) -> str:
    """Categories of approvals, or of judgments by any number of grades but two."""
    ballots = election.ballots
    if isinstance(ballots, Approvals):
        categories: tuple[str, ...] = APPROVAL
    elif isinstance(ballots, Grades) and not ballots.tallied and len(ballots.grades) != 2:
        categories = ballots.grades[::-1]
    else:
        raise InvalidBallots("cannot_write", format="preflib_cat", kind=type(ballots).__name__)
    plain = distinct(ballots)
    lines = heading(election, "cat", plain.options)
    lines += [
        f"# NUMBER VOTERS: {int(plain.counts.sum())}",
        f"# NUMBER UNIQUE PREFERENCES: {len(plain.counts)}",
        f"# NUMBER CATEGORIES: {len(categories)}",
    ]
    lines += [f"# CATEGORY NAME {i}: {name}" for i, name in enumerate(categories, start=1)]
    lines += [f"# ALTERNATIVE NAME {i}: {name}" for i, name in enumerate(plain.options, start=1)]
    matrix = matrix_of(plain)
    # The best grade is the first category; approved is 1 and stands before 0.
    marks = [1, 0] if isinstance(plain, Approvals) else list(range(len(categories), 0, -1))
    for row, count in enumerate(plain.counts.tolist()):
        groups = [(np.flatnonzero(matrix[row] == mark) + 1).tolist() for mark in marks]
        items = [str(g[0]) if len(g) == 1 else "{" + ",".join(map(str, g)) + "}" for g in groups]
        lines.append(f"{count}: {','.join(items)}")
    return "\n".join(lines) + "\n"
