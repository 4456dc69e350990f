"""Cast vote records as a wide CSV: columns rank1, rank2... beside any others, a line a ballot."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from voting.ballots import Rankings, distinct
from voting.formats.election import (
    MOST_LINES,
    Election,
    RankedRows,
    Source,
    delimiter_of,
    levels,
    names_at,
)
from voting.invalid import InvalidBallots

RANK = re.compile(r"\s*(?:rank|choice)[ _-]?(\d{1,3})\s*$", re.I)
SKIPPED = {"", "skipped", "undervote", "skip", "blank"}
OVERVOTE = {"overvote"}
# What a rank that cannot be read does to its ballot; the first value is the usual rule.
RULES: dict[str, tuple[str, ...]] = {
    "overvote": ("exhaust", "skip"),
    "skipped": ("pass", "exhaust", "exhaust_after_two"),
    "duplicate": ("first", "exhaust"),
}


def recognise(text: str) -> bool:
    """Whether the heading has a column for the first and the second rank."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    heading = [cell.strip().strip('"') for cell in first.split(delimiter_of(first))]
    numbers = {int(found[1]) for cell in heading if (found := RANK.match(cell))}
    return {1, 2} <= numbers


def read(text: str, *, strict: bool = True, rules: Mapping[str, str] | None = None) -> Election:
    """Read rankings by the rules of `RULES`; what they met is counted in the source's metadata.

    `overvote`: the ballot ends there, or the rank is passed over. `skipped` ranks are passed over,
    end the ballot, or do so when two follow each other. `duplicate`: only the first place of an
    option counts, or the ballot ends at the second.
    """
    chosen = {name: values[0] for name, values in RULES.items()} | dict(rules or {})
    if not text.strip():
        raise InvalidBallots("empty_file", line=1, column=1)
    first = next(line for line in text.splitlines() if line.strip())
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(first), strict=True)
    places: list[int] = []
    columns: dict[str, int] = {}
    met = {"overvotes": 0, "skipped ranks": 0, "duplicates": 0}
    rows = RankedRows()
    seen: list[tuple[int, int]] = []
    width = 0
    try:
        for cells in lines:
            line = lines.line_num
            if not cells:
                continue
            if not width:
                width, places = len(cells), _places(cells, line)
                continue
            if len(cells) != width:
                column = min(len(cells), width)
                raise InvalidBallots(
                    "ballot_length", line=line, column=column, expected=width, found=len(cells)
                )
            names = _marked([cells[place].strip() for place in places], chosen, met)
            for name in names:
                if name not in columns:
                    columns[name] = len(columns)
                    column = next(place for place in places if cells[place].strip() == name)
                    seen.append((line, column + 1))
            ranks = [0] * len(columns)
            for rank, name in enumerate(names, start=1):
                ranks[columns[name]] = rank
            rows.add(ranks, 1, line=line)
    except csv.Error:
        raise InvalidBallots("unclosed_quote", line=lines.line_num, column=1) from None
    names_at(list(columns), seen)
    metadata = {name: str(count) for name, count in met.items()} | chosen
    return Election(rows.ballots(list(columns)), "", 1, Source("cvr", metadata))


def write(election: Election) -> str:
    """A line a ballot; equal ranks and names that mean something here cannot be written."""
    ballots = election.ballots
    if not isinstance(ballots, Rankings) or election.received > MOST_LINES:
        raise InvalidBallots("cannot_write", format="cvr", kind=type(ballots).__name__)
    for name in ballots.options:
        if name.strip().lower() in SKIPPED | OVERVOTE or name != name.strip():
            raise InvalidBallots("cannot_write", format="cvr", kind=name)
    ballots = distinct(ballots)
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    width = max(2, len(ballots.options))
    out.writerow(["ballot", *(f"rank{rank}" for rank in range(1, width + 1))])
    number = 0
    for row, count in enumerate(ballots.counts.tolist()):
        groups = levels(ballots, row)
        if any(len(group) > 1 for group in groups):
            names = [ballots.options[o] for group in groups if len(group) > 1 for o in group]
            raise InvalidBallots("equal_ranks", row=row, names=names)
        cells = [ballots.options[group[0]] for group in groups]
        cells += ["skipped"] * (width - len(cells))
        for _ in range(count):
            number += 1
            out.writerow([number, *cells])
    return text.getvalue()


def _places(heading: list[str], line: int) -> list[int]:
    """The columns of the ranks, in their order."""
    found = {int(m[1]): place for place, cell in enumerate(heading) if (m := RANK.match(cell))}
    if not found:
        raise InvalidBallots("missing_header", line=line, column=1, name="rank1")
    return [found[rank] for rank in sorted(found)]


def _marked(cells: list[str], rules: Mapping[str, str], met: dict[str, int]) -> list[str]:
    """The names that count, best first. Skipped ranks after the last mark are no skips."""
    while cells and cells[-1].lower() in SKIPPED:
        cells.pop()
    names: list[str] = []
    skips = 0
    for cell in cells:
        label = cell.lower()
        kind = (
            "skipped"
            if label in SKIPPED
            else "overvote"
            if label in OVERVOTE
            else "duplicate"
            if cell in names
            else ""
        )
        skips = skips + 1 if kind == "skipped" else 0
        if not kind:
            names.append(cell)
            continue
        met[
            {"skipped": "skipped ranks", "overvote": "overvotes", "duplicate": "duplicates"}[kind]
        ] += 1
        if rules[kind] == "exhaust" or (rules[kind] == "exhaust_after_two" and skips == 2):
            break
    return names
