"""Score CSV: the ballots' numbers, then an option a column; 0 is a score, an empty cell is none."""

from __future__ import annotations

import csv
import io
import re

from voting.ballots import Ballots, Points
from voting.formats.election import (
    MOST_LINES,
    Election,
    Source,
    delimiter_of,
    names_at,
    whole_number,
)
from voting.formats.scores import Marks, score_rows, scores_from
from voting.invalid import InvalidBallots

NUMBERED = re.compile(r"\s*(voter|ballot)[ _-]?(id|number|no)?\s*$", re.I)
BESIDE = re.compile(r"\s*(date|poll[ _-]?id|precinct|count)\s*$", re.I)


def recognise(text: str) -> bool:
    """Whether the first column is said to hold ballot numbers, and scores follow."""
    lines = [line for line in text.splitlines() if line.strip()][:2]
    if not lines:
        return False
    heading = lines[0].split(delimiter_of(lines[0]))
    return bool(NUMBERED.match(heading[0].strip('" '))) and len(heading) > 1


def read(text: str, *, strict: bool = True) -> Election:
    """Read scores, 0 to the highest given. Columns named date, poll or precinct are passed over;
    one named count says how many ballots the line stands for. `column` in errors is the cell.
    """
    if not text.strip():
        raise InvalidBallots("empty_file", line=1, column=1)
    first = next(line for line in text.splitlines() if line.strip())
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(first), strict=True)
    heading: list[str] = []
    names: list[str] = []
    marks: Marks = []
    counts: list[int] = []
    seen: set[str] = set()
    try:
        for cells in lines:
            if not cells:
                continue
            if not heading:
                heading = [cell.strip() for cell in cells]
                found = _options(heading)
                names = [heading[place] for place in found]
                names_at(names, [(lines.line_num, place + 1) for place in found])
                continue
            line = lines.line_num
            _check_line(cells, heading, line, seen, strict)
            marks.append(
                [
                    None
                    if not cells[place].strip()
                    else whole_number(cells[place].strip(), line=line, column=place + 1)
                    for place in _options(heading)
                ]
            )
            counts.append(_count(cells, heading, line))
    except csv.Error:
        raise InvalidBallots("unclosed_quote", line=lines.line_num, column=1) from None
    return Election(scores_from(names, marks, counts), "", 1, Source("score_csv"))


def write(election: Election) -> str:
    """A line a ballot, numbered from 1."""
    ballots: Ballots = election.ballots
    if (
        isinstance(ballots, Points)
        or election.received > MOST_LINES
        or any(NUMBERED.match(name) or BESIDE.match(name) for name in ballots.options)
    ):
        raise InvalidBallots("cannot_write", format="score_csv", kind=type(ballots).__name__)
    rows, counts = score_rows(ballots, "score_csv")
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["ballot", *ballots.options])
    number = 0
    for row, count in zip(rows, counts, strict=True):
        for _ in range(count):
            number += 1
            out.writerow([number, *("" if score is None else score for score in row)])
    return text.getvalue()


def _options(heading: list[str]) -> list[int]:
    return [
        place
        for place, cell in enumerate(heading)
        if not BESIDE.match(cell) and not (place == 0 and (not cell or NUMBERED.match(cell)))
    ]


def _check_line(
    cells: list[str], heading: list[str], line: int, seen: set[str], strict: bool
) -> None:
    if len(cells) != len(heading):
        column = min(len(cells), len(heading))
        raise InvalidBallots(
            "ballot_length", line=line, column=column, expected=len(heading), found=len(cells)
        )
    if 0 in _options(heading):
        return
    if strict and cells[0] and cells[0] in seen:
        raise InvalidBallots("repeated_ballot", line=line, column=1, number=cells[0])
    seen.add(cells[0])


def _count(cells: list[str], heading: list[str], line: int) -> int:
    place = next((i for i, cell in enumerate(heading) if cell.lower() == "count"), None)
    if place is None:
        return 1
    return whole_number(cells[place].strip(), line=line, column=place + 1, reason="bad_count")
