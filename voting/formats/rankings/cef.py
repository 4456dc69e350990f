"""Condorcet Election Format (.cvotes): `#/Candidates: A ; B`, then `tags || A > B = C ^2 * 42`."""

import re

from voting.ballots import Rankings
from voting.ballots.grouping import distinct
from voting.formats.election import (
    Election,
    Note,
    RankedRows,
    Source,
    levels,
    names_at,
    whole_number,
)
from voting.invalid import InvalidBallots

PARAMETER = re.compile(r"\s*#?/\s*([A-Za-z][A-Za-z ]*?)\s*:\s*(.*?)\s*$")
TAIL = re.compile(r"\s*(?:\^\s*([^\s*]+))?\s*(?:\*\s*(\S+))?\s*$")
EMPTY = "/EMPTY_RANKING/"
RESERVED = set(">=;,#/*^|")
# What a name of the list of candidates cannot hold: the list would mean something else.
NEVER = set(",>=*^")
PARAMETERS = {
    *("candidates", "number of seats", "implicit ranking", "weight allowed", "voting methods"),
}


def recognise(text: str) -> bool:
    """Whether a parameter is given as this format gives them."""
    known = r"^\s*#/\s*(Candidates|Number of Seats|Implicit Ranking|Voting Methods|Weight Allowed)"
    return bool(re.search(known + r"\s*:", text, re.M | re.I))


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings. Options not declared are passed over and noted, as the format wants it; with
    none declared, they are those of the ballots. A weight multiplies a ballot where the file allows
    weights, and is passed over elsewhere. Tolerant: a repeated option's first place counts.
    """
    parameters: dict[str, str] = {}
    places: dict[str, tuple[int, int]] = {}
    lines: list[tuple[int, str]] = []
    for line, raw in enumerate(text.splitlines(), start=1):
        if "\0" in raw:
            column = raw.index("\0") + 1
            raise InvalidBallots("unexpected_text", line=line, column=column, found="\\0")
        if found := PARAMETER.match(raw):
            parameters[found[1].lower()] = found[2]
            places[found[1].lower()] = line, found.start(2) + 1
        elif raw.split("#")[0].strip():
            lines.append((line, raw.split("#")[0]))
    declared = [
        name.strip() for name in parameters.get("candidates", "").split(";") if name.strip()
    ]
    for place, sign in enumerate(parameters.get("candidates", "")):
        if sign in NEVER:
            line, column = places["candidates"]
            raise InvalidBallots("unexpected_text", line=line, column=column + place, found=sign)
    if declared:
        names_at(declared, [places["candidates"]] * len(declared))
    columns = {name: column for column, name in enumerate(declared)}
    notes = [
        Note("unknown_parameter", places[name][0], {"name": name})
        for name in parameters
        if name not in PARAMETERS
    ]
    met: list[tuple[int, int]] = []
    rows = RankedRows()
    for line, raw in lines:
        votes, start, count = _counted(raw, line, parameters, notes)
        groups = _groups(votes, start, line)
        if not declared:
            for name, (_, column) in groups:
                if name not in columns:
                    columns[name] = len(columns)
                    met.append((line, column))
        rows.add(_ranks(groups, columns, line, notes, strict), count, line=line)
    if not columns:
        raise InvalidBallots("missing_header", line=1, column=1, name="Candidates")
    if not declared:
        names_at(list(columns), met)
    seats = parameters.get("number of seats", "1")
    metadata = {key: value for key, value in parameters.items() if key != "candidates"}
    ballots = rows.ballots(list(columns))
    line, column = places.get("number of seats", (1, 1))
    number = whole_number(seats, line=line, column=column)
    source = Source("cef", metadata, notes=tuple(notes))
    return Election(ballots, "", number, source, settings=_settings(parameters, places))


def write(election: Election) -> str:
    """CEF of rankings, a line a distinct ballot; names may not hold the format's own signs."""
    ballots = election.ballots
    if not isinstance(ballots, Rankings) or any(RESERVED & {*name} for name in ballots.options):
        raise InvalidBallots("cannot_write", format="cef", kind=type(ballots).__name__)
    ballots = distinct(ballots)
    unsaid = election.settings.get("unranked") == "no_opinion"
    lines = [
        f"#/Candidates: {' ; '.join(ballots.options)}",
        f"#/Number of Seats: {election.seats}",
        f"#/Implicit Ranking: {'false' if unsaid else 'true'}",
        "#/Weight Allowed: false",
    ]
    for row, count in enumerate(ballots.counts.tolist()):
        groups = [
            " = ".join(ballots.options[option] for option in group)
            for group in levels(ballots, row)
        ]
        lines.append(f"{' > '.join(groups) or EMPTY} * {count}")
    return "\n".join(lines) + "\n"


def _settings(parameters: dict[str, str], places: dict[str, tuple[int, int]]) -> dict[str, str]:
    """Without implicit ranking, options that a ballot leaves out are in none of its contests."""
    value = parameters.get("implicit ranking", "true").lower()
    if value not in ("true", "false"):
        line, column = places["implicit ranking"]
        name, found = "Implicit Ranking", value[:40]
        raise InvalidBallots("bad_field", line=line, column=column, name=name, found=found)
    return {"unranked": "no_opinion"} if value == "false" else {}


def _counted(
    raw: str, line: int, parameters: dict[str, str], notes: list[Note]
) -> tuple[str, int, int]:
    """The vote without tags, the column before it, and how many ballots it stands for."""
    tags, sign, vote = raw.rpartition("||")
    start = len(tags) + len(sign)
    end = min((vote.find(mark) for mark in "^*" if mark in vote), default=len(vote))
    tail = TAIL.match(vote, end)
    if not tail:
        found = vote[end:].strip()[:40]
        raise InvalidBallots("unexpected_text", line=line, column=start + end + 1, found=found)
    counts = []
    for group, default in ((1, "1"), (2, "1")):
        column = start + max(tail.start(group), 0) + 1
        counts.append(
            whole_number(tail[group] or default, line=line, column=column, reason="bad_count")
        )
    if tail[1] and parameters.get("weight allowed", "false").lower() != "true":
        notes.append(Note("unexpected_text", line, {"found": f"^{tail[1]}"}))
        counts[0] = 1
    return vote[:end], start, counts[0] * counts[1]


def _groups(vote: str, start: int, line: int) -> list[tuple[str, tuple[int, int]]]:
    """Each name with its rank and its column."""
    if not vote.strip() or vote.strip() == EMPTY:
        return []
    found = []
    position = start
    for rank, group in enumerate(vote.split(">"), start=1):
        for item in group.split("="):
            if not item.strip():
                raise InvalidBallots(
                    "unexpected_end", line=line, column=position + 1, expected="name"
                )
            column = position + len(item) - len(item.lstrip()) + 1
            found.append((item.strip(), (rank, column)))
            position += len(item) + 1
    return found


def _ranks(
    groups: list[tuple[str, tuple[int, int]]],
    columns: dict[str, int],
    line: int,
    notes: list[Note],
    strict: bool,
) -> list[int]:
    ranks = [0] * len(columns)
    for name, (rank, column) in groups:
        if name not in columns:
            notes.append(Note("unknown_option", line, {"name": name}))
        elif not ranks[columns[name]]:
            ranks[columns[name]] = rank
        elif strict:
            raise InvalidBallots("repeated_option", line=line, column=column, name=name)
        else:
            notes.append(Note("repeated_option", line, {"name": name}))
    return ranks
