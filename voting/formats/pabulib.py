"""Pabulib (.pb): sections META, PROJECTS and VOTES, fields between semicolons."""

import csv
import io
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from voting.ballots import Approvals, Ballots, Points, Rankings
from voting.ballots.checks import check
from voting.ballots.grouping import distinct
from voting.formats.election import (
    MOST_LINES,
    Election,
    Note,
    RankedRows,
    Source,
    levels,
    names_at,
    whole_number,
)
from voting.formats.scores import MOST, Marks, points_from, score_rows, scores_from
from voting.invalid import InvalidBallots, Value

# A cell in quotes, or all text before the next semicolon.
CELL = re.compile(r'(?:^|(?<=;))(?:"((?:[^"]|"")*)"(?=;|$)|([^;]*))')
SECTIONS = ("META", "PROJECTS", "VOTES")
TYPES = ("approval", "choose-1", "ordinal", "scoring", "cumulative")


@dataclass(slots=True)
class _Section:
    """A section: its heading, its lines (number, cells)."""

    line: int
    heading: list[str] = field(default_factory=list)
    lines: list[tuple[int, list[str]]] = field(default_factory=list)


def recognise(text: str) -> bool:
    """Whether the first line is the section META."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return first.strip().strip(";").upper() == "META"


def read(text: str, *, strict: bool = True) -> Election:
    """Read a vote on projects: approvals (also `choose-1`), rankings, scores or points.

    Options are the projects' ids; their names and the keys of META stand in the source's metadata.
    Strict: the numbers announced, one line per voter, no project twice on a ballot (tolerant: its
    first place counts), no more choices than `max_length`.
    """
    sections = _sections(text)
    fields = {
        cells[0].strip(): (line, cells[1].strip()) for line, cells in _pairs(sections["META"])
    }
    names, costs, titles = _projects(sections["PROJECTS"])
    budget = _money(*_required(fields, "budget"), column=len("budget;") + 1)
    kind = _required(fields, "vote_type")
    if kind[1] not in TYPES:
        raise InvalidBallots("bad_field", line=kind[0], name="vote_type", found=kind[1][:40])
    notes: list[Note] = []
    votes = _votes(sections["VOTES"], names, kind[1], fields, notes, strict)
    if strict:
        for key, found in (("num_projects", len(names)), ("num_votes", len(votes))):
            line, value = fields.get(key, (1, str(found)))
            if whole_number(value, line=line, column=len(key) + 2) != found:
                raise InvalidBallots(
                    "wrong_total", line=line, column=len(key) + 2, expected=int(value), found=found
                )
    metadata = {key: value for key, (_, value) in fields.items()}
    metadata |= {f"name of {name}": title for name, title in titles.items()}
    return Election(
        _ballots(kind[1], names, votes),
        metadata.get("description", ""),
        1,
        Source("pabulib", metadata, notes=tuple(notes)),
        budget=budget,
        costs=costs,
        settings=_limits(fields),
    )


def write(election: Election) -> str:
    """A Pabulib file; the budget and the cost of each project are needed."""
    ballots = election.ballots
    if election.budget is None:
        raise InvalidBallots("missing_field", name="budget")
    for name in ballots.options:
        if name not in election.costs:
            raise InvalidBallots("missing_field", name=f"costs.{name}")
    unwritable = any({*name} & set(',"') or name != name.strip() for name in ballots.options)
    if unwritable or election.received > MOST_LINES:
        raise InvalidBallots("cannot_write", format="pabulib", kind=type(ballots).__name__)
    kind, votes = _written(ballots)
    text = io.StringIO()
    out = csv.writer(text, delimiter=";", lineterminator="\n")
    known = election.source.metadata
    meta = {
        "description": " ".join(election.title.split()),
        "num_projects": len(ballots.options),
        "num_votes": election.received,
        "budget": election.budget,
        "vote_type": kind,
    }
    if "points_per_voter" in election.settings:
        meta["max_sum_points"] = election.settings["points_per_voter"]
    out.writerows([["META"], ["key", "value"], *meta.items(), ["PROJECTS"]])
    out.writerow(["project_id", "cost", "name"])
    for name in ballots.options:
        out.writerow([name, election.costs[name], known.get(f"name of {name}", name)])
    pointed = kind in ("scoring", "cumulative")
    out.writerows([["VOTES"], ["voter_id", "vote", *(["points"] if pointed else [])]])
    number = 0
    for cells, count in votes:
        for _ in range(count):
            number += 1
            out.writerow([number, *cells])
    return text.getvalue()


def _sections(text: str) -> dict[str, _Section]:
    found: dict[str, _Section] = {}
    here = None
    for line, cells in _lines(text):
        word = cells[0].strip().upper() if cells else ""
        if word in SECTIONS and not any(cell.strip() for cell in cells[1:]):
            here = found[word] = _Section(line)
        elif here is None and any(cells):
            found_text = ";".join(cells)[:40]
            raise InvalidBallots("unexpected_text", line=line, column=1, found=found_text)
        elif here is not None and any(cells):
            if here.heading:
                here.lines.append((line, cells))
            else:
                here.heading = [cell.strip() for cell in cells]
    for name in SECTIONS:
        if name not in found:
            raise InvalidBallots("missing_header", line=1, column=1, name=name)
    return found


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Each line with its number; where quotes do not surround a whole cell, they are part of it."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    with suppress(csv.Error):
        return [(lines.line_num, cells) for cells in lines]
    found = []
    for line, raw in enumerate(text.splitlines(), start=1):
        for cell in CELL.finditer(raw):
            if cell[1] is None and cell[2].startswith('"') and cell[2].count('"') % 2:
                column = cell.start() + 1
                raise InvalidBallots("unclosed_quote", line=line, column=column)
        cells = CELL.findall(raw)
        found.append((line, [whole.replace('""', '"') or part for whole, part in cells]))
    return found


def _pairs(section: _Section) -> list[tuple[int, list[str]]]:
    for line, cells in section.lines:
        if len(cells) < 2:
            raise InvalidBallots(
                "unexpected_end", line=line, column=len(cells[0]) + 1, expected=";"
            )
    return section.lines


def _required(fields: dict[str, tuple[int, str]], key: str) -> tuple[int, str]:
    if key not in fields:
        raise InvalidBallots("missing_field", line=1, column=1, name=key)
    return fields[key]


def _money(line: int, text: str, *, column: int) -> int:
    """A whole amount; a decimal part is accepted when it is nothing."""
    whole, dot, cents = text.replace(",", ".").partition(".")
    if dot and cents.strip("0"):
        raise InvalidBallots("bad_number", line=line, column=column, found=text[:40])
    return whole_number(whole, line=line, column=column)


def _limits(fields: dict[str, tuple[int, str]]) -> dict[str, str]:
    """Points per voter, where the file gives them (`max_sum_points`)."""
    line, value = fields.get("max_sum_points", (1, ""))
    if not value:
        return {}
    column = len("max_sum_points;") + 1
    return {"points_per_voter": str(whole_number(value, line=line, column=column))}


def _place(section: _Section, name: str) -> int:
    if name not in section.heading:
        raise InvalidBallots("missing_header", line=section.line + 1, column=1, name=name)
    return section.heading.index(name)


def _projects(section: _Section) -> tuple[list[str], dict[str, int], dict[str, str]]:
    identity, cost = _place(section, "project_id"), _place(section, "cost")
    title = section.heading.index("name") if "name" in section.heading else identity
    names: list[str] = []
    costs: dict[str, int] = {}
    titles: dict[str, str] = {}
    for line, cells in section.lines:
        _full(section, line, cells)
        name = cells[identity].strip()
        if name in costs:
            raise InvalidBallots("duplicate_option", line=line, column=identity + 1, name=name)
        names.append(name)
        costs[name] = _money(line, cells[cost].strip(), column=cost + 1)
        titles[name] = cells[title].strip()
    names_at(names, [(line, identity + 1) for line, _ in section.lines])
    return names, costs, titles


def _full(section: _Section, line: int, cells: list[str]) -> None:
    if len(cells) != len(section.heading):
        raise InvalidBallots(
            "ballot_length",
            line=line,
            column=min(len(cells), len(section.heading)),
            expected=len(section.heading),
            found=len(cells),
        )


def _votes(
    section: _Section,
    names: list[str],
    kind: str,
    fields: dict[str, tuple[int, str]],
    notes: list[Note],
    strict: bool,
) -> list[tuple[int, list[int], list[int]]]:
    """Each vote: its line, the columns of its projects in their order, the points of each."""
    voter, vote = _place(section, "voter_id"), _place(section, "vote")
    points = _place(section, "points") if kind in ("scoring", "cumulative") else None
    columns = {name: column for column, name in enumerate(names)}
    longest = len(names)
    if "max_length" in fields and fields["max_length"][1]:
        line, value = fields["max_length"]
        longest = whole_number(value, line=line, column=len("max_length;") + 1)
    found: list[tuple[int, list[int], list[int]]] = []
    seen: set[str] = set()
    for line, cells in section.lines:
        _full(section, line, cells)
        chosen: list[int] = []
        for name in _list(cells[vote]):
            if name not in columns:
                raise InvalidBallots("unknown_option", line=line, column=vote + 1, name=name)
            chosen.append(columns[name])
        given = [] if points is None else _list(cells[points])
        if points is not None and len(given) != len(chosen):
            raise InvalidBallots(
                "ballot_length",
                line=line,
                column=points + 1,
                expected=len(chosen),
                found=len(given),
            )
        problems: list[tuple[str, int, dict[str, Value]]] = []
        first = [place for place, one in enumerate(chosen) if one not in chosen[:place]]
        if len(first) < len(chosen):
            again = next(place for place in range(len(chosen)) if place not in first)
            problems.append(("repeated_option", vote, {"name": names[chosen[again]]}))
            chosen = [chosen[place] for place in first]
            given = [given[place] for place in first] if given else []
        if cells[voter].strip() in seen:
            problems.append(("repeated_ballot", voter, {"number": cells[voter].strip()}))
        if len(chosen) > (1 if kind == "choose-1" else longest):
            limit = 1 if kind == "choose-1" else longest
            problems.append(("too_many_choices", vote, {"count": len(chosen), "limit": limit}))
        for reason, place, values in problems:
            if strict:
                raise InvalidBallots(reason, line=line, column=place + 1, row=None, **values)
            notes.append(Note(reason, line, values))
        seen.add(cells[voter].strip())
        marks = [_points(text, line, (points or 0) + 1) for text in given]
        found.append((line, chosen, marks))
    return found


def _points(text: str, line: int, column: int) -> int:
    sign = -1 if text.startswith("-") else 1
    return sign * whole_number(text.removeprefix("-"), line=line, column=column)


def _list(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(",")] if cell.strip() else []


def _ballots(
    kind: str, names: Sequence[str], votes: list[tuple[int, list[int], list[int]]]
) -> Ballots:
    if kind in ("scoring", "cumulative"):
        rows: Marks = []
        for _, chosen, marks in votes:
            given: list[int | None] = [None] * len(names)
            for column, mark in zip(chosen, marks, strict=True):
                given[column] = mark
            rows.append(given)
        highest = max((mark for _, _, marks in votes for mark in marks), default=0)
        if kind == "cumulative" or highest > MOST:
            return points_from(names, rows, [1] * len(rows))
        return scores_from(names, rows, [1] * len(rows))
    ranked = RankedRows()
    for line, chosen, _ in votes:
        ranks = [0] * len(names)
        for rank, column in enumerate(chosen, start=1):
            ranks[column] = rank if kind == "ordinal" else 1
        ranked.add(ranks, 1, line=line)
    rankings = ranked.ballots(names)
    if kind == "ordinal":
        return rankings
    return check(Approvals(rankings.options, rankings.ranks, rankings.counts))


def _written(ballots: Ballots) -> tuple[str, list[tuple[list[str], int]]]:
    """The vote type, and the cells of each distinct ballot with its count."""
    names = ballots.options
    votes: list[tuple[list[str], int]] = []
    if isinstance(ballots, Approvals):
        plain = distinct(ballots)
        for marks, count in zip(plain.marks.tolist(), plain.counts.tolist(), strict=True):
            chosen = [name for name, mark in zip(names, marks, strict=True) if mark]
            votes.append(([",".join(chosen)], count))
        return "approval", votes
    if isinstance(ballots, Rankings):
        ranked = distinct(ballots)
        for row, count in enumerate(ranked.counts.tolist()):
            groups = levels(ranked, row)
            if any(len(group) > 1 for group in groups):
                tied = [names[o] for group in groups if len(group) > 1 for o in group]
                raise InvalidBallots("equal_ranks", row=row, names=tied)
            votes.append(([",".join(names[group[0]] for group in groups)], count))
        return "ordinal", votes
    for scores, count in zip(*score_rows(ballots, "pabulib"), strict=True):
        given = [(name, mark) for name, mark in zip(names, scores, strict=True) if mark is not None]
        cells = [",".join(name for name, _ in given), ",".join(str(mark) for _, mark in given)]
        votes.append((cells, count))
    return ("cumulative" if isinstance(ballots, Points) else "scoring"), votes
