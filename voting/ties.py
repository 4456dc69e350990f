"""Tie rules: leave the tie and report it, or use an order published before the count.

Nothing here depends on the order of a list of options, on the order of ballots or on chance.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Literal

import msgspec

from voting.invalid import InvalidBallots


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


class TieRule(msgspec.Struct, frozen=True):
    """`left`, `order` (the options, first one first) or `seed` (a text that gives an order)."""

    kind: Literal["left", "order", "seed"]
    order: tuple[str, ...] = ()
    seed: str = ""


leave_tied = TieRule("left")


def by_order(order: Sequence[str]) -> TieRule:
    """Break ties by an order of all options published before the count.

    Among options tied for a place the one listed first gets it; among options tied to be
    eliminated the one listed first is eliminated.
    """
    for position, name in enumerate(order):
        if name in order[:position]:
            raise InvalidBallots("tie_order_repeats", name=name)
    return TieRule("order", tuple(order))


def by_published_seed(text: str) -> TieRule:
    """Break ties by the order that a text published before the count gives (see `seeded`)."""
    return TieRule("seed", seed=text)


def seeded(seed: str, names: Iterable[str]) -> list[str]:
    """Names by increasing SHA-256 of `seed`, a newline and the name, in UTF-8.

    >>> seeded("12 34 5 18 40 + 7", ["Parc", "École", "Gymnase"])
    ['École', 'Parc', 'Gymnase']
    """
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).digest())


def check_rule(rule: TieRule, options: Sequence[str]) -> TieRule:
    """Refuse an order that leaves an option out."""
    missing = sorted(set(options) - set(rule.order))
    if rule.kind == "order" and missing:
        raise InvalidBallots("tie_order_incomplete", missing=missing)
    return rule


def arranged(rule: TieRule, names: Iterable[str]) -> list[str]:
    """Names in the rule's order; not to be asked of `leave_tied`, which has none."""
    if rule.kind == "seed":
        return seeded(rule.seed, names)
    return sorted(names, key=rule.order.index)


def places_of_tiers(ranking: Sequence[Sequence[str]]) -> list[tuple[int, tuple[str, ...]]]:
    """Each tier with its place, the first being 1; a tier of two takes two places.

    >>> places_of_tiers((("B",), ("A", "C"), ("D",)))
    [(1, ('B',)), (2, ('A', 'C')), (4, ('D',))]
    """
    starts = accumulate((len(tier) for tier in ranking), initial=1)
    return [(place, tuple(tier)) for place, tier in zip(starts, ranking, strict=False)]


def settle(
    tiers: Iterable[Iterable[str]], rule: TieRule
) -> tuple[tuple[tuple[str, ...], ...], tuple[TieReport, ...]]:
    """Apply the rule to a ranking in tiers: the ranking after it, and a report of each tie.

    Only a tie for the first place changes the winners, so only there does the order matter.
    """
    ranking: list[tuple[str, ...]] = []
    reports: list[TieReport] = []
    for place, names in places_of_tiers([sorted(tier) for tier in tiers]):
        if len(names) > 1:
            reports.append(TieReport(names, f"place:{place}", rule.kind, place == 1))
        if len(names) > 1 and rule.kind != "left":
            ranking.extend((name,) for name in arranged(rule, names))
        elif names:
            ranking.append(names)
    return tuple(ranking), tuple(reports)
