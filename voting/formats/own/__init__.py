"""The project's own JSON: options, distinct ballots with their counts, or tallies of grades."""

import json
import re
from typing import Any

import numpy as np

from voting.ballots import Approvals, Ballots, Grades, Points, Rankings, Scores, kind_of
from voting.ballots.checks import MOST_POINTS, check
from voting.ballots.conversions import from_tallies
from voting.ballots.grouping import canonical
from voting.formats.election import Election, RankedRows, Source, names_at
from voting.formats.own.places import (
    line_of_key,
    once,
    place_of_fault,
    place_of_row,
    place_of_second,
    places_of_names,
)
from voting.formats.own.votes import (
    READERS,
    column_of,
    is_count,
    mapping_of,
    strings_of,
    written,
    written_tallies,
)
from voting.invalid import InvalidBallots

KNOWN = {
    "ballots",
    "budget",
    "candidates",
    "costs",
    "count",
    "credits",
    "faults",
    "grades",
    "judges",
    "kind",
    "max_score",
    "points_per_voter",
    "published",
    "seats",
    "tallies",
    "title",
}


# What a voter may spend: an option of the method, announced in the file.
LIMITS = ("credits", "points_per_voter")


VOTES = ("ranking", "approvals", "scores", "grades", "points", "votes")


_FIELDS = {
    "rankings": "ranking",
    "grades": "grades",
    "approvals": "approvals",
    "scores": "scores",
    "points": "points",
}


def recognise(text: str) -> bool:
    """Whether the text is a JSON object rather than a line of ABIF metadata."""
    start = text.lstrip()
    if not start.startswith("{"):
        return False
    names_ballots = re.search(r'"(candidates|ballots|tallies)"\s*:', text)
    return bool(names_ballots) or not re.match(r"\{[^{}\n]*\}\s*(\n|$)", start)


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings, approvals, scores, grades or points (`"ranking": [["A"], ["B", "C"]]`...).

    Scores go from 0 to `max_score` (default: the highest given). Points, or votes, are whole
    numbers, negative ones too; `"points_per_voter"` or `"credits"` says how many can be spent.
    `"budget"` and `"costs"` go with a vote on projects.
    With no ballots at all, `"kind"` says which they would be. Strict: no field beside the known
    ones. An error in a ballot names the line where it begins.
    """
    document = parsed(text)
    try:
        return _election(document, text, strict)
    except InvalidBallots as error:
        if error.line is None:
            error.line, error.column = place_of_fault(text, document, error)
        raise


def write(election: Election) -> str:
    """Canonical JSON: distinct ballots sorted, keys sorted, no spaces."""
    document = document_of(election.ballots, title=election.title, seats=election.seats)
    if "max_score" not in election.settings:
        # Not announced, the highest score given is no limit.
        document.pop("max_score", None)
    if election.budget is not None:
        document["budget"] = election.budget
    if election.costs:
        document["costs"] = election.costs
    document |= {name: int(election.settings[name]) for name in LIMITS if name in election.settings}
    return as_text(document)


def document_of(ballots: Ballots, *, title: str = "", seats: int = 1) -> dict[str, Any]:
    """The ballots as plain JSON values, in canonical order; nothing in it says who or when."""
    plain = canonical(check(ballots))
    document: dict[str, Any] = {"candidates": list(plain.options), "seats": seats}
    if title:
        document["title"] = title
    if isinstance(plain, Scores):
        document["max_score"] = plain.most
    if isinstance(plain, Grades):
        document["grades"] = list(plain.grades)
        if plain.tallied:
            return document | written_tallies(plain)
    document["ballots"] = [
        {"count": count, **written(plain, row)} for row, count in enumerate(plain.counts.tolist())
    ]
    if not document["ballots"]:
        # Nothing else says how people would have voted.
        document["kind"] = _FIELDS[kind_of(plain)]
    return document


def as_text(document: dict[str, Any]) -> str:
    """JSON with sorted keys, in UTF-8, without spaces."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parsed(text: str) -> dict[str, Any]:
    """The JSON object, or an error with the line and column where it stops being one."""
    try:
        document = json.loads(text, object_pairs_hook=once)
    except InvalidBallots as error:
        error.line, error.column = place_of_second(text, str(error.values["name"]))
        raise
    except json.JSONDecodeError as error:
        raise InvalidBallots(
            "bad_json", line=error.lineno, column=error.colno, found=error.msg
        ) from None
    except (RecursionError, ValueError) as error:
        raise InvalidBallots("bad_json", line=1, column=1, found=str(error)[:60]) from None
    if not isinstance(document, dict):
        raise InvalidBallots("bad_json", line=1, column=1, found=type(document).__name__)
    return document


def _election(document: dict[str, Any], text: str, strict: bool) -> Election:
    if strict:
        for name in document:
            if name not in KNOWN:
                raise InvalidBallots("unknown_field", name=name, line=line_of_key(text, name))
    if "tallies" in document:
        ballots: Ballots = _tallies(document, text)
    else:
        ballots = _ballots(document, text)
    seats, title = document.get("seats", 1), document.get("title", "")
    if not is_count(seats):
        raise InvalidBallots(
            "bad_field", name="seats", found=str(seats), line=line_of_key(text, "seats")
        )
    if not isinstance(title, str):
        raise InvalidBallots("bad_field", name="title", found=str(title))
    budget, costs = document.get("budget"), mapping_of(document.get("costs", {}), "costs")
    if budget is not None and not is_count(budget):
        raise InvalidBallots(
            "bad_field", name="budget", found=str(budget)[:40], line=line_of_key(text, "budget")
        )
    for name, cost in costs.items():
        if name not in ballots.options:
            raise InvalidBallots("unknown_option", name=name, line=line_of_key(text, "costs"))
        if not is_count(cost):
            raise InvalidBallots(
                "bad_field", name=name, found=str(cost)[:40], line=line_of_key(text, "costs")
            )
    return Election(ballots, title, seats, Source("own"), budget, costs, _limits(document, text))


def _limits(document: dict[str, Any], text: str) -> dict[str, str]:
    """Spending limits of a voter and the highest score, where the file gives them."""
    names = (*LIMITS, "max_score")
    for name in names:
        if name in document and not is_count(document[name]):
            found, line = str(document[name])[:40], line_of_key(text, name)
            raise InvalidBallots("bad_field", name=name, found=found, line=line)
    return {name: str(document[name]) for name in names if name in document}


def _tallies(document: dict[str, Any], text: str) -> Grades:
    grades, tallies = _field(document, "grades", list), _field(document, "tallies", dict)
    names = document.get("candidates", sorted(tallies))
    names_at(strings_of(names, "candidates"), places_of_names(text, names))
    judges = document.get("judges")
    if judges is not None and not is_count(judges):
        raise InvalidBallots("bad_count", found=str(judges)[:40])
    for name in tallies:
        if name not in names:
            raise InvalidBallots("unknown_option", name=name)
    rows = []
    for name in names:
        if not isinstance(row := tallies.get(name), list):
            raise InvalidBallots("missing_field", name=name)
        for count in row:
            if isinstance(count, int) and not isinstance(count, bool) and count < 0:
                line = line_of_key(text, name)
                raise InvalidBallots("negative_count", line=line, value=count)
            if not is_count(count):
                line = line_of_key(text, name)
                raise InvalidBallots("bad_count", line=line, found=str(count)[:40])
        rows.append(row)
    return check(from_tallies(names, strings_of(grades, "grades"), rows, judges))


def _ballots(document: dict[str, Any], text: str) -> Ballots:
    names = strings_of(_field(document, "candidates", list), "candidates")
    names_at(names, places_of_names(text, names))
    entries = _field(document, "ballots", list)
    kind = _kind(document, entries, text)
    if kind in ("points", "votes"):
        return _points(names, entries, kind, text)
    reader, columns = READERS[kind], {name: column for column, name in enumerate(names)}
    grades = strings_of(document.get("grades", []), "grades")
    rows = RankedRows()
    for row, entry in enumerate(entries):
        try:
            rows.add(reader(entry[kind], columns, grades), _count(entry), line=row)
        except InvalidBallots as error:
            line, column = place_of_row(text, row)
            raise InvalidBallots(
                error.reason, row=row, line=line, column=column, **dict(error.values)
            ) from None
    matrix = np.asfortranarray(
        np.frombuffer(b"".join(rows.rows), np.uint8).reshape(len(rows.rows), len(names))
    )
    counts = np.array(rows.counts, np.int64)
    if kind == "ranking":
        return check(Rankings(tuple(names), matrix, counts))
    if kind == "approvals":
        return check(Approvals(tuple(names), matrix, counts))
    if kind == "scores":
        most = document.get("max_score", 0)
        if not is_count(most):
            raise InvalidBallots("bad_field", name="max_score", found=str(most)[:40])
        highest = max(most, int(matrix.max(initial=1)) - 1)
        if highest > 254:
            raise InvalidBallots("mark_out_of_range", value=highest, limit=254)
        return check(Scores(tuple(names), highest, matrix, counts))
    return check(Grades(tuple(names), tuple(grades), matrix, counts))


def _points(names: list[str], entries: list[Any], kind: str, text: str) -> Points:
    """Points or votes, whole numbers of either sign, for each option that is named."""
    columns = {name: column for column, name in enumerate(names)}
    points = np.zeros((len(entries), len(names)), np.int64, order="F")
    counts = np.zeros(len(entries), np.int64)
    for row, entry in enumerate(entries):
        try:
            counts[row] = _count(entry)
            for name, number in mapping_of(entry[kind], kind).items():
                if type(number) is not int:
                    raise InvalidBallots("bad_field", name=name, found=str(number)[:40])
                if abs(number) > MOST_POINTS:
                    raise InvalidBallots("mark_out_of_range", value=number, limit=MOST_POINTS)
                points[row, column_of(name, columns)] = number
        except InvalidBallots as error:
            line, column = place_of_row(text, row)
            raise InvalidBallots(
                error.reason, row=row, line=line, column=column, **dict(error.values)
            ) from None
    return check(Points(tuple(names), points, counts))


def _kind(document: dict[str, Any], entries: list[Any], text: str) -> str:
    """The one way of voting that all ballots use."""
    found = ""
    for row, entry in enumerate(entries):
        here = [name for name in VOTES if isinstance(entry, dict) and name in entry]
        line, column = (
            (0, 0) if len(here) == 1 and here[0] == (found or here[0]) else place_of_row(text, row)
        )
        if not here:
            raise InvalidBallots(
                "missing_field", row=row, line=line, column=column, name=" | ".join(VOTES)
            )
        if len(here) > 1 or (found and here[0] != found):
            raise InvalidBallots("mixed_ballots", row=row, line=line, column=column)
        found = here[0]
    if not found and document.get("kind", "ranking") in VOTES:
        found = document.get("kind", "grades" if "grades" in document else "ranking")
    return found or "ranking"


def _count(entry: dict[str, Any]) -> int:
    count = entry.get("count", 1)
    if isinstance(count, int) and not isinstance(count, bool) and count < 0:
        raise InvalidBallots("negative_count", value=count)
    if not is_count(count):
        raise InvalidBallots("bad_count", found=str(count)[:40])
    return int(count)


def _field(document: dict[str, Any], name: str, kind: type[Any]) -> Any:
    if name not in document:
        raise InvalidBallots("missing_field", line=1, column=1, name=name)
    if not isinstance(document[name], kind):
        raise InvalidBallots("bad_field", name=name, found=type(document[name]).__name__)
    return document[name]
