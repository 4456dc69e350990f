"""PrefLib orders (.soc, .soi, .toc, .toi): `# KEY: value`, then `count: 1,{2,3},4`."""

import re

import numpy as np

from voting.ballots import Rankings
from voting.ballots.grouping import distinct
from voting.formats.election import Election, RankedRows, Source, levels, names_at, whole_number
from voting.invalid import InvalidBallots

HEADER = re.compile(r"^#\s*([A-Z][A-Z ]*?(?: \d+)?)\s*:\s?(.*?)\s*$")
ITEM = re.compile(r"\s*(?:\{([^{}]*)\}|([^\s,{}]+))\s*(,|$)")
TYPES = ("soc", "soi", "toc", "toi")


def recognise(text: str) -> bool:
    """Whether the first line is one of PrefLib's keys."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    known = r"#\s*(FILE NAME|TITLE|DATA TYPE|NUMBER ALTERNATIVES|ALTERNATIVE NAME \d+)\s*:"
    return bool(re.match(known, first))


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings. Strict: the numbers announced, the data type and distinct orders must hold."""
    metadata, places, body = head_and_body(text)
    names = names_of(metadata, places)
    rows = RankedRows()
    seen: set[bytes] = set()
    for line, raw in body:
        count, ranks = groups_of(raw, line, len(names))
        rows.add(ranks, count, line=line)
        if strict and rows.rows[-1] in seen:
            raise InvalidBallots("repeated_order", line=line, column=1)
        seen.add(rows.rows[-1])
        if strict:
            _check_type(ranks, metadata.get("DATA TYPE", "toi"), line)
    if strict:
        check_total(metadata, places, "NUMBER VOTERS", rows.total)
        check_total(metadata, places, "NUMBER UNIQUE ORDERS", len(body))
    source = Source("preflib", metadata)
    return Election(rows.ballots(names), metadata.get("TITLE", ""), 1, source)


def write(election: Election) -> str:
    """PrefLib of rankings, in the most restrictive of the four types."""
    ballots = election.ballots
    if not isinstance(ballots, Rankings):
        raise InvalidBallots("cannot_write", format="preflib", kind=type(ballots).__name__)
    ballots = distinct(ballots)
    lines = heading(election, _type(ballots), ballots.options)
    lines += [
        f"# NUMBER VOTERS: {int(ballots.counts.sum())}",
        f"# NUMBER UNIQUE ORDERS: {len(ballots.counts)}",
    ]
    lines += [f"# ALTERNATIVE NAME {i}: {name}" for i, name in enumerate(ballots.options, start=1)]
    for row, count in enumerate(ballots.counts.tolist()):
        groups = [",".join(str(option + 1) for option in group) for group in levels(ballots, row)]
        items = [f"{{{group}}}" if "," in group else group for group in groups]
        lines.append(f"{count}: {','.join(items) or '{}'}")
    return "\n".join(lines) + "\n"


def head_and_body(text: str) -> tuple[dict[str, str], dict[str, int], list[tuple[int, str]]]:
    """The keys and their values, the line of each key, the other lines with their numbers."""
    metadata: dict[str, str] = {}
    places: dict[str, int] = {}
    body: list[tuple[int, str]] = []
    for line, raw in enumerate(text.splitlines(), start=1):
        if found := HEADER.match(raw):
            metadata[found[1]], places[found[1]] = found[2], line
        elif raw.strip() and not raw.startswith("#"):
            body.append((line, raw))
    return metadata, places, body


def heading(election: Election, data_type: str, options: tuple[str, ...]) -> list[str]:
    """The keys that every file begins with."""
    return [
        f"# FILE NAME: election.{data_type}",
        f"# TITLE: {' '.join(election.title.split())}",
        "# DESCRIPTION: ",
        f"# DATA TYPE: {data_type}",
        "# MODIFICATION TYPE: original",
        "# RELATES TO: ",
        "# RELATED FILES: ",
        "# PUBLICATION DATE: ",
        "# MODIFICATION DATE: ",
        f"# NUMBER ALTERNATIVES: {len(options)}",
    ]


def names_of(metadata: dict[str, str], places: dict[str, int]) -> list[str]:
    """The options in the order of their numbers."""
    key = "NUMBER ALTERNATIVES"
    if key not in metadata:
        raise InvalidBallots("missing_header", line=1, column=1, name=key)
    column = len(key) + 5
    number = whole_number(metadata[key], line=places[key], column=column)
    names = []
    for option in range(1, min(number, 10_000) + 1):
        if f"ALTERNATIVE NAME {option}" not in metadata:
            line = places[key]
            name = f"ALTERNATIVE NAME {option}"
            raise InvalidBallots("missing_header", line=line, column=1, name=name)
        names.append(metadata[f"ALTERNATIVE NAME {option}"])
    keys = [f"ALTERNATIVE NAME {option}" for option in range(1, len(names) + 1)]
    names_at(names, [(places[key], len(key) + 5) for key in keys])
    return names


def groups_of(raw: str, line: int, options: int, *, sign: str = ":") -> tuple[int, list[int]]:
    """A line's count, and for each option the number of its group on the line (0: in none)."""
    head, colon, _ = raw.partition(sign)
    if not colon:
        column = len(raw.rstrip()) + 1
        raise InvalidBallots("unexpected_end", line=line, column=column, expected=sign)
    count = whole_number(
        head.strip(), line=line, column=len(head) - len(head.lstrip()) + 1, reason="bad_count"
    )
    ranks = [0] * options
    position, rank = len(head) + 1, 0
    end = len(raw.rstrip())
    while position < end:
        found = ITEM.match(raw, position)
        if not found or (found[3] == "," and found.end() >= end):
            column = position + 1 + len(raw[position:]) - len(raw[position:].lstrip())
            found_text = raw[position:].strip()[:40]
            raise InvalidBallots("unexpected_text", line=line, column=column, found=found_text)
        group = 1 if found[1] is not None else 2
        start = found.start(group)
        rank += 1
        for item in found[group].split(",") if found[group].strip() else []:
            _rank(ranks, item, rank, line, start + 1 + len(item) - len(item.lstrip()))
            start += len(item) + 1
        position = found.end()
    return count, ranks


def _rank(ranks: list[int], item: str, rank: int, line: int, column: int) -> None:
    option = whole_number(item.strip(), line=line, column=column)
    if not 1 <= option <= len(ranks):
        raise InvalidBallots(
            "unknown_number", line=line, column=column, value=option, limit=len(ranks)
        )
    if ranks[option - 1]:
        raise InvalidBallots("repeated_option", line=line, column=column, name=str(option))
    ranks[option - 1] = rank


def _check_type(ranks: list[int], data_type: str, line: int) -> None:
    ranked = [rank for rank in ranks if rank]
    short = len(ranked) < len(ranks)
    tied = len(set(ranked)) < len(ranked)
    if data_type in TYPES and ((short and data_type[2] == "c") or (tied and data_type[0] == "s")):
        raise InvalidBallots("not_of_type", line=line, column=1, type=data_type)


def check_total(metadata: dict[str, str], places: dict[str, int], key: str, found: int) -> None:
    """Refuse a number announced under `key` that is not the one found."""
    if key in metadata:
        line, column = places[key], len(key) + 5
        expected = whole_number(metadata[key], line=line, column=column)
        if expected != found:
            raise InvalidBallots(
                "wrong_total", line=line, column=column, expected=expected, found=found
            )


def _type(ballots: Rankings) -> str:
    ranked = np.count_nonzero(ballots.ranks, axis=1)
    complete = bool((ranked == len(ballots.options)).all())
    # Without gaps, the last rank is the number of ranked options unless some are equal.
    strict = bool((ranked == ballots.ranks.max(axis=1, initial=0)).all())
    return ("so" if strict else "to") + ("c" if complete else "i")
