"""The outcome of a count: frozen, ready for JSON, carrying the evidence that proves it.

Exact values are integers, or strings such as "70/17" in lowest terms; never floats.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

Exact = int | str
Ranking = tuple[tuple[str, ...], ...]


class TieReport(msgspec.Struct, frozen=True):
    """A tie that was met: who, where, what resolved it, and whether it bears on the winners.

    `where`: "place:N" (a place of the ranking) or "round:N" (an elimination). `rule`: "left" when
    unresolved, "order" or "seed" (declared before the count), "previous_rounds" (the method's own),
    "safe_together" (all of them go, in whichever order). `order_matters`: another order of the tied
    options would change the winners; None where the orders were too many to check.
    """

    tied: tuple[str, ...]
    where: str
    rule: str
    order_matters: bool | None


class BallotCounts(msgspec.Struct, frozen=True):
    """How many ballots were counted, blank or spoilt: each ballot is in exactly one of them.

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
        """All ballots."""
        return sum(msgspec.structs.astuple(self))


class Sentence(msgspec.Struct, frozen=True):
    """A sentence as data: a message of `voting.narration.MESSAGES` and the values it needs."""

    id: str
    values: dict[str, Any]


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """What a method returns: everything in an outcome that it alone knows."""

    winners: tuple[str, ...]
    ranking: Ranking
    scores: dict[str, Exact]
    evidence: dict[str, Any]
    ties: tuple[TieReport, ...]
    ballot_counts: BallotCounts = msgspec.field(name="boxes")
    committees: tuple[tuple[str, ...], ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `voting.tally.tally`; its fields are its JSON.

    `options`: the options of the method, by name. `ranking`: tiers, best first. `digest`: SHA-256
    of the ballots. `evidence["rules"]` holds the tie rule and the digest of method, options and tie
    rule.
    """

    method: str
    options: dict[str, str]
    winners: tuple[str, ...]
    committees: tuple[tuple[str, ...], ...]
    ranking: Ranking
    scores: dict[str, Exact]
    evidence: dict[str, Any]
    ties: tuple[TieReport, ...]
    ballot_counts: BallotCounts = msgspec.field(name="boxes")
    digest: str

    @property
    def narration(self) -> list[Sentence]:
        """Three sentences with the real numbers: who won, why, and from how many ballots."""
        from voting.narration import narrate

        return narrate(self)

    @property
    def steps(self) -> list[Sentence]:
        """The count, one sentence a step."""
        from voting.narration import steps

        return steps(self)


def exact(value: Fraction | int) -> Exact:
    """An integer, or "a/b" in lowest terms.

    >>> exact(Fraction(70, 17)), exact(Fraction(4, 2))
    ('70/17', 2)
    """
    fraction = Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else str(fraction)


def to_json(outcome: Outcome) -> bytes:
    """Canonical JSON: keys sorted, UTF-8, no spaces."""
    return msgspec.json.encode(outcome, order="sorted")


def from_json(text: bytes | str) -> Outcome:
    """The outcome that `to_json` wrote."""
    return msgspec.json.decode(text, type=Outcome)


def as_document(outcome: Outcome) -> dict[str, Any]:
    """The outcome as plain lists, dicts, strings and integers."""
    document: dict[str, Any] = msgspec.json.decode(to_json(outcome))
    return document


def tiers_by(scores: Mapping[str, Fraction | int]) -> Ranking:
    """Options by decreasing score, equal scores in one tier.

    >>> tiers_by({"a": 2, "b": 3, "c": 2})
    (('b',), ('a', 'c'))
    """
    values = sorted(set(scores.values()), reverse=True)
    return tuple(
        tuple(sorted(name for name, score in scores.items() if score == value)) for value in values
    )
