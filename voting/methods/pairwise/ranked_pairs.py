"""Ranked pairs (Tideman): strongest contests locked first, unless they close a cycle."""

from itertools import groupby
from typing import NamedTuple

import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import I64, Rankings
from voting.evidence import RankedPair, RankedPairsEvidence
from voting.methods.ballot_matrices import contests_of, smith_sets, table
from voting.methods.pairwise.locking import Reach, every_locking, lock, reaches
from voting.outcome import Count
from voting.ties import TieReport, TieRule, arranged, settle

MOST_LOCKINGS = 500
# Lockings followed at a time, times the squared number of options that each costs.
MOST_LOOKS = 200_000


def ranked_pairs(
    ballots: Rankings | Aggregates,
    ties: TieRule,
    *,
    strength: str = "margins",
    unranked: str = "bottom",
) -> Count:
    """Lock contests from the strongest to the weakest; the option that nobody stands above wins.

    A contest is as strong as its lead (`margins`) or the ballots on the winning side
    (`winning_votes`); of equally strong ones, first that with fewer ballots against. Duels still
    equal are locked in every order, Smith set by Smith set, for a contest between two of these
    closes no cycle (winners: all who win for one order). Where there are too many orders,
    `explored` is False, and nobody is ruled out but those below another whatever the order. An
    order published before the count ranks equal contests by their winner, first listed first, then
    by their loser, last listed first. Tied contests are never locked. Scores: options below for
    every order. Evidence: `pairwise`, `pairs` (`locked`: yes, no, depends or unchecked),
    `tie_dependent`, `explored`. Source: Tideman 1987; Zavist and Tideman 1989.
    """
    read = contests_of(ballots, unranked=unranked)
    contests = read.numbers
    names = ballots.options
    pairs = _pairs(contests, strength)
    layers = [_layer(options, pairs) for options in smith_sets(contests)]
    always = _always(len(names), layers)
    possible = layers[0].leading
    matters = None if len(possible) > 1 and not layers[0].complete else True
    if ties.kind == "left":
        ranking, reports = settle(_tiers(names, possible, always), ties)
    else:
        locked = _in_order(names, pairs, ties)
        everybody = _Layer(list(range(len(names))), [locked], complete=True)
        ranking, reports = settle(_tiers(names, everybody.leading, locked), ties)
    if len(possible) > 1:
        tied = tuple(sorted(names[option] for option in possible))
        first = TieReport(tied, "place:1", ties.kind, matters)
        reports = (first, *(report for report in reports if report.where != "place:1"))
    shown_layers = layers if ties.kind == "left" else [everybody]
    return Count(
        winners=ranking[0],
        ranking=ranking,
        scores=dict(zip(names, always.sum(axis=1).tolist(), strict=True)),
        evidence=RankedPairsEvidence(
            voters=read.ballot_counts.received,
            pairwise=table(names, contests),
            strength=strength,
            pairs=[_ranked_pair(names, contests, pair, shown_layers) for pair in pairs],
            tie_dependent=any(len(one.lockings) > 1 or not one.complete for one in layers),
            explored=all(one.complete for one in layers),
        ),
        ties=reports,
        ballot_counts=read.ballot_counts,
    )


class _Pair(NamedTuple):
    """A contest won; the strongest sort first."""

    weakness: int
    against: int
    winner: int
    loser: int


class _Layer(NamedTuple):
    """A Smith set, and all relations that locking its contests can give; when these are too many
    (not `complete`), the one that holds whatever the order.
    """

    options: list[int]
    lockings: list[Reach]
    complete: bool

    @property
    def leading(self) -> list[int]:
        """Options that no other is locked above, in at least one locking."""
        first = {int(place) for one in self.lockings for place in np.flatnonzero(~one.any(axis=0))}
        return [self.options[place] for place in sorted(first)]


def _pairs(contests: I64, strength: str) -> list[_Pair]:
    """Every contest that is won, the strongest first."""
    leads = (contests - contests.T).tolist()
    sides = contests.tolist()
    found = []
    for winner, row in enumerate(leads):
        for loser, lead in enumerate(row):
            if lead > 0:
                size = lead if strength == "margins" else sides[winner][loser]
                found.append(_Pair(-size, sides[loser][winner], winner, loser))
    return sorted(found)


def _layer(options: list[int], pairs: list[_Pair]) -> _Layer:
    place = {option: position for position, option in enumerate(options)}
    inside = [pair for pair in pairs if pair.winner in place and pair.loser in place]
    levels = [
        [(place[pair.winner], place[pair.loser]) for pair in level]
        for _, level in groupby(inside, key=lambda pair: pair[:2])
    ]
    limit = min(MOST_LOCKINGS, max(8, MOST_LOOKS // len(options) ** 2))
    every = every_locking(len(options), levels, limit)
    return _Layer(options, every or [_free(len(options), levels)], complete=bool(every))


def _always(size: int, layers: list[_Layer]) -> Reach:
    """(C, C) bool: who stands above whom for every order."""
    always = reaches(size)
    lower = list(range(size))
    for layer in layers:
        lower = [option for option in lower if option not in layer.options]
        always[np.ix_(layer.options, lower)] = True
        inside = np.logical_and.reduce(layer.lockings)
        always[np.ix_(layer.options, layer.options)] = inside
    return always


def _in_order(names: tuple[str, ...], pairs: list[_Pair], ties: TieRule) -> Reach:
    """The one locking that the order published before the count gives."""
    place = {names.index(name): position for position, name in enumerate(arranged(ties, names))}
    reach = reaches(len(names))
    for pair in sorted(pairs, key=lambda one: (*one[:2], place[one.winner], -place[one.loser])):
        reach = lock(reach, pair.winner, pair.loser)
    return reach


def _free(size: int, levels: list[list[tuple[int, int]]]) -> Reach:
    """Contests locked in every order, when there are too many orders to try: those before the first
    level where orders could matter.
    """
    reach = reaches(size)
    for level in levels:
        after = every_locking(size, [level], 1, start=reach)
        if not after:
            break
        reach = after[0]
    return reach


def _tiers(names: tuple[str, ...], first: list[int], above: Reach) -> list[list[str]]:
    """The winners, then layers: nobody left stands above an option of the tier."""
    tiers = [first]
    left = [option for option in range(len(names)) if option not in first]
    while left:
        tiers.append([option for option in left if not above[left, option].any()])
        left = [option for option in left if option not in tiers[-1]]
    return [[names[option] for option in tier] for tier in tiers]


def _ranked_pair(
    names: tuple[str, ...], contests: I64, pair: _Pair, layers: list[_Layer]
) -> RankedPair:
    return RankedPair(
        winner=names[pair.winner],
        loser=names[pair.loser],
        ballots_for=int(contests[pair.winner, pair.loser]),
        against=pair.against,
        strength=-pair.weakness,
        locked=_locked(pair, next(one for one in layers if pair.winner in one.options)),
    )


def _locked(pair: _Pair, layer: _Layer) -> str:
    """Whether a contest is kept in every locking (a contest with a lower layer always is), or in
    some.
    """
    if pair.loser not in layer.options:
        return "yes"
    winner, loser = (layer.options.index(option) for option in (pair.winner, pair.loser))
    held = {bool(reach[winner, loser]) for reach in layer.lockings}
    if len(held) > 1:
        return "depends"
    barred = any(reach[loser, winner] for reach in layer.lockings)
    return "yes" if held == {True} else "no" if barred or layer.complete else "unchecked"
