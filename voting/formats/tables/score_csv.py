"""Score CSV: ballot numbers, then one column per option; 0 is a score, an empty cell is none."""

from voting.ballots import Ballots, Points
from voting.formats.election import MOST_LINES, Election, Source, whole_number
from voting.formats.scores import Marks, score_rows, scores_from
from voting.formats.tables.columns import (
    check_number,
    check_serial,
    columns_of,
    count_in,
    means_something,
    numbered,
    option_names,
    passed_over,
    table_lines,
    whole_line,
)
from voting.invalid import InvalidBallots


def recognise(text: str) -> bool:
    """Whether the first column is said to hold ballot numbers, and scores follow."""
    try:
        _, cells = next(table_lines(text))
    except InvalidBallots:
        return False
    columns = columns_of(cells)
    return columns.number is not None and bool(columns.heading[0]) and bool(columns.options)


def read(text: str, *, strict: bool = True) -> Election:
    """Read scores, 0 to the highest given. Columns such as a date or a polling station are passed
    over and told; a column such as `count` says how many ballots a line stands for. `column` in
    errors is the number of the cell.
    """
    lines = table_lines(text)
    first, cells = next(lines)
    columns = columns_of(cells)
    names = option_names(columns, first)
    marks: Marks = []
    counts: list[int] = []
    seen: set[str] = set()
    for line, found in lines:
        cells = whole_line(columns, found, line)
        check_number(columns, cells, line, seen, strict=strict)
        marks.append([_score(cells[place].strip(), line, place) for place in columns.options])
        counts.append(count_in(columns, cells, line))
    check_serial(columns, marks, first)
    source = Source("score_csv", notes=passed_over(columns, first))
    return Election(scores_from(names, marks, counts), "", 1, source)


def write(election: Election) -> str:
    """One line per ballot, numbered from 1."""
    ballots: Ballots = election.ballots
    if (
        isinstance(ballots, Points)
        or election.received > MOST_LINES
        or any(means_something(name) for name in ballots.options)
    ):
        raise InvalidBallots("cannot_write", format="score_csv", kind=type(ballots).__name__)
    rows, counts = score_rows(ballots, "score_csv")
    cells = [["" if score is None else score for score in row] for row in rows]
    return numbered(["ballot", *ballots.options], cells, counts)


def _score(cell: str, line: int, place: int) -> int | None:
    return whole_number(cell, line=line, column=place + 1) if cell else None
