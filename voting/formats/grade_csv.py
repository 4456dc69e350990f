"""Grade CSV: a heading with the options, then a line a ballot; a higher number is better."""

from __future__ import annotations

import csv
import io
import re

import numpy as np

from voting.ballots import Grades, received
from voting.checks import check
from voting.formats.election import MOST_LINES, Election, Source, delimiter_of, whole_number
from voting.invalid import InvalidBallots


def recognise(text: str) -> bool:
    """Whether the first two lines are a heading and as many numbers."""
    lines = [line for line in text.splitlines() if line.strip()][:2]
    if len(lines) < 2:
        return False
    delimiter = delimiter_of(lines[0])
    cells = lines[1].split(delimiter)
    numbers = all(re.fullmatch(r"\s*\"?\d*\"?\s*", cell) for cell in cells)
    headings = lines[0].split(delimiter)
    named = any(cell.strip() and not cell.strip().isdigit() for cell in headings)
    return delimiter in lines[0] and len(cells) == len(headings) and numbers and named


def read(text: str, *, strict: bool = True) -> Election:
    """Read judgments: 1 is worst, 0 or nothing is no judgment; grades are named by their numbers.

    A first column without a heading is the ballot's number. The delimiter (comma, semicolon, tab)
    is the most frequent in the heading. In errors `column` is the number of the cell.
    """
    if not text.strip():
        raise InvalidBallots("empty_file", line=1, column=1)
    first = next(line for line in text.splitlines() if line.strip())
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(first), strict=True)
    heading: list[str] | None = None
    rows: list[bytes] = []
    seen: set[str] = set()
    try:
        for cells in lines:
            if not cells:
                continue
            if heading is None:
                heading = cells
                continue
            rows.append(_marks(cells, heading, lines.line_num, seen, strict))
    except csv.Error:
        raise InvalidBallots("unclosed_quote", line=lines.line_num, column=1) from None
    assert heading is not None
    names = tuple(name.strip() for name in heading[_numbered(heading) :])
    flat = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), len(names))
    marks = np.asfortranarray(flat)
    grades = tuple(str(grade) for grade in range(1, int(marks.max(initial=1)) + 1))
    counts = np.ones(len(rows), np.int64)
    ballots = check(Grades(names, grades, marks, counts))
    return Election(ballots, "", 1, Source("grade_csv"))


def write(election: Election) -> str:
    """One line a ballot, numbered from 1 in canonical order; the names of grades are lost."""
    ballots = election.ballots
    if not isinstance(ballots, Grades) or ballots.tallied or received(ballots) > MOST_LINES:
        raise InvalidBallots("cannot_write", format="grade_csv", kind=type(ballots).__name__)
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["", *ballots.options])
    number = 0
    for row, count in zip(ballots.marks.tolist(), ballots.counts.tolist(), strict=True):
        for _ in range(count):
            number += 1
            out.writerow([number, *row])
    return text.getvalue()


def _numbered(heading: list[str]) -> int:
    """1 when the first column holds the ballots' numbers, else 0."""
    return 1 if not heading[0].strip() else 0


def _marks(cells: list[str], heading: list[str], line: int, seen: set[str], strict: bool) -> bytes:
    if len(cells) != len(heading):
        raise InvalidBallots(
            "ballot_length",
            line=line,
            column=min(len(cells), len(heading)),
            expected=len(heading),
            found=len(cells),
        )
    start = _numbered(heading)
    if start and cells[0] in seen and strict:
        raise InvalidBallots("repeated_ballot", line=line, column=1, number=cells[0])
    seen.update(cells[:start])
    marks = []
    for column, cell in enumerate(cells[start:], start=start + 1):
        mark = whole_number(cell.strip() or "0", line=line, column=column)
        if mark > 255:
            raise InvalidBallots(
                "mark_out_of_range", line=line, column=column, value=mark, limit=255
            )
        marks.append(mark)
    return bytes(marks)
