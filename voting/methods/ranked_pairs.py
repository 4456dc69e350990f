"""Ranked pairs (Tideman): the strongest duels are locked first, unless they would close a cycle."""

from __future__ import annotations

from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from voting.ballots import I64, Rankings
from voting.kernels.locking import Reach, every_locking, lock, reaches
from voting.methods.reading import below_by_duels, duels_of, table
from voting.outcome import Count, TieReport
from voting.sums import Sums
from voting.ties import TieRule, arranged, settle

MOST_LOCKINGS = 500
# Lockings followed at a time, times the squared number of options that each costs.
MOST_LOOKS = 200_000


def ranked_pairs(
    ballots: Rankings | Sums, ties: TieRule, *, strength: str = "margins", unranked: str = "bottom"
) -> Count:
    """Lock duels from the strongest to the weakest; the option that nobody stands above wins.

    A duel is as strong as its lead (`margins`) or the ballots on the winning side
    (`winning_votes`); of equally strong ones, first that with fewer ballots against. Duels still
    equal are locked in every order when few (winners: all who win for one), otherwise winners are
    the Smith set and `explored` is False. An order published before the count ranks equal duels by
    their winner, first listed first, then by their loser, last listed first. Tied duels are never
    locked. Scores: options below for every order. Evidence: `pairwise`, `pairs` (`locked`: yes, no
    or depends), `tie_dependent`, `explored`. Source: Tideman 1987; Zavist and Tideman 1989.
    """
    read = duels_of(ballots, unranked=unranked)
    duels = read.numbers
    names = ballots.options
    pairs = _pairs(duels, strength)
    levels = [list(level) for _, level in groupby(pairs, key=lambda pair: pair[:2])]
    limit = min(MOST_LOCKINGS, max(8, MOST_LOOKS // len(names) ** 2))
    every = every_locking(len(names), [[p[2:] for p in level] for level in levels], limit)
    lockings = every or [_free(len(names), levels)]
    possible = _leading(lockings) if every else _smith(duels)
    always = np.logical_and.reduce(lockings)
    reports: tuple[TieReport, ...] = ()
    if ties.kind == "left":
        ranking, reports = settle(_tiers(names, possible, always), ties)
    else:
        locked = _in_order(names, levels, ties)
        lockings = [locked]
        ranking, reports = settle(_tiers(names, _leading([locked]), locked), ties)
        if len(possible) > 1:
            tied = tuple(names[option] for option in possible)
            first = TieReport(tied, "place:1", ties.kind, True)
            reports = (first, *(report for report in reports if report.where != "place:1"))
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(zip(names, always.sum(axis=1).tolist(), strict=True)),
        evidence={
            "voters": read.boxes.received,
            "pairwise": table(names, duels),
            "strength": strength,
            "pairs": [_told(names, duels, pair, lockings, explored=bool(every)) for pair in pairs],
            "tie_dependent": len(every) != 1,
            "explored": bool(every),
        },
        ties=reports,
        boxes=read.boxes,
    )


class _Pair(NamedTuple):
    """A duel won; the strongest sort first."""

    weakness: int
    against: int
    winner: int
    loser: int


def _pairs(duels: I64, strength: str) -> list[_Pair]:
    """Every duel that is won, the strongest first."""
    leads = (duels - duels.T).tolist()
    sides = duels.tolist()
    found = []
    for winner, row in enumerate(leads):
        for loser, lead in enumerate(row):
            if lead > 0:
                size = lead if strength == "margins" else sides[winner][loser]
                found.append(_Pair(-size, sides[loser][winner], winner, loser))
    return sorted(found)


def _in_order(names: tuple[str, ...], levels: list[list[_Pair]], ties: TieRule) -> Reach:
    """The one locking that the order published before the count gives."""
    place = {names.index(name): position for position, name in enumerate(arranged(ties, names))}
    reach = reaches(len(names))
    for level in levels:
        for pair in sorted(level, key=lambda one: (place[one.winner], -place[one.loser])):
            reach = lock(reach, pair.winner, pair.loser)
    return reach


def _free(size: int, levels: list[list[_Pair]]) -> Reach:
    """What is locked whatever the order, when there are too many orders: duels before the first
    level where orders could matter.
    """
    reach = reaches(size)
    for level in levels:
        after = every_locking(size, [[pair[2:] for pair in level]], 1, start=reach)
        if not after:
            break
        reach = after[0]
    return reach


def _leading(lockings: list[Reach]) -> list[int]:
    """Those whom nobody stands above, in one locking or another."""
    return sorted({int(o) for reach in lockings for o in np.flatnonzero(~reach.any(axis=0))})


def _smith(duels: I64) -> list[int]:
    below = below_by_duels(duels)
    return [option for option, lower in enumerate(below) if lower == max(below)]


def _tiers(names: tuple[str, ...], first: list[int], above: Reach) -> list[list[str]]:
    """The winners, then layers: nobody left stands above an option of the tier."""
    tiers = [first]
    left = [option for option in range(len(names)) if option not in first]
    while left:
        tiers.append([option for option in left if not above[left, option].any()])
        left = [option for option in left if option not in tiers[-1]]
    return [[names[option] for option in tier] for tier in tiers]


def _told(
    names: tuple[str, ...], duels: I64, pair: _Pair, lockings: list[Reach], *, explored: bool
) -> dict[str, Any]:
    held = {bool(reach[pair.winner, pair.loser]) for reach in lockings}
    barred = any(reach[pair.loser, pair.winner] for reach in lockings)
    locked = "depends" if len(held) > 1 else "yes" if held == {True} else "no"
    if locked == "no" and not barred and not explored:
        locked = "depends"
    return {
        "winner": names[pair.winner],
        "loser": names[pair.loser],
        "for": int(duels[pair.winner, pair.loser]),
        "against": pair.against,
        "strength": -pair.weakness,
        "locked": locked,
    }
