"""Cast vote records as a wide CSV: columns rank1, rank2... and any others, one ballot per line."""

import csv
import io
import re
from collections.abc import Mapping

from voting.ballots import Rankings
from voting.ballots.grouping import distinct
from voting.formats.election import MOST_LINES, Election, RankedRows, Source, levels, names_at
from voting.formats.tables.columns import columns_of, count_in, passed_over, table_lines, whole_line
from voting.invalid import InvalidBallots

WORD = r"(?:rank|choice|preference|rang|choix|préférence)"
ENDING = r"(?:st|nd|rd|th|er|ère|re|e|ème)"
RANK = re.compile(rf"\s*(?:{WORD}[ _-]?(\d{{1,3}})|(\d{{1,3}})\s?{ENDING}[ _-]?{WORD})\s*$", re.I)
SKIPPED = {"", "skipped", "undervote", "skip", "blank", "vide", "blanc"}
OVERVOTE = {"overvote"}
# What a rank that cannot be read does to its ballot; the first value is the usual rule.
RULES: dict[str, tuple[str, ...]] = {
    "overvote": ("exhaust", "skip"),
    "skipped": ("pass", "exhaust", "exhaust_after_two"),
    "duplicate": ("first", "exhaust"),
}


def recognise(text: str) -> bool:
    """Whether the heading has a column for the first and the second rank."""
    try:
        _, cells = next(table_lines(text))
    except InvalidBallots:
        return False
    return {1, 2} <= {_rank(cell) for cell in cells}


def read(text: str, *, strict: bool = True, rules: Mapping[str, str] | None = None) -> Election:
    """Read rankings by the rules of `RULES`; what they met is counted in the source's metadata.

    `overvote`: the ballot ends there, or the rank is passed over. `skipped` ranks are passed over,
    end the ballot, or do so when two follow each other. `duplicate`: only the first place of an
    option counts, or the ballot ends at the second. A column such as `count` says how many ballots
    a line stands for; other columns are skipped with a warning.
    """
    chosen = {name: values[0] for name, values in RULES.items()} | dict(rules or {})
    lines = table_lines(text)
    first, heading = next(lines)
    columns = columns_of(heading)
    places = _places(heading, first)
    names: dict[str, int] = {}
    met = {"overvotes": 0, "skipped ranks": 0, "duplicates": 0}
    rows = RankedRows()
    seen: list[tuple[int, int]] = []
    for line, found in lines:
        cells = whole_line(columns, found, line)
        marked = _marked([cells[place].strip() for place in places], chosen, met)
        for name in marked:
            if name not in names:
                names[name] = len(names)
                column = next(place for place in places if cells[place].strip() == name)
                seen.append((line, column + 1))
        ranks = [0] * len(names)
        for rank, name in enumerate(marked, start=1):
            ranks[names[name]] = rank
        rows.add(ranks, count_in(columns, cells, line), line=line)
    names_at(list(names), seen)
    beside = [place for place in columns.options if place not in places]
    notes = passed_over(columns, first, sorted([*beside, *columns.passed]))
    metadata = {name: str(count) for name, count in met.items()} | chosen
    return Election(rows.ballots(list(names)), "", 1, Source("cvr", metadata, notes=notes))


def write(election: Election) -> str:
    """One line per ballot; equal ranks and names that mean something here cannot be written."""
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
    """The columns of the ranks, in their order; each rank has one."""
    found: dict[int, int] = {}
    for place, cell in enumerate(heading):
        rank = _rank(cell)
        if rank in found:
            raise InvalidBallots("bad_header", line=line, column=place + 1, found=cell[:40])
        if rank:
            found[rank] = place
    if not found:
        raise InvalidBallots("missing_header", line=line, column=1, name="rank1")
    return [found[rank] for rank in sorted(found)]


def _rank(heading: str) -> int:
    """The rank that a column holds, 0 when it holds something else."""
    found = RANK.match(heading)
    return int(found[1] or found[2]) if found else 0


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
