"""The state of a count by instant runoff: ballots, votes, and who is left."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64, U8, Rankings
from voting.invalid import InvalidBallots
from voting.kernels.transfers import first_choices, split_totals, totals
from voting.methods.ballot_matrices import Flags, first_equal_rank
from voting.methods.tie_positions import levels
from voting.ties import TieRule

# The column that each ballot counts for: two bytes per ballot, for each round copies them.
Where = NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class RunoffBallots:
    """Ballots that rank something; each counts `scale` times, so that shares are whole numbers."""

    ranks: U8
    counts: I64
    scale: int


class RunoffPlace(NamedTuple):
    """Position of a count: the continuing options, and how the earlier rounds order them.

    `order`: of each, 0 for who leaves first if tied; equal where no earlier round differs.
    """

    continuing: tuple[int, ...]
    order: tuple[int, ...]


class RunoffStanding(NamedTuple):
    """A place, and the votes there: of each option, and last of nobody."""

    place: RunoffPlace
    votes: list[int]

    @property
    def active(self) -> int:
        return sum(self.votes[option] for option in self.place.continuing)


@dataclass(frozen=True, slots=True, eq=False)
class RunoffPosition:
    """One moment of the count: its standing, and where each ballot is."""

    standing: RunoffStanding
    choice: Where

    @property
    def place(self) -> RunoffPlace:
        return self.standing.place

    @property
    def continuing(self) -> tuple[int, ...]:
        return self.standing.place.continuing

    @property
    def votes(self) -> list[int]:
        return self.standing.votes


class RunoffRule(NamedTuple):
    """The method's options and the tie rule."""

    options: tuple[str, ...]
    until: str
    history: str
    ties: TieRule


def runoff_ballots(ballots: Rankings, equal: str) -> RunoffBallots:
    """The distinct ballots as the rule for equal ranks reads them."""
    ranks, counts = ballots.ranks, ballots.counts
    ranked = ranks.any(axis=1)
    if not ranked.all():
        ranks, counts = ranks[ranked], counts[ranked]
    cut = first_equal_rank(ranks)
    shared = bool((cut < 256).any())
    if equal == "refuse" and shared:
        row = int(cut.argmin())
        names = [ballots.options[option] for option in np.flatnonzero(ranks[row] == cut[row])]
        raise InvalidBallots("equal_ranks", row=int(np.flatnonzero(ranked)[row]), names=names)
    if equal == "exhaust" and shared:
        ranks = np.where(ranks < cut[:, None], ranks, 0).astype(np.uint8)
    if equal == "skip" and shared:
        ranks = _without_equal(ranks)
    largest = ranks.shape[1] if equal == "split" and shared else 1
    return RunoffBallots(np.asfortranarray(ranks), counts, math.lcm(*range(1, largest + 1)))


def _without_equal(ranks: U8) -> U8:
    times = np.zeros(ranks.shape, np.uint16)
    for option in range(ranks.shape[1]):
        times += ranks == ranks[:, option, None]
    return np.where(times > 1, 0, ranks).astype(np.uint8)


def start_position(transferable: RunoffBallots) -> RunoffPosition:
    """The position before the first elimination."""
    everybody = list(range(transferable.ranks.shape[1]))
    rows = np.arange(len(transferable.counts))
    choice = first_choices(transferable.ranks, rows, everybody)
    place = RunoffPlace(tuple(everybody), (0,) * len(everybody))
    standing = RunoffStanding(place, votes_of(transferable, choice, everybody))
    return RunoffPosition(standing, choice.astype(np.int16))


def without(
    transferable: RunoffBallots, position: RunoffPosition, losers: list[int], rule: RunoffRule
) -> RunoffPosition:
    """The next position: only the ballots of those who leave are looked at again."""
    place = _place_after(position.standing, losers, rule.history)
    continuing = list(place.continuing)
    rows = np.flatnonzero(_any_of(position.choice, losers))
    moved = first_choices(transferable.ranks, rows, continuing)
    choice = position.choice.copy()
    choice[rows] = moved
    if transferable.scale == 1:
        received = totals(moved, transferable.counts[rows], transferable.ranks.shape[1])
        votes = [held + more for held, more in zip(position.votes, received, strict=True)]
        for option in losers:
            votes[option] = 0
    else:
        votes = votes_of(transferable, choice, continuing)
    return RunoffPosition(RunoffStanding(place, votes), choice)


def _place_after(here: RunoffStanding, losers: list[int], history: str) -> RunoffPlace:
    """Next position: the losers are gone, and the rounds so far order those who continue."""
    (continuing, order), votes = here.place, here.votes
    pairs = zip(continuing, order, strict=True)
    left = [(one, earlier) for one, earlier in pairs if one not in losers]
    rounds = [
        (votes[one], before) if history == "backward" else (before, votes[one])
        for one, before in left
    ]
    if history == "none":
        rounds = [(0, 0)] * len(left)
    return RunoffPlace(tuple(one for one, _ in left), tuple(levels(rounds)))


def _any_of(choice: Where, losers: list[int]) -> Flags:
    found: Flags = np.asarray(choice == losers[0])
    for option in losers[1:]:
        found |= choice == option
    return found


def votes_of(transferable: RunoffBallots, choice: I64 | Where, continuing: list[int]) -> list[int]:
    """The votes of each option, times the scale of the ballots, then those of no option."""
    if transferable.scale == 1:
        return totals(choice, transferable.counts, transferable.ranks.shape[1])
    return split_totals(transferable.ranks, transferable.counts, continuing, transferable.scale)
