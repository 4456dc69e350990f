"""Tables of ballots: their lines, and what each column holds, known by its heading."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from voting.formats.election import Note, delimiter_of, names_at, whole_number
from voting.invalid import InvalidBallots
from voting.names.normal_forms import normal_form

# Headings as `plain` writes them: without case, accents, spaces or signs but `#` and `°`.
NUMBERS = {
    *("voter", "voterid", "voternumber", "voterno", "elector", "electorid"),
    *("ballot", "ballotid", "ballotnumber", "ballotno", "id", "no", "number", "cvrnumber"),
    *("votant", "votante", "votants", "electeur", "electrice", "electeurs", "participant"),
    *("participante", "bulletin", "numero", "n°", "num", "identifiant", "numerodebulletin"),
    *("numerodubulletin", "bulletinn°", "n°debulletin", "n°dubulletin", "n°bulletin"),
}
COUNTS = {
    *("count", "counts", "#", "ballots", "numberofballots", "copies"),
    *("nombre", "nb", "effectif", "effectifs", "bulletins", "nombredebulletins", "nbbulletins"),
}
PASSED = {
    *("date", "time", "timestamp", "datetime", "poll", "pollid", "precinct", "ward", "station"),
    *("pollingstation", "horodateur", "horodatage", "heure", "scrutin", "bureau", "canton"),
    *("bureaudevote", "commune", "circonscription", "quartier"),
}
# The first heading of a table with an option a line, and its totals.
OPTIONS = {
    *("option", "options", "candidate", "candidates", "choice", "project", "name"),
    *("candidat", "candidats", "choix", "proposition", "projet", "liste", "nom"),
}
KNOWN = ["votant", "bulletin", "voter", "ballot", "date", "horodateur", "bureau", "nombre", "count"]
# So many lines numbered one after the other are no judgments.
SERIAL = 4


class Columns(NamedTuple):
    """Places in a heading: options, the ballots' numbers, how many ballots a line stands for."""

    heading: list[str]
    options: list[int]
    number: int | None
    counts: int | None
    passed: list[int]


def table_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, with their number, cut at the heading's delimiter."""
    first = next((line for line in io.StringIO(text) if line.strip()), None)
    if first is None:
        raise InvalidBallots("empty_file", line=1, column=1)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(first), strict=True)
    try:
        for cells in lines:
            if cells:
                yield lines.line_num, cells
    except csv.Error:
        raise InvalidBallots("unclosed_quote", line=lines.line_num, column=1) from None


def columns_of(cells: Sequence[str]) -> Columns:
    """Recognise the columns of a heading; a column of unknown name is an option.

    >>> columns_of(["Votant", "Horodateur", "Parc", "École", "Nombre"])[1:]
    ([2, 3], 0, 4, [1])
    """
    heading = [cell.strip() for cell in cells]
    while len(heading) > 1 and not heading[-1]:
        heading.pop()
    words = [plain(cell) for cell in heading]
    number = 0 if words and (not heading[0] or words[0] in NUMBERS) else None
    count = next((place for place, word in enumerate(words) if word in COUNTS), None)
    passed = [place for place, word in enumerate(words) if word in PASSED]
    beside = {number, count, *passed}
    options = [place for place in range(len(heading)) if place not in beside]
    return Columns(heading, options, number, count, passed)


def means_something(name: str) -> bool:
    """Whether a column of this name is no option: a file cannot hold an option of this name."""
    return plain(name) in NUMBERS | COUNTS | PASSED or name != name.strip() or not name


def option_names(columns: Columns, line: int) -> list[str]:
    """The names of the options, or an error at the place of the one at fault."""
    names = [columns.heading[place] for place in columns.options]
    names_at(names, [(line, place + 1) for place in columns.options])
    return names


def whole_line(columns: Columns, cells: list[str], line: int) -> list[str]:
    """The cells of a line, as many as the heading has; empty ones beyond are nothing."""
    width = len(columns.heading)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        column = min(len(cells), width)
        raise InvalidBallots(
            "ballot_length", line=line, column=column, expected=width, found=len(cells)
        )
    return cells


def count_in(columns: Columns, cells: list[str], line: int) -> int:
    """Number of ballots that a line stands for: its count column, else 1."""
    if columns.counts is None:
        return 1
    cell = cells[columns.counts].strip()
    return whole_number(cell, line=line, column=columns.counts + 1, reason="bad_count")


def check_number(
    columns: Columns, cells: list[str], line: int, seen: set[str], *, strict: bool
) -> None:
    """Refuse a ballot's number that was met before."""
    if columns.number is None:
        return
    number = cells[columns.number].strip()
    if strict and number and number in seen:
        raise InvalidBallots("repeated_ballot", line=line, column=1, number=number)
    seen.add(number)


def passed_over(columns: Columns, line: int, places: Sequence[int] = ()) -> tuple[Note, ...]:
    """Warnings about columns that contain no choice."""
    names = [columns.heading[place] for place in places or columns.passed]
    return (Note("columns_passed_over", line, {"names": names}),) if names else ()


def numbered(
    heading: Sequence[str], rows: Iterable[Iterable[object]], counts: Iterable[int]
) -> str:
    """A table with one line per ballot, numbered from 1 in its first column."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(heading)
    number = 0
    for row, count in zip(rows, counts, strict=True):
        for _ in range(count):
            number += 1
            out.writerow([number, *row])
    return text.getvalue()


def check_serial(columns: Columns, rows: Sequence[Sequence[int | None]], line: int) -> None:
    """Refuse a first option whose marks number the lines: it is none."""
    first = [row[0] for row in rows if row]
    if columns.number is not None or 0 not in columns.options or len(columns.options) < 2:
        return
    steps = {None if a is None or b is None else b - a for a, b in pairwise(first)}
    if len(first) >= SERIAL and steps == {1}:
        name = columns.heading[0]
        raise InvalidBallots("numbers_the_lines", line=line, column=1, name=name)


def looks_ranked(text: str) -> bool:
    """Whether numbers may be ranks: a column `#`, or every line says 1, 2... without a repeat."""
    lines = table_lines(text)
    _, cells = next(lines)
    columns = columns_of(cells)
    if "#" in columns.heading:
        return True
    most = 0
    for _, found in lines:
        marks = [found[place].strip() for place in columns.options if place < len(found)]
        numbers = sorted(int(mark) for mark in marks if mark.isascii() and mark.isdigit())
        if numbers != list(range(1, len(numbers) + 1)):
            return False
        most = max(most, len(numbers))
    return most > 1


def plain(heading: str) -> str:
    """A heading without case, accents, spaces and signs.

    >>> plain("N° de l'électeur")
    'n°delelecteur'
    """
    letters = normal_form("NFKD", heading.casefold())
    return "".join(letter for letter in letters if letter.isalnum() or letter in "#°")
