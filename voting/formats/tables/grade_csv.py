"""Grade CSV: a heading with the options, then one line per ballot; a higher number is better.

Or a table of tallies: a heading with the grades, worst to best, then one line per option.
"""

import csv
import io

import numpy as np

from voting.ballots import Grades, received
from voting.ballots.checks import check
from voting.ballots.conversions import from_tallies
from voting.formats.election import MOST_LINES, Election, Source, names_at, whole_number
from voting.formats.tables.columns import (
    KNOWN,
    OPTIONS,
    Columns,
    check_number,
    check_serial,
    columns_of,
    count_in,
    means_something,
    numbered,
    option_names,
    passed_over,
    plain,
    table_lines,
    whole_line,
)
from voting.invalid import InvalidBallots
from voting.kernels.grades import tallies


def recognise(text: str) -> bool:
    """Whether the first two lines are a heading and as many numbers, or a name and numbers."""
    lines = table_lines(text)
    try:
        (_, cells), (_, marks) = next(lines), next(lines)
    except (InvalidBallots, StopIteration):
        return False
    columns = columns_of(cells)
    if len(marks) < len(columns.heading) or len(cells) < 2:
        return False
    given = [marks[place].strip() for place in columns.options]
    named = any(name and not _whole(name) for name in columns.heading)
    numbers = all(not mark or _whole(mark) for mark in given[_holds_names(columns, marks) :])
    return named and numbers


def read(text: str, *, strict: bool = True) -> Election:
    """Read judgments: 1 is worst, 0 or nothing is no judgment; grades are named by their numbers.

    A first column without a heading, or with one such as `voter`, holds the ballots' numbers; a
    column such as `count` says how many ballots a line stands for; a date or a polling station is
    passed over and told. `column` in errors is the number of the cell. A table of tallies has a
    heading such as `option`, and in the first cell of its lines an option's name.
    """
    (line, cells), *body = table_lines(text)
    columns = columns_of(cells)
    if body and _holds_names(columns, body[0][1]):
        if plain(columns.heading[0]) not in OPTIONS:
            name = columns.heading[0]
            valid = [*KNOWN, "option"]
            raise InvalidBallots("unknown_column", line=line, column=1, name=name, valid=valid)
        return Election(_tallies(cells, line, body), "", 1, Source("grade_csv"))
    seen: set[str] = set()
    rows, counts = [], []
    for number, found in body:
        cells = whole_line(columns, found, number)
        check_number(columns, cells, number, seen, strict=strict)
        rows.append(_marks(columns, cells, number))
        counts.append(count_in(columns, cells, number))
    names = option_names(columns, line)
    check_serial(columns, rows, line)
    flat = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), len(names))
    marks = np.asfortranarray(flat)
    grades = tuple(str(grade) for grade in range(1, int(marks.max(initial=1)) + 1))
    ballots = check(Grades(tuple(names), grades, marks, np.array(counts, np.int64)))
    return Election(ballots, "", 1, Source("grade_csv", notes=passed_over(columns, line)))


def write(election: Election) -> str:
    """One line per ballot, numbered from 1 in canonical order, without the names of grades; or the
    table of tallies, without the judges who judge nothing.
    """
    ballots = election.ballots
    if not isinstance(ballots, Grades):
        raise InvalidBallots("cannot_write", format="grade_csv", kind=type(ballots).__name__)
    if ballots.tallied:
        return _table(ballots)
    if received(ballots) > MOST_LINES or any(map(means_something, ballots.options)):
        raise InvalidBallots("cannot_write", format="grade_csv", kind=type(ballots).__name__)
    return numbered(["", *ballots.options], ballots.marks.tolist(), ballots.counts.tolist())


def _holds_names(columns: Columns, cells: list[str]) -> bool:
    """Whether the first column, as the first line shows it, holds options and no marks."""
    return columns.options[:1] == [0] and bool(cells[0].strip()) and not _whole(cells[0])


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
    """One line per option; refused when no option has a judgment on every ballot."""
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


def _marks(columns: Columns, cells: list[str], line: int) -> bytes:
    marks = []
    for place in columns.options:
        mark = whole_number(cells[place].strip() or "0", line=line, column=place + 1)
        if mark > 255:
            raise InvalidBallots(
                "mark_out_of_range", line=line, column=place + 1, value=mark, limit=255
            )
        marks.append(mark)
    return bytes(marks)
