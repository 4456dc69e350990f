"""What a voter chose, as numbers by option, and the bytes that the urn keeps.

A choice maps an option's number to its mark: a grade (0: no opinion, 1 the worst), a rank (1 the
first, 0 unranked) or an approval (1 or 0). An option left out has the mark 0.
"""

from collections.abc import Mapping
from typing import Any

from deliberation.kit.errors import Invalid
from deliberation.polls.methods import STRICT
from deliberation.polls.queries import PollView
from voting.ballots import pack

Choice = Mapping[str, int]


def packed(poll: PollView, choice: Choice, *, blank: bool = False) -> bytes:
    """The bytes of a choice, one an option; ranks are given without gaps.

    Raises `Invalid` naming the option (`choice.3`): unknown, out of range, a rank given twice to a
    method that cannot read it. A blank ballot must be wanted (`blank`), and then hold no choice.
    """
    errors: dict[str, Any] = {}
    most = {"grades": len(poll.grades), "approvals": 1, "rankings": len(poll.options)}[poll.ballot]
    numbers = {str(option.number) for option in poll.options}
    for key, mark in choice.items():
        if key not in numbers:
            errors[f"choice.{key}"[:40]] = "unknown-option"
        elif not 0 <= mark <= most:
            errors[f"choice.{key}"] = ("out-of-range", {"least": 0, "most": most})
    if not errors and poll.method in STRICT:
        errors = _repeated(choice)
    if errors:
        raise Invalid(errors)
    marks = [choice.get(str(option.number), 0) for option in poll.options]
    if any(marks) == blank:
        raise Invalid({"choice": "blank-and-choice" if blank else "no-choice"})
    return pack(_without_gaps(marks) if poll.ballot == "rankings" else marks)


def unpacked(poll: PollView, row: bytes) -> dict[str, int]:
    """The marks of a stored ballot by option number, those of 0 left out."""
    return {
        str(option.number): mark for option, mark in zip(poll.options, row, strict=True) if mark
    }


def _repeated(choice: Choice) -> dict[str, Any]:
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
