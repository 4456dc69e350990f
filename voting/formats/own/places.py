"""The position of an error in the text of the project's own JSON."""

import json
import re
from collections.abc import Sequence
from typing import Any

from voting.invalid import InvalidBallots


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; of two values for one name neither can be chosen."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise InvalidBallots("repeated_field", name=next(n for n in names if names.count(n) > 1))
    return found


def place_of_second(text: str, name: str) -> tuple[int, int]:
    """Line and column of the first object that says a name twice: where it says it again."""
    written = re.escape(json.dumps(name, ensure_ascii=False))
    again = re.search(rf"\{{[^{{}}]*{written}\s*:[^{{}}]*?({written})\s*:", text)
    position = again.start(1) if again else max(text.rfind(json.dumps(name)), 0)
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def place_of_row(text: str, row: int) -> tuple[int, int]:
    """Line and column where a ballot begins."""
    start = re.search(r'"ballots"\s*:\s*\[', text)
    position = start.end() if start else 0
    decoder = json.JSONDecoder()
    for _ in range(row):
        position = _after_blank(text, position)
        _, position = decoder.raw_decode(text, position)
    position = _after_blank(text, position)
    return text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1) + 1


def _after_blank(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n,":
        position += 1
    return position


def line_of_key(text: str, name: str) -> int:
    """The first line with a key."""
    position = text.find(json.dumps(name, ensure_ascii=False))
    return text.count("\n", 0, max(position, 0)) + 1


def places_of_names(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Line and column of each option's name, in the list of candidates or else of tallies."""
    start = re.search(r'"candidates"\s*:\s*\[', text)
    if not start:
        return [line_and_column(text, text.find(json.dumps(n, ensure_ascii=False))) for n in names]
    strings = re.finditer(r'"(?:[^"\\]|\\.)*"', text[start.end() :])
    places = [start.end() + found.start() for found, _ in zip(strings, names, strict=False)]
    return [line_and_column(text, place) for place in places]


def place_of_fault(text: str, document: dict[str, Any], error: InvalidBallots) -> tuple[int, int]:
    """The position of the field or name in an error, else the beginning of the file."""
    name = error.values.get("name", "tallies" if "tallies" in document else "")
    position = text.find(json.dumps(name, ensure_ascii=False)) if name else -1
    return line_and_column(text, position)


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """The line and column of a position, from 1."""
    before = text[: max(position, 0)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
