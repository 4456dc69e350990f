"""What a voter chose, as numbers by option, and the bytes that the urn keeps.

A choice maps an option's number to its mark: a grade (0: no opinion, 1 the worst) or its name, a
rank (1 the first, 0 unranked) or an approval (1 or 0). An option left out has the mark 0.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from deliberation.core.errors import Invalid
from deliberation.elections.polls.methods import STRICT
from deliberation.elections.polls.queries import PollView
from voting.ballots import pack

Choice = Mapping[str, int | str]


class Marked(msgspec.Struct, frozen=True):
    """What a ballot says of one option, in words: its title, and the name of the grade it gives."""

    option: int
    title: str
    mark: int
    grade: str


def packed(poll: PollView, choice: Choice, *, blank: bool = False) -> bytes:
    """The bytes of a choice, one an option; ranks are given without gaps.

    Raises `Invalid` naming the option (`choice.3`): unknown, a mark that is none (with those that
    are), a rank given twice to a method that cannot read it. A blank ballot must be wanted
    (`blank`), and then hold no choice.
    """
    errors: dict[str, Any] = {}
    read: dict[str, int] = {}
    numbers = {str(option.number) for option in poll.options}
    for key, sent in choice.items():
        mark = mark_of(poll, sent)
        if key not in numbers:
            errors[f"choice.{key}"[:40]] = "unknown-option"
        elif mark is None:
            code = "out-of-range" if isinstance(sent, int) else "not-a-choice"
            errors[f"choice.{key}"] = (code, {"valid": valid_marks(poll)})
        else:
            read[key] = mark
    if not errors and poll.method in STRICT:
        errors = _repeated(read)
    if errors:
        raise Invalid(errors)
    marks = [read.get(str(option.number), 0) for option in poll.options]
    if any(marks) == blank:
        raise Invalid({"choice": "blank-and-choice" if blank else "no-choice"})
    return pack(_without_gaps(marks) if poll.ballot == "rankings" else marks)


def mark_of(poll: PollView, sent: int | str) -> int | None:
    """The mark that a number or the name of a grade stands for; None when it stands for none, or
    for two: grades may be named by other numbers.
    """
    most = {"grades": len(poll.grades), "approvals": 1, "rankings": len(poll.options)}[poll.ballot]
    found = {grade.mark for grade in poll.grades if grade.name == sent}
    if isinstance(sent, int) or (sent.isdecimal() and len(sent) < 10):
        found |= {int(sent)} & set(range(most + 1))
    return found.pop() if len(found) == 1 else None


def valid_marks(poll: PollView) -> str:
    """Every mark that an option may have: `0, 1 (À rejeter), 2 (Insuffisant)…`."""
    if poll.grades:
        return ", ".join(["0", *(f"{grade.mark} ({grade.name})" for grade in poll.grades)])
    return f"0–{1 if poll.ballot == 'approvals' else len(poll.options)}"


def in_words(poll: PollView, choice: Mapping[str, int]) -> list[Marked]:
    """What a ballot says of each option that it marks."""
    names = {grade.mark: grade.name for grade in poll.grades}
    marked = [(option, choice.get(str(option.number), 0)) for option in poll.options]
    return [
        Marked(option.number, option.title, mark, names.get(mark, ""))
        for option, mark in marked
        if mark
    ]


def unpacked(poll: PollView, row: bytes) -> dict[str, int]:
    """The marks of a stored ballot by option number, those of 0 left out."""
    return {
        str(option.number): mark for option, mark in zip(poll.options, row, strict=True) if mark
    }


def _repeated(choice: Mapping[str, int]) -> dict[str, Any]:
    """The options whose rank another one before them has."""
    seen: set[int] = set()
    errors: dict[str, Any] = {}
    for key, rank in choice.items():
        if rank and rank in seen:
            errors[f"choice.{key}"] = "rank-twice"
        seen.add(rank)
    return errors


def _without_gaps(ranks: list[int]) -> list[int]:
    used = sorted({rank for rank in ranks if rank})
    return [used.index(rank) + 1 if rank else 0 for rank in ranks]
