"""Grade CSV: a heading with the options, then a line a ballot; a higher number is better.

Or a table of tallies: a heading with the grades, worst to best, then a line an option.
"""

from __future__ import annotations

import csv
import io
import re

import numpy as np

from voting.ballots import Grades, from_tallies, received
from voting.checks import check
from voting.formats.election import (
    MOST_LINES,
    Election,
    Source,
    delimiter_of,
    names_at,
    whole_number,
)
from voting.invalid import InvalidBallots
from voting.kernels.grades import tallies


def recognise(text: str) -> bool:
    """Whether the first two lines are a heading and as many numbers, or a name and numbers."""
    lines = [line for line in text.splitlines() if line.strip()][:2]
    if len(lines) < 2:
        return False
    delimiter = delimiter_of(lines[0])
    try:
        headings, cells = (next(csv.reader([line], delimiter=delimiter)) for line in lines)
    except csv.Error:
        return False
    start = 1 if headings[0].strip() and not headings[0].strip().isdigit() else 0
    numbers = all(re.fullmatch(r"\s*\"?\d*\"?\s*", cell) for cell in cells[start:])
    named = any(cell.strip() and not cell.strip().isdigit() for cell in headings)
    return delimiter in lines[0] and len(cells) == len(headings) and numbers and named


def read(text: str, *, strict: bool = True) -> Election:
    """Read judgments: 1 is worst, 0 or nothing is no judgment; grades are named by their numbers.

    A first column without a heading is the ballot's number. The delimiter (comma, semicolon, tab)
    is the most frequent in the heading. In errors `column` is the number of the cell. A table of
    tallies has a name in the first cell of its lines, and a heading there too.
    """
    if not text.strip():
        raise InvalidBallots("empty_file", line=1, column=1)
    first = next(line for line in text.splitlines() if line.strip())
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(first), strict=True)
    try:
        table = [(lines.line_num, cells) for cells in lines if cells]
    except csv.Error:
        raise InvalidBallots("unclosed_quote", line=lines.line_num, column=1) from None
    (line, heading), *body = table
    if body and heading[0].strip() and body[0][1][0].strip() and not _whole(body[0][1][0]):
        return Election(_tallies(heading, line, body), "", 1, Source("grade_csv"))
    seen: set[str] = set()
    rows = [_marks(cells, heading, number, seen, strict) for number, cells in body]
    start = _numbered(heading)
    names = tuple(name.strip() for name in heading[start:])
    names_at(names, [(line, start + place) for place in range(1, len(names) + 1)])
    flat = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), len(names))
    marks = np.asfortranarray(flat)
    grades = tuple(str(grade) for grade in range(1, int(marks.max(initial=1)) + 1))
    counts = np.ones(len(rows), np.int64)
    ballots = check(Grades(names, grades, marks, counts))
    return Election(ballots, "", 1, Source("grade_csv"))


def write(election: Election) -> str:
    """One line a ballot, numbered from 1 in canonical order, without the names of grades; or the
    table of tallies, without the judges who judge nothing.
    """
    ballots = election.ballots
    if not isinstance(ballots, Grades):
        raise InvalidBallots("cannot_write", format="grade_csv", kind=type(ballots).__name__)
    if ballots.tallied:
        return _table(ballots)
    if received(ballots) > MOST_LINES:
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


def _whole(cell: str) -> bool:
    return cell.strip().isascii() and cell.strip().isdigit()


def _tallies(heading: list[str], first: int, body: list[tuple[int, list[str]]]) -> Grades:
    """Judgments known by their tallies, an option a line."""
    grades = [grade.strip() for grade in heading[1:]]
    for place, grade in enumerate(grades):
        if grade in grades[:place]:
            raise InvalidBallots("duplicate_grade", line=first, column=place + 2, name=grade)
    names: list[str] = []
    rows: list[list[int]] = []
    for line, cells in body:
        _check_width(cells, heading, line)
        names.append(cells[0].strip())
        numbers = enumerate(cells[1:], start=2)
        rows.append(
            [
                whole_number(cell.strip() or "0", line=line, column=column, reason="bad_count")
                for column, cell in numbers
            ]
        )
    names_at(names, [(line, 1) for line, _ in body])
    return check(from_tallies(names, grades, rows))


def _table(ballots: Grades) -> str:
    """A line an option; without its judges, it cannot hold more of them than the largest total."""
    rows = tallies(ballots.marks, ballots.counts, len(ballots.grades)).tolist()
    unread = any(_whole(name) or name != name.strip() for name in ballots.options)
    if unread or min(row[0] for row in rows):
        raise InvalidBallots("cannot_write", format="grade_csv", kind="judges")
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["option", *ballots.grades])
    for name, row in zip(ballots.options, rows, strict=True):
        out.writerow([name, *row[1:]])
    return text.getvalue()


def _check_width(cells: list[str], heading: list[str], line: int) -> None:
    if len(cells) != len(heading):
        raise InvalidBallots(
            "ballot_length",
            line=line,
            column=min(len(cells), len(heading)),
            expected=len(heading),
            found=len(cells),
        )


def _marks(cells: list[str], heading: list[str], line: int, seen: set[str], strict: bool) -> bytes:
    _check_width(cells, heading, line)
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
