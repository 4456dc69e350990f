"""Limits of one ballot of a vote and its packed bytes: one table for every way of voting.

A mark is what is stored for an option: a rank, a grade, an approval, a score plus one, points; 0
when the option was left out. A number is what a voter or a program gives: the same, except that a
score is given as it is (a score of 0 is a choice, an option left out is none).
"""

import struct
from collections.abc import Mapping, Sequence
from math import isqrt
from typing import NamedTuple

from voting.ballots import Ballots, packing
from voting.ballots.packing import pack, unpack
from voting.methods import METHODS

POINT = struct.Struct(">q")  # points are stored in 8 bytes, every other mark in one
PROJECT_SCORE = 5  # the highest score of a project, where its worth is the points it is given


class BallotRules(NamedTuple):
    """Limits of a ballot of `options` options.

    `kind`: how it is filled in: `rankings`, `choice` (one option), `grades`, `approvals`, `scores`
    or `points`. `most`: the highest number that an option may get. `strict`: no two options at one
    rank. `spends`: what all numbers together may cost at most, None where they cost nothing;
    `squared`: a number v costs v x v.
    """

    kind: str
    options: int
    most: int
    strict: bool = False
    spends: int | None = None
    squared: bool = False

    @property
    def least(self) -> int:
        """The lowest number that is a choice: a score may be 0."""
        return 0 if self.kind == "scores" else 1

    @property
    def shift(self) -> int:
        """The mark of a number minus the number: 1 for scores, where 0 is a choice, else 0."""
        return 1 - self.least

    def cost(self, numbers: Sequence[int]) -> int:
        """Total cost of the numbers of a ballot; quadratic when `squared`.

        >>> BallotRules("points", 3, 4, spends=16, squared=True).cost([2, 0, 3])
        13
        """
        return sum(number * number if self.squared else number for number in numbers)


def ballot_rules(
    method: str, options: int, grades: int = 0, settings: Mapping[str, str] | None = None
) -> BallotRules:
    """The rules of a ballot that `method` counts with these `settings` (its options).

    `options`, `grades`: how many there are. Points without a limit (`any`) have none here either:
    a vote that a page shows always announces one.
    """
    entry = METHODS[method]
    chosen = {name: values[0] for name, values in entry.options.items()} | dict(settings or {})
    ballot = "choice" if entry.single else entry.ballot
    if chosen.get("utility") == "points":
        return BallotRules("scores", options, PROJECT_SCORE)
    match ballot:
        case "grades":
            return BallotRules("grades", options, grades)
        case "approvals" | "choice":
            return BallotRules(ballot, options, 1)
        case "scores":
            return BallotRules("scores", options, int(chosen["max_score"]))
        case "points":
            squared = "credits" in entry.options
            limit = chosen["credits" if squared else "points_per_voter"]
            spends = None if limit == "any" else int(limit)
            most = 10**6 if spends is None else isqrt(spends) if squared else spends
            return BallotRules("points", options, most, spends=spends, squared=squared)
    return BallotRules("rankings", options, options, strict=entry.strict)


def packed(rules: BallotRules, marks: Sequence[int]) -> bytes:
    """The stored bytes of marks, in the order of the options; ranks lose their gaps.

    >>> packed(BallotRules("rankings", 3, 3), [5, 0, 2])
    b'\\x02\\x00\\x01'
    """
    if rules.kind == "points":
        return b"".join(map(POINT.pack, marks))
    if rules.kind == "rankings":
        used = sorted({mark for mark in marks if mark})
        return pack([used.index(mark) + 1 if mark else 0 for mark in marks])
    return pack(marks)


def unpacked(rules: BallotRules, row: bytes) -> list[int]:
    """The marks of stored bytes."""
    if rules.kind == "points":
        return [mark for (mark,) in POINT.iter_unpack(row)]
    return list(row)


def unpack_rows(
    kind: str,
    options: Sequence[str],
    rows: Sequence[bytes],
    counts: Sequence[int],
    grades: Sequence[str] = (),
) -> Ballots:
    """Stored ballots of a kind of `BallotRules` as they are counted; `counts`: one a row.

    One choice is a ranking of one option. Raises as `voting.ballots.unpack`.
    """
    return unpack("rankings" if kind == "choice" else kind, options, rows, counts, grades)


def unpack_joined(
    kind: str, options: Sequence[str], data: bytes, grades: Sequence[str] = ()
) -> Ballots:
    """As `unpack_rows`, for rows joined to one value, each counted once."""
    return packing.unpack_joined("rankings" if kind == "choice" else kind, options, data, grades)


def row_fits(rules: BallotRules, row: bytes) -> bool:
    """Whether stored bytes are a ballot that these rules allow.

    Ranks may repeat: what a strict method makes of them is for its count to say.
    """
    if len(row) != rules.options * (POINT.size if rules.kind == "points" else 1):
        return False
    marks = unpacked(rules, row)
    if not all(0 <= mark <= rules.most + rules.shift for mark in marks):
        return False
    if rules.kind == "choice":
        return sum(marks) <= 1
    return rules.spends is None or rules.cost(marks) <= rules.spends
