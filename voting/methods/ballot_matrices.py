"""Shared by methods on rankings: matrices by name, and the ballot count of each ranking."""

from fractions import Fraction

import numpy as np

from voting.aggregates import Aggregates
from voting.ballots import I64, Rankings, received
from voting.kernels.pairwise import pairwise
from voting.kernels.rows import blanks, marked
from voting.outcome import BallotCounts

Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def contests_of(ballots: Rankings | Aggregates, *, unranked: str = "bottom") -> Aggregates:
    """The contests, (C, C): ballots that prefer the row's option to the column's; aggregates stay
    so.

    Options left `unranked` are below all others (`bottom`) or compared with none (`no_opinion`).
    """
    if isinstance(ballots, Aggregates):
        return ballots
    preferred = pairwise(ballots.ranks, ballots.counts, no_opinion=unranked == "no_opinion")
    return Aggregates(ballots.options, preferred, rank_ballot_counts(ballots))


def table(options: tuple[str, ...], matrix: I64) -> dict[str, dict[str, int]]:
    """A (C, C) matrix as `{"A": {"B": n}}`, without its diagonal."""
    rows = matrix.tolist()
    return {
        name: {other: rows[i][j] for j, other in enumerate(options) if i != j}
        for i, name in enumerate(options)
    }


def below_by_contests(contests: I64) -> list[int]:
    """For each option, the number of options in lower Smith sets: those it reaches by contests won
    or tied and that do not reach it (transitive closure by Warshall).
    """
    reached = contests >= contests.T
    for middle in range(len(reached)):
        reached = reached | (reached[:, middle, None] & reached[None, middle, :])
    below: list[int] = np.asarray(reached & ~reached.T).sum(axis=1).tolist()
    return below


def smith_sets(contests: I64) -> list[list[int]]:
    """The Smith set, that of the others, and so on: each option beats all in the lower sets."""
    below = below_by_contests(contests)
    return [
        [option for option, lower in enumerate(below) if lower == level]
        for level in sorted(set(below), reverse=True)
    ]


def schwartz(contests: I64) -> list[int]:
    """The Schwartz set: whoever reaches one of its options by contests won is reached back
    (Warshall).

    >>> schwartz(np.array([[0, 2, 1], [1, 0, 2], [1, 1, 0]]))
    [0]
    """
    reached = contests > contests.T
    for middle in range(len(reached)):
        reached = reached | (reached[:, middle, None] & reached[None, middle, :])
    return np.flatnonzero(~(reached.T & ~reached).any(axis=1)).tolist()


def beats_all(contests: I64, place: tuple[int, ...]) -> int | None:
    """The option that wins its contests against all the others of `place`, if there is one."""
    lead = (contests - contests.T)[np.ix_(place, place)]
    for row, option in enumerate(place):
        if np.count_nonzero(lead[row] > 0) == len(place) - 1:
            return option
    return None


def borda_points(contests: I64, place: tuple[int, ...], ballots: int) -> dict[int, Fraction]:
    """Borda points of some options among themselves; who is not preferred shares both places.

    A contest gives each ballot's point to the preferred option, half a point to each when it
    prefers neither: (ballots + lead) / 2.
    """
    leads = (contests - contests.T)[np.ix_(place, place)].sum(axis=1).tolist()
    shared = ballots * (len(place) - 1)
    return {option: Fraction(shared + lead, 2) for option, lead in zip(place, leads, strict=True)}


def ranked_together(ballots: Rankings) -> I64:
    """(C, C) int64: the ballots that rank both the row's option and the column's."""
    ranked = ballots.ranks > 0
    rows = [ballots.counts @ (ranked & column[:, None]) for column in ranked.T]
    return np.array(rows, np.int64).reshape(len(ballots.options), len(ballots.options))


def rank_ballot_counts(ballots: Rankings) -> BallotCounts:
    """Boxes for a method that reads weak orders: equal ranks and short rankings say all they say,
    so every ballot that ranks something is counted.
    """
    blank = blanks(ballots.ranks, ballots.counts)
    return BallotCounts(counted=received(ballots) - blank, blank=blank)


def single_rank_ballot_counts(ballots: Rankings) -> BallotCounts:
    """Boxes for a method that reads one option a rank: equal ranks are over-marked."""
    blank = blanks(ballots.ranks, ballots.counts)
    over = int(ballots.counts[first_equal_rank(ballots.ranks) < 256].sum())
    return BallotCounts(counted=received(ballots) - blank - over, blank=blank, over_marked=over)


def first_equal_rank(ranks: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> I64:
    """(B,) int64: the best rank that two options share in each ballot, 256 when there is none.

    Ranks have no gaps, so a ballot without equal ranks has as many options as its last rank.

    >>> first_equal_rank(np.array([[1, 2, 2], [1, 2, 3], [0, 1, 0]], np.uint8)).tolist()
    [2, 256, 256]
    """
    found = np.full(ranks.shape[0], 256, np.int64)
    suspects = np.flatnonzero(marked(ranks) > ranks.max(axis=1, initial=0))
    ordered = np.sort(ranks[suspects], axis=1)
    equal = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] > 0)
    if len(suspects):
        columns = equal.argmax(axis=1)
        found[suspects] = ordered[np.arange(len(suspects)), columns + 1]
    return found
