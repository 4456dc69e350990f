"""Debian tally sheets: `Option N--->: name`, then `V: 21-3 hash`, one character per option."""

import re

from voting.ballots import Rankings
from voting.ballots.grouping import distinct
from voting.formats.election import MOST_LINES, Election, RankedRows, Source, names_at
from voting.invalid import InvalidBallots

OPTION = re.compile(r"^[\s/|\\]*Option\s+(\w+)\s*-*>?:\s*(.*?)\s*$")
VOTE = re.compile(r"^\s*V:\s*(\S*)")
RANKS = "123456789abcdefghijklmnopqrstuvwxyz"


def recognise(text: str) -> bool:
    """Whether there are options and votes of a tally sheet."""
    return bool(re.search(r"^\s*V:\s", text, re.M) and re.search(r"Option\s+\w+\s*-*>:", text))


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings; the default option ("None of the above") is an option like the others.

    A rank is a digit, or a letter above 9 (a = 10); ranks need not be consecutive; `-` is unranked.
    Everything else on the sheet is prose.
    """
    names: list[str] = []
    places: list[tuple[int, int]] = []
    rows = RankedRows()
    for line, raw in enumerate(text.splitlines(), start=1):
        if found := OPTION.match(raw):
            names.append(_name(found, len(names) + 1, line, strict))
            places.append((line, found.start(2) + 1))
        elif found := VOTE.match(raw):
            rows.add(_ranks(found, len(names), line), 1, line=line)
    if not names:
        raise InvalidBallots("missing_header", line=1, column=1, name="Option")
    names_at(names, places)
    return Election(rows.ballots(names), "", 1, Source("debian"))


def write(election: Election) -> str:
    """A tally sheet, one line per ballot with its number where the voter's secret hash would be."""
    ballots = election.ballots
    if (
        not isinstance(ballots, Rankings)
        or election.received > MOST_LINES
        or len(ballots.options) > len(RANKS)
        or any(name != name.strip() or len(name.splitlines()) != 1 for name in ballots.options)
    ):
        raise InvalidBallots("cannot_write", format="debian", kind=type(ballots).__name__)
    ballots = distinct(ballots)
    lines = [
        f"  Option {number}-->: {name}" for number, name in enumerate(ballots.options, start=1)
    ]
    marks, number = "-" + RANKS, 0
    for ranks, count in zip(ballots.ranks.tolist(), ballots.counts.tolist(), strict=True):
        vote = "".join(marks[rank] for rank in ranks)
        for _ in range(count):
            number += 1
            lines.append(f"V: {vote}\t{number}")
    return "\n".join(lines) + "\n"


def _name(found: re.Match[str], expected: int, line: int, strict: bool) -> str:
    number = found[1].lower()
    due = str(expected), (" " + RANKS)[expected] if expected <= len(RANKS) else ""
    if strict and number not in due:
        column = found.start(1) + 1
        raise InvalidBallots("bad_number", line=line, column=column, found=found[1])
    return found[2]


def _ranks(found: re.Match[str], options: int, line: int) -> list[int]:
    marks, start = found[1].lower(), found.start(1) + 1
    if len(marks) != options:
        raise InvalidBallots(
            "ballot_length", line=line, column=start, expected=options, found=len(marks)
        )
    ranks = []
    for position, mark in enumerate(marks):
        if mark != "-" and mark not in RANKS:
            raise InvalidBallots("bad_number", line=line, column=start + position, found=mark)
        ranks.append(RANKS.find(mark) + 1)
    return ranks
