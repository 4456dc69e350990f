"""PrefLib orders as written before 2022: a number, `i,name` lines, `voters,sum,orders`, orders."""

import re

from voting.formats.election import Election, RankedRows, Source, names_at, whole_number
from voting.formats.rankings.preflib import groups_of
from voting.invalid import InvalidBallots

ORDER = re.compile(r"\s*\d+\s*,")


def recognise(text: str) -> bool:
    """Whether a number of options is followed by that many numbered names and three numbers."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not re.fullmatch(r"\d{1,4}", lines[0]) or len(lines) < int(lines[0]) + 2:
        return False
    options = int(lines[0])
    named = all(
        line.split(",")[0].strip() == str(number)
        for number, line in enumerate(lines[1 : options + 1], start=1)
    )
    return named and bool(re.fullmatch(r"\d+\s*,\s*\d+\s*,\s*\d+", lines[options + 1]))


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings. Strict: the numbers announced and distinct orders must hold."""
    lines = [(line, raw) for line, raw in enumerate(text.splitlines(), start=1) if raw.strip()]
    if not lines:
        raise InvalidBallots("empty_file", line=1, column=1)
    options = whole_number(lines[0][1].strip(), line=lines[0][0], column=1)
    if len(lines) < options + 2:
        raise InvalidBallots(
            "wrong_total", line=1, column=1, expected=options, found=len(lines) - 1
        )
    names = [
        _named(raw, number, line) for number, (line, raw) in enumerate(lines[1 : options + 1], 1)
    ]
    places = [(line, raw.index(",") + 2) for line, raw in lines[1 : options + 1]]
    names_at(names, places)
    line, totals = lines[options + 1]
    announced = [whole_number(text.strip(), line=line, column=1) for text in totals.split(",")]
    rows = RankedRows()
    seen: set[bytes] = set()
    for line, raw in lines[options + 2 :]:
        if not ORDER.match(raw) and "," in raw:
            raise InvalidBallots("bad_count", line=line, column=1, found=raw.split(",")[0][:40])
        count, ranks = groups_of(raw, line, options, sign=",")
        rows.add(ranks, count, line=line)
        if strict and rows.rows[-1] in seen:
            raise InvalidBallots("repeated_order", line=line, column=1)
        seen.add(rows.rows[-1])
    if strict:
        _check(announced, rows, lines[options + 1][0])
    return Election(rows.ballots(names), "", 1, Source("preflib_old"))


def _named(raw: str, number: int, line: int) -> str:
    head, sign, name = raw.partition(",")
    if not sign or head.strip() != str(number):
        raise InvalidBallots("bad_number", line=line, column=1, found=head.strip()[:40])
    return name.strip()


def _check(announced: list[int], rows: RankedRows, line: int) -> None:
    """The line of totals: voters, the sum of the counts, distinct orders."""
    found = (rows.total, rows.total, len(rows.rows))
    for expected, here in zip(announced, found, strict=False):
        if expected != here:
            raise InvalidBallots("wrong_total", line=line, column=1, expected=expected, found=here)
