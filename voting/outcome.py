"""The outcome of a count: frozen, ready for JSON, carrying the evidence that proves it.

Exact values are integers, or strings such as "70/17" in lowest terms; never floats.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, TypeVar

import msgspec

from voting.evidence import Evidence, Exact, Rules
from voting.ties import TieReport

Ranking = tuple[tuple[str, ...], ...]
E = TypeVar("E", bound=Evidence)


class BallotCounts(msgspec.Struct, frozen=True):
    """Number of ballots counted, blank or spoilt: each ballot is in exactly one category.

    `counted`: counted for all they say (a short ranking says all it says). `partial`: counted, but
    some judgments are missing and had to be read somehow. `over_marked`: two options where the
    method reads one; counted up to there, if at all. `blank`: nothing marked. `over_spent`,
    `invalid`: not counted.
    """

    counted: int = 0
    blank: int = 0
    partial: int = 0
    over_marked: int = 0
    over_spent: int = 0
    invalid: int = 0

    @property
    def received(self) -> int:
        """Number of ballots received: the sum of all categories."""
        return sum(msgspec.structs.astuple(self))


# What a value of a sentence is, and so how a language writes it: a name, names, a chain of
# options, numbers by option, a grade, a rank or round, an exact number, a method, a text, or on
# which side of the majority grade most judgments are.
Kind = Literal[
    "option",
    "options",
    "path",
    "votes",
    "grade",
    "ordinal",
    "number",
    "method",
    "text",
    "lean",
]
Fields = dict[str, Kind]


class Sentence(msgspec.Struct, frozen=True):
    """A sentence as data: a message of `voting.explain.MESSAGES` and the values it needs."""

    id: str
    values: dict[str, Any]


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A method's return value: the part of an outcome that only the method computes."""

    winners: tuple[str, ...]
    ranking: Ranking
    scores: dict[str, Exact]
    evidence: Evidence
    ties: tuple[TieReport, ...]
    ballot_counts: BallotCounts = msgspec.field(name="boxes")
    committees: tuple[tuple[str, ...], ...] = ()


class BareOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome without its evidence.

    `options`: the options of the method, by name. `ranking`: tiers, best first. `digest`: SHA-256
    of the ballots. JSON calls `ballot_counts` "boxes".
    """

    method: str
    options: dict[str, str]
    winners: tuple[str, ...]
    committees: tuple[tuple[str, ...], ...]
    ranking: Ranking
    scores: dict[str, Exact]
    ties: tuple[TieReport, ...]
    ballot_counts: BallotCounts = msgspec.field(name="boxes")
    digest: str

    @property
    def order(self) -> list[str]:
        """The options by place; tied ones in the order of their tier."""
        return [name for tier in self.ranking for name in tier]

    @property
    def losers(self) -> list[str]:
        """The options that did not win, by place."""
        return [name for name in self.order if name not in self.winners]


class Outcome(BareOutcome, frozen=True, kw_only=True):
    """The result of `voting.tally.tally`; its fields are its JSON.

    `voting.records.documents` reads it back: what evidence it has depends on its method.
    """

    evidence: Evidence

    def evidence_as(self, shape: type[E]) -> E:
        """The evidence, of this shape. Raises `TypeError` for a method with another one."""
        if not isinstance(self.evidence, shape):
            raise TypeError(f"{self.method} has no {shape.__name__}")
        return self.evidence

    @property
    def rules(self) -> Rules:
        """Parameters of the count. Raises `ValueError` where the evidence was withheld."""
        if self.evidence.rules is None:
            raise ValueError("this outcome was published without its evidence")
        return self.evidence.rules


def exact(value: Fraction | int) -> Exact:
    """An integer, or "a/b" in lowest terms.

    >>> exact(Fraction(70, 17)), exact(Fraction(4, 2))
    ('70/17', 2)
    """
    fraction = Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else str(fraction)


def tiers_by(scores: Mapping[str, Fraction | int]) -> Ranking:
    """Options by decreasing score, equal scores in one tier.

    >>> tiers_by({"a": 2, "b": 3, "c": 2})
    (('b',), ('a', 'c'))
    """
    values = sorted(set(scores.values()), reverse=True)
    return tuple(
        tuple(sorted(name for name, score in scores.items() if score == value)) for value in values
    )
