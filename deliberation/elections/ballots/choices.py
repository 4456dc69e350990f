"""A voter's choice as numbers by option, and its packed bytes in the ballot box.

A choice maps an option's number to what it was given: a grade (0: no opinion, 1 the worst) or its
name, a rank (1 the first, 0 unranked), an approval or the one choice (1 or 0), a score, or points.
An option left out was given nothing. `voting.ballot_rules` says what a ballot may hold.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from deliberation.core.errors import Invalid
from deliberation.elections.polls.queries import PollView, ballot_rules_of
from voting import ballot_rules
from voting.ballot_rules import BallotRules

Choice = Mapping[str, int | str]


class Marked(msgspec.Struct, frozen=True):
    """One option as marked on a ballot: its title, the number it was given (a rank, a score…), and
    the name of the grade.
    """

    option: int
    title: str
    mark: int
    grade: str


def packed(poll: PollView, choice: Choice, *, blank: bool = False) -> bytes:
    """The stored bytes of a choice; ranks are given without gaps.

    Raises `Invalid` naming the option (`choice.3`): unknown, a number that is none (with those that
    are), a rank given twice to a method that cannot read it, a second choice where there is one;
    `choice`: more spent than a ballot may. A blank ballot must be wanted (`blank`), and then hold
    no choice.
    """
    rules = ballot_rules_of(poll)
    errors: dict[str, Any] = {}
    read: dict[str, int] = {}
    numbers = {str(option.number) for option in poll.options}
    for key, sent in choice.items():
        number = number_of(poll, sent)
        if key not in numbers:
            errors[f"choice.{key}"[:40]] = "unknown-option"
        elif number is None:
            code = "out-of-range" if isinstance(sent, int) else "not-a-choice"
            errors[f"choice.{key}"] = (code, {"valid": valid_numbers(poll)})
        else:
            read[key] = number
    if errors := errors or _together(rules, read):
        raise Invalid(errors)
    marks = [
        read[key] + rules.shift if (key := str(option.number)) in read else 0
        for option in poll.options
    ]
    if any(marks) == blank:
        raise Invalid({"choice": "blank-and-choice" if blank else "no-choice"})
    return ballot_rules.packed(rules, marks)


def is_blank(poll: PollView, choice: Choice) -> bool:
    """Whether a choice gives nothing to any option; a score of 0 is something."""
    least = ballot_rules_of(poll).least
    numbers = [number_of(poll, sent) for sent in choice.values()]
    return all(number is not None and number < least for number in numbers)


def number_of(poll: PollView, sent: int | str) -> int | None:
    """The number that a number or the name of a grade stands for; None when it stands for none, or
    for two: grades may be named by other numbers.
    """
    most = ballot_rules_of(poll).most
    found = {grade.mark for grade in poll.grades if grade.name == sent}
    if isinstance(sent, int) or (sent.isdecimal() and len(sent) < 10):
        found |= {number for number in (int(sent),) if 0 <= number <= most}
    return found.pop() if len(found) == 1 else None


def valid_numbers(poll: PollView) -> str:
    """Every number that an option may be given: `0, 1 (À rejeter), 2 (Insuffisant)…`."""
    if poll.grades:
        return ", ".join(["0", *(f"{grade.mark} ({grade.name})" for grade in poll.grades)])
    return f"0–{ballot_rules_of(poll).most}"


def in_words(poll: PollView, choice: Mapping[str, int]) -> list[Marked]:
    """Options that a ballot marks, with their numbers and grade names."""
    names = {grade.mark: grade.name for grade in poll.grades}
    least = ballot_rules_of(poll).least
    given = [(option, choice.get(str(option.number), -1)) for option in poll.options]
    return [
        Marked(option.number, option.title, number, names.get(number, ""))
        for option, number in given
        if number >= least
    ]


def unpacked(poll: PollView, row: bytes) -> dict[str, int]:
    """The numbers of a stored ballot by option number; options left out are not there."""
    rules = ballot_rules_of(poll)
    marks = ballot_rules.unpacked(rules, row)
    return {
        str(option.number): mark - rules.shift
        for option, mark in zip(poll.options, marks, strict=True)
        if mark
    }


def _together(rules: BallotRules, choice: Mapping[str, int]) -> dict[str, Any]:
    """Faults of a ballot as a whole, each number being valid: a rank given twice, too much
    spent.
    """
    if rules.strict:
        return _repeated(choice, "rank-twice")
    if rules.kind == "choice":
        return _repeated(choice, "one-choice")
    if rules.spends is not None:
        spent = rules.cost([*choice.values()])
        if spent > rules.spends:
            values = {"spent": spent, "most": rules.spends, "over": spent - rules.spends}
            return {"choice": ("overspent", values)}
    return {}


def _repeated(choice: Mapping[str, int], code: str) -> dict[str, Any]:
    """The options whose number another one before them has."""
    seen: set[int] = set()
    errors: dict[str, Any] = {}
    for key, number in choice.items():
        if number and number in seen:
            errors[f"choice.{key}"] = code
        seen.add(number)
    return errors
