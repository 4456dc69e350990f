"""Rank CSV: one column per option, and in each line the rank that a ballot gives it; 1 is best."""

import re

from voting.ballots import Rankings
from voting.ballots.grouping import distinct
from voting.formats.election import MOST_LINES, Election, RankedRows, Source, whole_number
from voting.formats.tables.columns import (
    check_number,
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

# Cells of an unranked option: CIVS writes the first.
NO_OPINION = ("no opinion", "sans opinion", "sans avis")
LABEL = re.compile(rf'(?:^|[,;\t])\s*"?(?:{"|".join(NO_OPINION)})"?\s*(?:[,;\t]|$)', re.I | re.M)


def recognise(text: str) -> bool:
    """Whether a cell says that a ballot has no opinion: numbers alone could be ranks or marks."""
    return ("opinion" in text or "avis" in text) and bool(LABEL.search(text))


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings; an empty cell, or one without opinion, leaves the option unranked.

    Where a cell says "no opinion", the file announces `unranked=no_opinion`. `column` in errors is
    the number of the cell.
    """
    lines = table_lines(text)
    first, cells = next(lines)
    columns = columns_of(cells)
    names = option_names(columns, first)
    rows, seen, unsaid = RankedRows(), set[str](), False
    for line, found in lines:
        cells = whole_line(columns, found, line)
        check_number(columns, cells, line, seen, strict=strict)
        ranks = []
        for place in columns.options:
            cell = cells[place].strip()
            unsaid = unsaid or cell.lower() in NO_OPINION
            ranks.append(_rank(cell, line, place + 1))
        rows.add(ranks, count_in(columns, cells, line), line=line)
    source = Source("rank_csv", notes=passed_over(columns, first))
    settings = {"unranked": "no_opinion"} if unsaid else {}
    return Election(rows.ballots(names), "", 1, source, settings=settings)


def write(election: Election) -> str:
    """One line per ballot, numbered from 1; an unranked option has an empty cell."""
    ballots = election.ballots
    if not isinstance(ballots, Rankings) or election.received > MOST_LINES:
        raise InvalidBallots("cannot_write", format="rank_csv", kind=type(ballots).__name__)
    for name in ballots.options:
        if means_something(name):
            raise InvalidBallots("cannot_write", format="rank_csv", kind=name)
    ballots = distinct(ballots)
    unsaid = NO_OPINION[0] if election.settings.get("unranked") == "no_opinion" else ""
    cells = [[rank or unsaid for rank in ranks] for ranks in ballots.ranks.tolist()]
    return numbered(["ballot", *ballots.options], cells, ballots.counts.tolist())


def _rank(cell: str, line: int, column: int) -> int:
    if not cell or cell.lower() in NO_OPINION:
        return 0
    rank = whole_number(cell, line=line, column=column)
    if not 1 <= rank <= 255:
        raise InvalidBallots("rank_out_of_range", line=line, column=column, value=rank, limit=255)
    return rank
