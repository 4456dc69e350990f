"""Read a roll from a CSV file, whole, or refuse it with every faulty line. Pure."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import msgspec

from deliberation.core.email_addresses import NotAnAddress, read_address
from voting.names.confusables import skeleton

# Heading of a column -> field.
HEADINGS: dict[str, str] = {
    "identifiant": "number",
    "numero": "number",
    "numéro": "number",
    "number": "number",
    "nom": "name",
    "name": "name",
    "courriel": "email",
    "email": "email",
    "e-mail": "email",
    "sujet": "subject",
    "subject": "subject",
}
MAX_FIELD_LENGTHS = {"number": 60, "name": 120, "email": 254, "subject": 255}
MAX_LISTED_FAULTS = 50
# Spaces of spreadsheets and web pages, read as plain ones.
SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))


class RollLine(msgspec.Struct, frozen=True):
    """An elector in a file."""

    number: str
    name: str = ""
    email: str | None = None
    subject: str | None = None


class LineFault(msgspec.Struct, frozen=True):
    """A fault: line number, code, and the faulty value."""

    line: int
    code: str
    values: dict[str, Any] = {}


class RollFile(msgspec.Struct, frozen=True):
    """Lines of a roll file, or its faults (at most `MAX_LISTED_FAULTS`); one fault refuses the
    file.
    """

    lines: list[RollLine]
    faults: list[LineFault]


def read_roll(data: bytes) -> RollFile:
    """The roll of a CSV file: UTF-8, comma, semicolon or tab, a heading line (`HEADINGS`).

    A line without identifier, one that repeats another's identifier, address or subject, one whose
    identifier only looks different, an address that is none: each is a fault of its own line. Empty
    columns at the right are left aside.
    """
    try:
        text = data.decode("utf-8-sig").translate(SPACES)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return RollFile([], [LineFault(line, "roll-not-utf8")])
    rows, faults = _rows(text)
    heading = rows[0][1] if rows else []
    while heading and not heading[-1].strip():
        heading.pop()
    columns = [HEADINGS.get(cell.strip().lower()) for cell in heading]
    faults = faults or list(_heading_faults(heading, columns))
    if faults:
        return RollFile([], faults)
    lines: list[RollLine] = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        while len(row) > len(heading) and not row[-1].strip():
            row.pop()
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name}
        found = list(_line_faults(line, row, heading, cells, seen))
        faults += found
        if len(faults) >= MAX_LISTED_FAULTS:
            return RollFile([], faults[:MAX_LISTED_FAULTS])
        if not found:
            lines.append(_elector(cells))
    if not lines and not faults:
        faults = [LineFault(1, "roll-empty")]
    return RollFile([] if faults else lines, faults)


def roll_template() -> bytes:
    """An empty roll: its heading line, as a spreadsheet in French opens it."""
    return b"\xef\xbb\xbfidentifiant;nom;courriel\r\n"


def _rows(text: str) -> tuple[list[tuple[int, list[str]]], list[LineFault]]:
    """Each row with the line of the file that it begins on; or the line that cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows = []
    begins = 1
    try:
        for row in reader:
            rows.append((begins, row))
            begins = reader.line_num + 1
    except csv.Error:  # a cell beyond the csv module's limit
        return [], [LineFault(begins, "roll-not-csv")]
    return rows, []


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(";,\t", key=first.count)


def _heading_faults(heading: list[str], columns: list[str | None]) -> Iterator[LineFault]:
    for cell, name in zip(heading, columns, strict=True):
        if name is None:
            yield LineFault(1, "roll-unknown-column", {"value": cell[:40]})
        elif columns.count(name) > 1:
            yield LineFault(1, "roll-column-twice", {"value": cell[:40]})
    if "number" not in columns:
        yield LineFault(1, "roll-no-identifier")


def _line_faults(
    line: int,
    row: list[str],
    heading: list[str],
    cells: dict[str, str],
    seen: dict[tuple[str, str], int],
) -> Iterator[LineFault]:
    if len(row) != len(heading):
        yield LineFault(line, "roll-columns", {"found": len(row), "expected": len(heading)})
        return
    if not cells["number"]:
        yield LineFault(line, "roll-no-number")
    wrong = [n for n, v in cells.items() if len(v) > MAX_FIELD_LENGTHS[n] or not v.isprintable()]
    for name in wrong:
        yield LineFault(line, "roll-value", {"value": cells[name][:40]})
    if any(len(cells[name]) > MAX_FIELD_LENGTHS[name] for name in wrong):
        return  # folding costs as much as a value is long
    if (email := cells.get("email")) and "email" not in wrong:
        try:
            cells["email"] = read_address(email)
        except NotAnAddress:
            yield LineFault(line, "roll-email", {"value": email[:40]})
    keys = {
        "number": skeleton(cells["number"]).casefold(),
        "email": cells.get("email", ""),
        "subject": cells.get("subject", ""),
    }
    for name, key in keys.items():
        if key and (name, key) in seen:
            values = {"value": cells[name][:40], "other": seen[name, key]}
            yield LineFault(line, f"roll-{name}-twice", values)
        elif key:
            seen[name, key] = line


def _elector(cells: dict[str, str]) -> RollLine:
    optional = {name: cells.get(name) or None for name in ("email", "subject")}
    return RollLine(cells["number"], cells.get("name", ""), **optional)
