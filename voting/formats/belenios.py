"""Belenios: the decrypted ballots of a question, arrays of integer ranks, 0 = unranked."""

from __future__ import annotations

import json
import re
from typing import Any

from voting.ballots import Rankings
from voting.formats.election import MOST_LINES, Election, RankedRows, Source
from voting.invalid import InvalidBallots

ARRAYS = r"\[\s*(\[\s*(\d+\s*(,\s*\d+\s*)*)?\]\s*(,|\])|\]\s*$)"


def recognise(text: str) -> bool:
    """Whether the text is a list of lists of numbers, bare or as the one question of a result."""
    start = text.lstrip()
    in_result = re.search(r'"result"\s*:\s*\[\s*' + ARRAYS, start) if start[:1] == "{" else None
    return bool(re.match(ARRAYS, start) or in_result)


def read(text: str, *, strict: bool = True) -> Election:
    """Read rankings; options are named by their numbers, for a result does not hold their names.

    A result of several questions is refused: each is an election of its own.
    """
    rows = RankedRows()
    ballots = _question(text)
    width = len(ballots[0]) if ballots and isinstance(ballots[0], list) else 0
    for row, ballot in enumerate(ballots):
        line = _line(text, row)
        if not isinstance(ballot, list):
            raise InvalidBallots("bad_field", row=row, line=line, name="result", found=str(ballot))
        if len(ballot) != width:
            raise InvalidBallots(
                "ballot_length", row=row, line=line, expected=width, found=len(ballot)
            )
        for rank in ballot:
            if not isinstance(rank, int) or isinstance(rank, bool) or rank < 0:
                raise InvalidBallots("bad_number", row=row, line=line, found=str(rank)[:40])
        rows.add(ballot, 1, line=line)
    names = [str(option) for option in range(1, width + 1)]
    return Election(rows.ballots(names), "", 1, Source("belenios"))


def write(election: Election) -> str:
    """A line a ballot; the names of the options are lost."""
    ballots = election.ballots
    if not isinstance(ballots, Rankings) or election.received > MOST_LINES:
        raise InvalidBallots("cannot_write", format="belenios", kind=type(ballots).__name__)
    lines = []
    for ranks, count in zip(ballots.ranks.tolist(), ballots.counts.tolist(), strict=True):
        lines += [json.dumps(ranks, separators=(",", ":"))] * count
    return "[" + ",\n".join(lines) + "]\n"


def _question(text: str) -> list[Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidBallots(
            "bad_json", line=error.lineno, column=error.colno, found=error.msg
        ) from None
    except (RecursionError, ValueError) as error:
        raise InvalidBallots("bad_json", line=1, column=1, found=str(error)[:60]) from None
    if isinstance(document, dict):
        questions = document.get("result")
        if not isinstance(questions, list) or not questions:
            raise InvalidBallots("missing_field", line=1, column=1, name="result")
        if len(questions) > 1:
            raise InvalidBallots("many_questions", line=1, column=1, count=len(questions))
        document = questions[0]
    if not isinstance(document, list):
        raise InvalidBallots("bad_json", line=1, column=1, found=type(document).__name__)
    return document


def _line(text: str, row: int) -> int:
    """The line where a ballot begins; a bare list opens one bracket before its ballots."""
    position = text.find("[")
    position = text.find("[", position + 1) if text.lstrip()[:1] == "{" else position
    for _ in range(row + 1):
        position = text.find("[", position + 1)
    return text.count("\n", 0, max(position, 0)) + 1
