"""PrefLib categories as written before 2022: `options,categories`, both named, totals, lines.

A line is `count,category,category...`, the options of each category, the best category first.
"""

import re

from voting.formats.election import Election, RankedRows, Source, names_at, whole_number
from voting.formats.rankings.preflib import groups_of
from voting.formats.rankings.preflib_cat import from_categories
from voting.invalid import InvalidBallots

HEAD = re.compile(r"\s*(\d{1,4})\s*,\s*(\d{1,3})\s*$")
Lines = list[tuple[int, str]]


def recognise(text: str) -> bool:
    """Whether two numbers are followed by that many named lines and three numbers."""
    lines = [line for line in text.splitlines() if line.strip()]
    head = HEAD.match(lines[0]) if lines else None
    if not head:
        return False
    named = int(head[1]) + int(head[2])
    totals = lines[named + 1] if len(lines) > named + 1 else ""
    return bool(re.fullmatch(r"\s*\d+\s*,\s*\d+\s*,\s*\d+\s*", totals))


def read(text: str, *, strict: bool = True) -> Election:
    """Read approvals (two categories) or judgments. Strict: the numbers announced and distinct
    preferences must hold.
    """
    lines = [(line, raw) for line, raw in enumerate(text.splitlines(), start=1) if raw.strip()]
    if not lines:
        raise InvalidBallots("empty_file", line=1, column=1)
    head = HEAD.match(lines[0][1])
    if not head or min(int(head[1]), int(head[2])) < 1 or int(head[2]) > 255:
        raise InvalidBallots("bad_header", line=lines[0][0], column=1, found=lines[0][1][:40])
    options, categories = int(head[1]), int(head[2])
    named, body = lines[1 : options + categories + 1], lines[options + categories + 2 :]
    if len(lines) < options + categories + 2:
        line, found = lines[-1][0], len(lines) - 1
        raise InvalidBallots(
            "wrong_total", line=line, column=1, expected=options + categories + 1, found=found
        )
    names, places, grades = _named(named, options, categories)
    names_at(names, places)
    rows = RankedRows()
    seen: set[bytes] = set()
    marks = [groups_of(raw, line, options, sign=",") for line, raw in body]
    for (count, groups), (line, _) in zip(marks, body, strict=True):
        if max(groups, default=0) > categories:
            limit = categories
            raise InvalidBallots(
                "unknown_number", line=line, column=1, value=max(groups), limit=limit
            )
        rows.add(groups, count, line=line)
        if strict and rows.rows[-1] in seen:
            raise InvalidBallots("repeated_order", line=line, column=1)
        seen.add(rows.rows[-1])
    if strict:
        _check(lines[options + categories + 1], rows)
    ballots = from_categories(rows.ballots(names), grades)
    return Election(ballots, "", 1, Source("preflib_cat_old"))


def _named(
    lines: Lines, options: int, categories: int
) -> tuple[list[str], list[tuple[int, int]], list[str]]:
    """The options, their places and the categories: whichever come first, each from number 1."""
    found: list[tuple[int, str]] = []
    for line, raw in lines:
        head, sign, name = raw.partition(",")
        if not sign or not head.strip().isdigit():
            raise InvalidBallots("bad_number", line=line, column=1, found=head.strip()[:40])
        found.append((int(head) if len(head) < 9 else 0, name.strip()))
    numbers = [number for number, _ in found]
    orders = {
        True: [*range(1, categories + 1), *range(1, options + 1)],
        False: [*range(1, options + 1), *range(1, categories + 1)],
    }
    for first, expected in orders.items():
        if numbers == expected:
            start = categories if first else 0
            other = 0 if first else options
            names = [name for _, name in found]
            places = [(line, raw.index(",") + 2) for line, raw in lines[start : start + options]]
            return names[start : start + options], places, names[other : other + categories]
    wrong = next(place for place, number in enumerate(numbers) if number != orders[True][place])
    line, raw = lines[wrong]
    raise InvalidBallots("bad_number", line=line, column=1, found=raw.partition(",")[0][:40])


def _check(totals: tuple[int, str], rows: RankedRows) -> None:
    """The line of totals: voters, the sum of the counts, distinct preferences."""
    line, raw = totals
    cells = raw.split(",")
    for text, found in zip(cells, (rows.total, rows.total, len(rows.rows)), strict=False):
        expected = whole_number(text.strip(), line=line, column=1)
        if expected != found:
            raise InvalidBallots("wrong_total", line=line, column=1, expected=expected, found=found)
