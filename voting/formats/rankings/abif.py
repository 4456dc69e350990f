"""ABIF 0.31: `count:A>B=C` or `count:A/5,B/3`, names declared by `=id:[Name]`.

Its next draft ends a ballot with `*weight` and a remark in braces; both are read.
"""

import re
from dataclasses import dataclass

import numpy as np

from voting.ballots import Ballots, Grades, Rankings
from voting.ballots.checks import check
from voting.ballots.grouping import distinct
from voting.formats.election import Election, RankedRows, Source, levels, names_at, whole_number
from voting.invalid import InvalidBallots

TOKEN = re.compile(r'\s*(?:"((?:[^"]|"")*)"|\[([^\]]*)\]|([^\s>=,/"\[\]#{}:]+))\s*')
BALLOT = re.compile(r"\s*([^\s:{}=\"\[#]*)\s*:")
DECLARED = re.compile(r"\s*=")
METADATA = re.compile(r'\s*\{\s*"?([^":}]+?)"?\s*:\s*(.*?)\s*\}\s*$')
WEIGHT = re.compile(r"\*\s*(\S*?)\s*(?=$|[{#])")


@dataclass(frozen=True, slots=True)
class _Ballot:
    """One line: options in order, the group of each (from 1), its rating or None."""

    count: int
    options: list[str]
    groups: list[int]
    ratings: list[int | None]
    line: int
    implied: bool


def recognise(text: str) -> bool:
    """Whether the first lines that say something are ABIF's."""
    lines = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        return False
    first = lines[0]
    return bool(
        METADATA.match(first)
        or re.match(r"\s*=.+:", first)
        or re.match(r"\s*\d+\s*:\s*($|[^\d\s{]|\d+[>=])", first)
    )


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings, or judgments when every option on every ballot is only rated.

    Tolerant: names not declared among declared ones, and commas without ratings (read as equal).
    """
    declared: dict[str, str] = {}
    metadata: dict[str, str] = {}
    ballots: list[_Ballot] = []
    places: list[tuple[int, int]] = []
    for line, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        if found := METADATA.match(raw):
            metadata[found[1].strip()] = found[2].strip().strip('"')
        elif found := DECLARED.match(raw):
            name, full = _declaration(raw, found.end(), line)
            if name in declared:
                raise InvalidBallots("duplicate_option", line=line, column=found.end(), name=name)
            declared[name] = full
            places.append((line, raw.index(":") + 2))
        else:
            ballots.append(_ballot(raw, line, strict))
    if not ballots and not declared:
        raise InvalidBallots("empty_file", line=1, column=1)
    names = _names(declared, ballots, strict, places)
    rated = bool(ballots) and all(
        ballot.implied and None not in ballot.ratings for ballot in ballots
    )
    has_ratings = any(ballot.ratings for ballot in ballots)
    counted = (_grades if rated and has_ratings else _rankings)(names, ballots)
    source = Source("abif", metadata)
    return Election(counted, metadata.get("title", ""), 1, source)


def write(election: Election) -> str:
    """ABIF of rankings, one line a distinct ballot; other ballots have no lossless form here."""
    ballots = election.ballots
    if not isinstance(ballots, Rankings):
        raise InvalidBallots("cannot_write", format="abif", kind=type(ballots).__name__)
    ballots = distinct(ballots)
    lines = ['{version: "0.31"}']
    if election.title:
        lines.append('{title: "' + " ".join(election.title.replace('"', "'").split()) + '"}')
    tokens = [f"o{number}" for number in range(1, len(ballots.options) + 1)]
    lines += [
        f"={token}:{_bracketed(name)}" for token, name in zip(tokens, ballots.options, strict=True)
    ]
    for row, count in enumerate(ballots.counts.tolist()):
        groups = ["=".join(tokens[option] for option in group) for group in levels(ballots, row)]
        lines.append(f"{count}:{'>'.join(groups)}")
    return "\n".join(lines) + "\n"


def _bracketed(name: str) -> str:
    if "]" in name or "[" in name:
        return '"' + name.replace('"', '""') + '"'
    return f"[{name}]"


def _declaration(raw: str, start: int, line: int) -> tuple[str, str]:
    name, position = _token(raw, start, line)
    if position >= len(raw) or raw[position] != ":":
        raise InvalidBallots("unexpected_end", line=line, column=position + 1, expected=":")
    # A full name may be left bare; it then runs to the end of the line.
    rest = raw[position + 1 :].strip()
    if rest[:1] not in ('"', "["):
        return name, rest
    full, end = _token(raw, position + 1, line)
    if raw[end:].strip() and not raw[end:].lstrip().startswith("#"):
        raise InvalidBallots(
            "unexpected_text", line=line, column=end + 1, found=raw[end:].strip()[:40]
        )
    return name, full


def _token(raw: str, start: int, line: int) -> tuple[str, int]:
    found = TOKEN.match(raw, start)
    if not found:
        rest = raw[start:].lstrip()
        column = len(raw) - len(rest) + 1
        if rest[:1] in ('"', "["):
            raise InvalidBallots("unclosed_quote", line=line, column=column)
        if not rest:
            raise InvalidBallots("unexpected_end", line=line, column=column, expected="name")
        raise InvalidBallots("unexpected_text", line=line, column=column, found=rest[:40])
    quoted, bracketed, bare = found.groups()
    if quoted is not None:
        return quoted.replace('""', '"'), found.end()
    return (bracketed if bracketed is not None else bare), found.end()


def _ballot(raw: str, line: int, strict: bool) -> _Ballot:
    head = BALLOT.match(raw)
    if not head:
        raise InvalidBallots("unexpected_text", line=line, column=1, found=raw.strip()[:40])
    count = whole_number(head[1], line=line, column=head.start(1) + 1, reason="bad_count")
    ballot = _Ballot(count, [], [], [], line, True)
    position, group, implied = head.end(), 1, True
    while raw[position:].strip() and raw[position:].lstrip()[0] not in "#*{":
        start = position
        name, position = _token(raw, position, line)
        if name in ballot.options:
            raise InvalidBallots("repeated_option", line=line, column=start + 1, name=name)
        rating, position = _rating(raw, position, line)
        ballot.options.append(name)
        ballot.groups.append(group)
        ballot.ratings.append(rating)
        sign = raw[position : position + 1]
        if sign in ("", "#", "*", "{"):
            break
        if sign not in (">", "=", ","):
            raise InvalidBallots(
                "unexpected_text", line=line, column=position + 1, found=raw[position:][:40]
            )
        if sign == "," and strict and rating is None:
            raise InvalidBallots("unexpected_text", line=line, column=position + 1, found=",")
        implied = implied and sign == ","
        group += sign == ">"
        position += 1
        if not raw[position:].strip():
            raise InvalidBallots("unexpected_end", line=line, column=position + 1, expected="name")
    count *= _weight(raw, position, line)
    return _Ballot(count, ballot.options, ballot.groups, ballot.ratings, line, implied)


def _weight(raw: str, start: int, line: int) -> int:
    """Weight at the end of a ballot (`* 12`), 1 when absent; a comment in braces is skipped."""
    position = len(raw) - len(raw[start:].lstrip())
    weight = 1
    if found := WEIGHT.match(raw, position):
        column = found.start(1) + 1
        weight = whole_number(found[1], line=line, column=column, reason="bad_count")
        position = found.end()
    rest = raw[position:].split("#")[0].strip() if raw[position : position + 1] != "{" else ""
    if rest:
        raise InvalidBallots("unexpected_text", line=line, column=position + 1, found=rest[:40])
    return weight


def _rating(raw: str, position: int, line: int) -> tuple[int | None, int]:
    if raw[position : position + 1] != "/":
        return None, position
    found = re.compile(r"\s*([^\s>=,#]*)\s*").match(raw, position + 1)
    assert found is not None
    rating = whole_number(found[1], line=line, column=found.start(1) + 1)
    if rating > 254:
        raise InvalidBallots(
            "mark_out_of_range", line=line, column=found.start(1) + 1, value=rating, limit=254
        )
    return rating, found.end()


def _names(
    declared: dict[str, str], ballots: list[_Ballot], strict: bool, places: list[tuple[int, int]]
) -> dict[str, str]:
    """The full name of each token; `places`: those of the declared ones, then of the others."""
    names = dict(declared)
    for ballot in ballots:
        for name in ballot.options:
            if name not in names:
                if declared and strict:
                    raise InvalidBallots("unknown_option", line=ballot.line, column=1, name=name)
                names[name] = name
                places.append((ballot.line, 1))
    if names:
        names_at(list(names.values()), places)
    return names


def _rankings(names: dict[str, str], ballots: list[_Ballot]) -> Ballots:
    columns = {name: column for column, name in enumerate(names)}
    rows = RankedRows()
    for ballot in ballots:
        groups = ballot.groups
        if ballot.implied and ballot.ratings and None not in ballot.ratings:
            best = sorted({rating or 0 for rating in ballot.ratings}, reverse=True)
            groups = [best.index(rating or 0) + 1 for rating in ballot.ratings]
        ranks = [0] * len(names)
        for name, group in zip(ballot.options, groups, strict=True):
            ranks[columns[name]] = group
        rows.add(ranks, ballot.count, line=ballot.line)
    return rows.ballots(list(names.values()))


def _grades(names: dict[str, str], ballots: list[_Ballot]) -> Ballots:
    columns = {name: column for column, name in enumerate(names)}
    marks = np.zeros((len(ballots), len(names)), np.uint8, order="F")
    for row, ballot in enumerate(ballots):
        for name, rating in zip(ballot.options, ballot.ratings, strict=True):
            marks[row, columns[name]] = (rating or 0) + 1
    grades = tuple(str(score) for score in range(int(marks.max(initial=1))))
    counts = np.array([ballot.count for ballot in ballots], np.int64)
    return check(Grades(tuple(names.values()), grades, marks, counts))
