"""Compare two counts of the same ballots: the first difference, and which options move."""

import msgspec

from voting.outcome import Outcome, Ranking
from voting.ties import places_of_tiers


class Move(msgspec.Struct, frozen=True):
    """An option and its place by each count; options that share a place have the best of it."""

    option: str
    place: int
    other: int


class Difference(msgspec.Struct, frozen=True):
    """The first place that two rankings do not give to the same options: who has it by each, and
    every option that moves, those that gain most first.
    """

    place: int
    options: tuple[str, ...]
    others: tuple[str, ...]
    moves: tuple[Move, ...]


def difference(outcome: Outcome, other: Outcome) -> Difference | None:
    """Compare the rankings of two outcomes: the first place that differs and every option that
    moves; None when they are equal.
    """
    ours, theirs = places(outcome.ranking), places(other.ranking)
    moves = [Move(name, ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]]
    if not moves:
        return None
    place = min(min(move.place, move.other) for move in moves)
    here, there = (
        tuple(sorted(name for name in found if found[name] == place)) for found in (ours, theirs)
    )
    moves.sort(key=lambda move: (move.other - move.place, move.option))
    return Difference(place, here, there, tuple(moves))


def places(ranking: Ranking) -> dict[str, int]:
    """The place of each option, the first being 1.

    >>> places((("B",), ("A", "C"), ("D",)))
    {'B': 1, 'A': 2, 'C': 2, 'D': 4}
    """
    return {name: place for place, tier in places_of_tiers(ranking) for name in tier}
