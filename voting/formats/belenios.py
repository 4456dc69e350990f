"""Belenios: the decrypted ballots of a question, arrays of whole numbers, 0 = nothing said.

A result alone holds ranks. With `"questions"` beside `"result"`, as the election's own file gives
them, the type of the question says how the numbers are read, and the options have their names.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from voting.ballots import Approvals, Rankings
from voting.ballots.checks import check
from voting.formats.election import MOST_LINES, Election, RankedRows, Source, names_at
from voting.formats.rankings.preflib_cat import graded_of
from voting.invalid import InvalidBallots

# Which question of a result of several; without one, a result of several is refused.
RULES: dict[str, tuple[str, ...]] = {"question": ("", "N+")}
ARRAYS = r"\[\s*(\[\s*(\d+\s*(,\s*\d+\s*)*)?\]\s*(,|\])|\]\s*$)"


class _Question(NamedTuple):
    """Type and options of a question: `kind` is rankings, grades or approvals."""

    kind: str = "rankings"
    title: str = ""
    names: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    seats: int = 1
    blank: bool = False


def recognise(text: str) -> bool:
    """Whether the text is a list of lists of numbers, bare or as a question of a result."""
    start = text.lstrip()
    in_result = re.search(r'"result"\s*:\s*\[\s*\[', start) if start[:1] == "{" else None
    return bool(re.match(ARRAYS, start) or in_result)


def read(text: str, *, strict: bool = True, rules: Mapping[str, str] | None = None) -> Election:
    """Read rankings; judgments for majority judgment (1 is the best grade); approvals (0 or 1, the
    blank choice first where there is one) for a question where options are selected.

    Without `"questions"` they are rankings, of options named by their numbers. A result of several
    questions is refused unless `rules` give the number of one, for each is an election of its own;
    bare totals are refused.
    """
    number = (rules or {}).get("question", "")
    ballots, question = _parsed(text, number)
    width = len(ballots[0]) if ballots and isinstance(ballots[0], list) else 0
    named = len(question.names) + (question.kind == "approvals" and question.blank)
    width = named if question.names else width
    highest = {"grades": len(question.grades), "approvals": 1}.get(question.kind, 0)
    rows = RankedRows()
    for row, ballot in enumerate(ballots):
        line = _line(text, row)
        if not isinstance(ballot, list):
            found = str(ballot)[:40]
            raise InvalidBallots("bad_field", row=row, line=line, name="result", found=found)
        if len(ballot) != width:
            raise InvalidBallots(
                "ballot_length", row=row, line=line, expected=width, found=len(ballot)
            )
        for column, rank in enumerate(ballot, start=1):
            place = {"row": row, "line": line, "column": column}
            if not isinstance(rank, int) or isinstance(rank, bool) or rank < 0:
                raise InvalidBallots("bad_number", **place, found=str(rank)[:40])
            if highest and rank > highest:
                raise InvalidBallots("mark_out_of_range", **place, value=rank, limit=highest)
        rows.add(
            ballot[-len(question.names) :] if named > len(question.names) else ballot, 1, line=line
        )
    names = list(question.names) or [str(option) for option in range(1, width + 1)]
    read = rows.ballots(names)
    source = Source("belenios")
    if question.kind == "grades":
        graded = graded_of(read, question.grades)
        return Election(graded, question.title, 1, source)
    if question.kind == "approvals":
        approved = check(Approvals(read.options, read.ranks, read.counts))
        return Election(approved, question.title, 1, source)
    return Election(read, question.title, question.seats, source)


def write(election: Election) -> str:
    """One line per ballot; the names of the options are lost."""
    ballots = election.ballots
    if not isinstance(ballots, Rankings) or election.received > MOST_LINES:
        raise InvalidBallots("cannot_write", format="belenios", kind=type(ballots).__name__)
    lines = []
    for ranks, count in zip(ballots.ranks.tolist(), ballots.counts.tolist(), strict=True):
        lines += [json.dumps(ranks, separators=(",", ":"))] * count
    return "[" + ",\n".join(lines) + "]\n"


def _parsed(text: str, number: str) -> tuple[list[Any], _Question]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidBallots(
            "bad_json", line=error.lineno, column=error.colno, found=error.msg
        ) from None
    except (RecursionError, ValueError) as error:
        raise InvalidBallots("bad_json", line=1, column=1, found=str(error)[:60]) from None
    question = _Question()
    if isinstance(document, dict):
        results = document.get("result")
        if not isinstance(results, list) or not results:
            raise InvalidBallots("missing_field", line=1, column=1, name="result")
        election = document.get("election")
        questions = (election if isinstance(election, dict) else document).get("questions", [])
        if not isinstance(questions, list) or (questions and len(questions) != len(results)):
            raise InvalidBallots(
                "bad_field", line=1, column=1, name="questions", found=_short(questions)
            )
        place = _place(number, len(results))
        question = _asked(questions[place]) if questions else question
        document = results[place]
    else:
        _place(number, 1)
    if not isinstance(document, list):
        raise InvalidBallots("bad_json", line=1, column=1, found=type(document).__name__)
    if document and all(type(number) is int for number in document):
        # Options that were selected are added up while encrypted: no ballot is ever opened.
        raise InvalidBallots("tallies_are_not_ballots", line=1, column=1)
    return document, question


def _place(number: str, many: int) -> int:
    """The place of the question that is read."""
    if not number and many > 1:
        raise InvalidBallots("many_questions", line=1, column=1, count=many)
    if number and int(number) > many:
        valid = [str(one) for one in range(1, many + 1)]
        raise InvalidBallots("bad_option_value", name="question", value=number, valid=valid)
    return int(number or 1) - 1


def _asked(question: Any) -> _Question:
    """A question with its answers; one without a type is answered by selecting options."""
    plain = question if isinstance(question, dict) else {}
    kind = plain.get("type", "Homomorphic")
    value = plain.get("value", plain)
    value = value if isinstance(value, dict) else {}
    names = _texts(value.get("answers"))
    if kind not in ("Homomorphic", "NonHomomorphic") or not names:
        raise InvalidBallots(
            "bad_field", line=1, column=1, name="questions", found=_short(question)
        )
    names_at(names, [])
    title, blank = str(value.get("question", "")), value.get("blank") is True
    if kind == "Homomorphic":
        return _Question("approvals", title, tuple(names), blank=blank)
    extra = plain.get("extra")
    extra = extra if isinstance(extra, dict) else {}
    grades, seats = _texts(extra.get("grades")), extra.get("seats", 1)
    if extra.get("type") != "MajorityJudgment":
        return _Question(
            "rankings", title, tuple(names), seats=seats if type(seats) is int and seats > 0 else 1
        )
    if not 0 < len(grades) < 256:
        found = _short(extra.get("grades"))
        raise InvalidBallots("bad_field", line=1, column=1, name="grades", found=found)
    return _Question("grades", title, tuple(names), tuple(grades))


def _texts(value: Any) -> list[str]:
    """A list of texts; anything else is none."""
    named = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return value if named else []


def _short(value: Any) -> str:
    return str(value)[:40]


def _line(text: str, row: int) -> int:
    """The line where a ballot begins; a bare list opens one bracket before its ballots."""
    found = re.search(r'"result"\s*:\s*\[', text) if text.lstrip()[:1] == "{" else None
    position = text.find("[", found.end() if found else 0)
    for _ in range(row + 1):
        position = text.find("[", position + 1)
    return text.count("\n", 0, max(position, 0)) + 1
