"""Transferable votes counted paper by paper in fractions, from the text of the rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from voting.ballots import Rankings

Table = dict[int, Fraction]
Orders = list[tuple[list[int], int]]


class Election(NamedTuple):
    """Options elected, in the order of election, and the votes of each option stage by stage."""

    elected: list[int]
    tables: list[Table]


class Parcel(NamedTuple):
    """So many equal papers, each of this value."""

    order: list[int]
    transferable: int
    value: Fraction


def gregory(
    ballots: Rankings, seats: int, lots: Sequence[int], decimals: int | None = None
) -> Election:
    """The Scottish rules 45 to 52, paper by paper; `decimals`: where values are cut (None: never).

    `lots`: options in the order of the lots. The first drawn is excluded, or transferred, first;
    when one place is left for the tied, the first drawn gets it.
    """
    orders, everybody = orders_of(ballots), range(len(ballots.options))
    # Rule 46: valid papers over places and one, whole part, and one.
    quota = sum(transferable for order, transferable in orders if order) // (seats + 1) + 1
    piles: dict[int, list[Parcel]] = {option: [] for option in everybody}
    for order, transferable in orders:
        if order:
            piles[order[0]].append(Parcel(order, transferable, Fraction(1)))
    votes = {option: _worth(piles[option]) for option in everybody}
    hopeful, elected, waiting = set(everybody), list[int](), set[int]()
    tables = [dict(votes)]
    while True:
        # Rule 47: whoever reaches the quota is elected.
        reached = [option for option in hopeful if votes[option] >= quota]
        for option in sorted(reached, key=lambda one: -votes[one]):
            elected.append(option)
            hopeful.remove(option)
            waiting |= {option} if votes[option] > quota else set()
        vacancies = seats - len(elected)
        if vacancies <= 0:
            return Election(elected, tables)
        if len(hopeful) <= vacancies:  # rule 52
            return Election([*elected, *sorted(hopeful, key=lambda one: -votes[one])], tables)
        if waiting:  # rules 48 and 49: the largest surplus
            largest = max(votes[option] for option in waiting)
            tied = _earlier({one for one in waiting if votes[one] == largest}, tables, max)
            option = min(tied, key=lots.index)
            surplus, total = votes[option] - quota, votes[option]
            waiting.remove(option)
            votes[option] = Fraction(quota)
            parcels = [
                parcel._replace(value=_cut(surplus * parcel.value / total, decimals))
                for parcel in piles.pop(option)
            ]
        else:  # rules 50 and 51: the fewest votes
            fewest = min(votes[option] for option in hopeful)
            tied = _earlier({one for one in hopeful if votes[one] == fewest}, tables, min)
            last = _for_places(hopeful, votes, vacancies)
            option = (max if last else min)(tied, key=lots.index)
            hopeful.remove(option)
            del votes[option]
            parcels = piles.pop(option)
        for parcel in parcels:
            following = next((one for one in parcel.order if one in hopeful), None)
            if following is not None:
                piles[following].append(parcel)
                votes[following] += parcel.transferable * parcel.value
        tables.append(dict(votes))


def meek(ballots: Rankings, seats: int, lots: Sequence[int], *, prf: bool = False) -> Election:
    """Hill, Wichmann and Woodall's count, ballot by ballot; `prf`: with the reference rule's nine
    decimals. Otherwise 40 decimals, and options a billionth of a vote apart are tied.
    """
    orders, everybody = orders_of(ballots), range(len(ballots.options))
    grain = Fraction(1, 10**9 if prf else 10**40)
    omega = Fraction(1, 10**6 if prf else 10**20)
    keep = dict.fromkeys(everybody, Fraction(1))
    hopeful, elected = set(everybody), list[int]()
    tables: list[Table] = []
    before: Fraction | None = None
    while len(elected) < seats and len(elected) + len(hopeful) > seats:
        votes = _passed_on(orders, keep, hopeful, elected, grain)
        quota = sum(votes.values(), Fraction(0)) / (seats + 1) // grain * grain + grain
        if reached := [option for option in hopeful if votes[option] >= quota]:
            for option in sorted(reached, key=lambda one: -votes[one])[: seats - len(elected)]:
                elected.append(option)
                hopeful.remove(option)
            tables.append(votes)
            before = None
            continue
        surplus = sum((votes[option] - quota for option in elected), Fraction(0))
        if surplus >= omega and (before is None or surplus < before):
            before = surplus
            for option in elected:
                product = _up(keep[option] * quota, grain)
                keep[option] = _up(product / votes[option], grain)
            continue
        near = max(surplus, Fraction(0)) if prf else Fraction(1, 10**9)
        fewest = min(votes[option] for option in hopeful)
        tied = {option for option in hopeful if votes[option] <= fewest + near}
        last = _for_places(hopeful, votes, seats - len(elected))
        hopeful.remove((max if last else min)(tied, key=lots.index))
        tables.append(votes)
        before = None
    return Election([*elected, *(hopeful if len(elected) < seats else ())], tables)


def orders_of(ballots: Rankings) -> Orders:
    """Each ballot's options, best first, and how many such ballots; no equal ranks."""
    orders = []
    for ranks, count in zip(ballots.ranks.tolist(), ballots.counts.tolist(), strict=True):
        ranked = sorted((rank, option) for option, rank in enumerate(ranks) if rank)
        orders.append(([option for _, option in ranked], count))
    return orders


def _worth(parcels: Iterable[Parcel]) -> Fraction:
    return sum((parcel.transferable * parcel.value for parcel in parcels), Fraction(0))


def _cut(value: Fraction, decimals: int | None) -> Fraction:
    return value if decimals is None else Fraction(math.floor(value * 10**decimals), 10**decimals)


def _earlier(tied: set[int], tables: list[Table], extreme: Callable[..., Fraction]) -> set[int]:
    """Those of the tied who stood highest (or lowest) at the latest earlier stages."""
    for table in tables[-2::-1]:
        best = extreme(table[option] for option in tied)
        tied = {option for option in tied if table[option] == best}
    return tied


def _for_places(hopeful: set[int], votes: Table, vacancies: int) -> bool:
    """Whether the tied are tied for the places left, and not to leave."""
    return len(hopeful) == vacancies + 1 or not any(votes[option] for option in hopeful)


def _passed_on(
    orders: Orders, keep: Table, hopeful: set[int], elected: list[int], grain: Fraction
) -> Table:
    """Each elected option keeps its part of every paper; a hopeful one keeps all that comes."""
    votes = dict.fromkeys([*elected, *sorted(hopeful)], Fraction(0))
    for order, transferable in orders:
        left = Fraction(1)
        for option in order:
            if option in votes and left:
                kept = _up(left * keep[option], grain)
                votes[option] += transferable * kept
                left -= kept
    return votes


def _up(value: Fraction, grain: Fraction) -> Fraction:
    return math.ceil(value / grain) * grain
