"""The groups of options worth most to the ballots, by branch and bound with a proof.

A ballot with j members in the group is worth the sum of the first j weights, which never rise
(1, 1/2, 1/3... or 1, 0, 0...). So its worth lies under straight lines, and lines for all ballots
make a bound that any group respects: each option then has one number, and the best are the
largest. Lines are chosen by a few rounds of guessing which options a good group takes. All numbers
are whole (weights are scaled, and rounded up when they would not fit), so that floats hold them
exactly; what is kept is counted again in fractions.
"""

import math
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

MOST_NODES = 50_000
MOST_WORK = 10**9
MOST_TIED = 1000
BATCH = 4_000_000
ROUNDS = 6
BITS = 52


class BestGroups(NamedTuple):
    """The highest `score` found and the most any group could have (`bound`); `groups` with that
    score, of options that the same ballots approve always the first ones; `complete`: all are
    there.
    """

    score: Fraction
    bound: Fraction
    groups: list[tuple[int, ...]]
    complete: bool


class _Node(NamedTuple):
    """Groups that hold `inside` and may hold what is `open`."""

    inside: Flags
    open: Flags
    worth: float
    bound: float


class _Scaled(NamedTuple):
    """Everything in whole numbers, `unit` to one: worth of the next member, and of all so far."""

    marks: Floats
    counts: Floats
    following: Floats
    so_far: Floats
    unit: Fraction
    later: Flags


def best_groups(
    marks: Flags,
    counts: I64,
    weights: list[Fraction],
    twins: list[list[int]],
    *,
    inside: tuple[int, ...] = (),
    enough: Fraction | None = None,
) -> BestGroups:
    """All groups of `len(weights)` options with the highest score, up to 1,000 of them.

    `marks`: (B, C) bool; `counts`: (B,) int64; `weights`: of a ballot's first, second... member;
    `twins`: options in groups that the same ballots approve. `inside`: only groups with these
    (of twins the first ones). `enough`: stop at the first group with this score, and sooner.

    >>> marks = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], bool)
    >>> best_groups(marks, np.array([1, 1, 1]), [Fraction(1), Fraction(0)], [[0, 1], [2]])
    BestGroups(score=Fraction(3, 1), bound=Fraction(3, 1), groups=[(0, 2)], complete=True)
    """
    scaled = _scaled(marks, counts, weights, twins)
    seats, width = len(weights), marks.shape[1]
    first = _improved(scaled, seats, inside)
    best, groups = score_of(marks, counts, weights, first), {first}
    if enough is not None:
        best, groups = max(best, enough), {first} if best >= enough else set()
    most = min(MOST_NODES, max(500, MOST_WORK // max(1, marks.size)))
    most = most if enough is None else most // 20
    start = np.isin(np.arange(width), inside)
    worth = float(scaled.so_far[scaled.marks[:, start].sum(1).astype(int)] @ scaled.counts)
    waiting = [_Node(start, ~start, worth, math.inf)]
    while waiting and most > 0 and len(groups) < MOST_TIED and (enough is None or not groups):
        size = min(len(waiting), 256, max(1, BATCH // max(1, len(counts))))
        taken, waiting = waiting[-size:], waiting[:-size]
        most -= size
        least = math.ceil(best * scaled.unit)
        taken = [node for node in taken if node.bound >= least]
        for node in _branched(scaled, seats, taken, least) if taken else []:
            if node.inside.sum() < seats:
                waiting.append(node)
                continue
            group = tuple(np.flatnonzero(node.inside).tolist())
            score = score_of(marks, counts, weights, group)
            if score > best:
                best, groups = score, set()
            if score == best:
                groups.add(group)
    left = [node.bound for node in waiting if node.bound >= math.ceil(best * scaled.unit)]
    bound = min(max(left, default=0), float(scaled.so_far[-1] * scaled.counts.sum()))
    return BestGroups(best, max(best, Fraction(bound) / scaled.unit), sorted(groups), not left)


def score_of(
    marks: Flags, counts: I64, weights: list[Fraction], group: tuple[int, ...]
) -> Fraction:
    """Score of a committee: the sum over ballots of the first weights, one for each member they
    approve.

    >>> marks = np.array([[True, True], [False, True]])
    >>> score_of(marks, np.array([2, 5]), [Fraction(1), Fraction(1, 2)], (0, 1))
    Fraction(8, 1)
    """
    held = np.count_nonzero(marks[:, list(group)], axis=1)
    worth = [Fraction(0), *accumulate(weights)]
    parts = (worth[j] * int(counts[held == j].sum()) for j in np.unique(held).tolist())
    return sum(parts, Fraction(0))


def _scaled(marks: Flags, counts: I64, weights: list[Fraction], twins: list[list[int]]) -> _Scaled:
    seats, voters = len(weights), int(counts.sum())
    factor, shift = math.lcm(*(weight.denominator for weight in weights)), 0
    if 2 * factor * seats * voters >= 2**BITS:
        shift = max(0, voters.bit_length() - BITS // 2)
        counts = -(-counts >> shift)
        factor = max(1, 2**BITS // (2 * seats * max(1, int(counts.sum()))))
    following = np.zeros(2 * seats + 1)
    following[:seats] = [2 * math.ceil(weight * factor) for weight in weights]
    so_far = np.concatenate(([0.0], np.cumsum(following)))
    later = np.zeros((marks.shape[1], marks.shape[1]), bool)
    for same in twins:
        for place, option in enumerate(same):
            later[option, same[place + 1 :]] = True
    unit = Fraction(2 * factor, 2**shift)
    values = marks.astype(np.float64), counts.astype(np.float64)
    return _Scaled(*values, following, so_far, unit, later)


def _improved(scaled: _Scaled, seats: int, inside: tuple[int, ...]) -> tuple[int, ...]:
    """A good group: options that add most, then each member changed for a better one."""
    width = scaled.marks.shape[1]
    chosen: list[int] = list(inside)

    def gains(members: list[int]) -> Floats:
        held = scaled.marks[:, members].sum(axis=1).astype(int)
        found: Floats = (scaled.following[held] * scaled.counts) @ scaled.marks
        found[members] = -1
        return found

    while len(chosen) < seats:
        chosen.append(int(gains(chosen).argmax()))
    for _ in range(width):
        before = list(chosen)
        for member in [one for one in before if one not in inside]:
            rest = [one for one in chosen if one != member]
            offers = gains(rest)
            other = int(offers.argmax())
            chosen = [*rest, other if offers[other] > offers[member] else member]
        if sorted(chosen) == sorted(before):
            break
    return _first_twins(scaled, chosen)


def _first_twins(scaled: _Scaled, chosen: list[int]) -> tuple[int, ...]:
    """The group with each member replaced by the first free option that the same ballots
    approve.
    """
    found: list[int] = []
    for option in chosen:
        same = np.flatnonzero(scaled.later[:, option] | scaled.later[option]).tolist()
        found.append(next(one for one in sorted([*same, option]) if one not in found))
    return tuple(sorted(found))


def _branched(scaled: _Scaled, seats: int, nodes: list[_Node], least: int) -> list[_Node]:
    """The nodes below, worst bound first; those that cannot reach `least` are left out."""
    inside, is_open = np.array([n.inside for n in nodes]), np.array([n.open for n in nodes])
    worth = np.array([node.worth for node in nodes])
    vacant = seats - inside.sum(axis=1)
    held = (inside @ scaled.marks.T).astype(int)
    gains = np.where(is_open, (scaled.following[held] * scaled.counts) @ scaled.marks, -1.0)
    base, values = _lines(scaled, held, is_open, vacant, gains, worth, least)
    below = []
    for row in range(len(nodes)):
        order = np.argsort(-values[row], kind="stable")
        order = order[is_open[row][order]]
        reach = np.concatenate(([0.0], np.cumsum(values[row][order])))
        places = len(order) - int(vacant[row]) + 1
        closed = ~is_open[row]
        found = []
        for place in range(places):
            bound = base[row] + reach[place + vacant[row]] - reach[place]
            if bound < least:
                break
            option = order[place]
            after_it = worth[row] + gains[row, option]
            if not closed[option] and (vacant[row] > 1 or after_it >= least):
                added = inside[row].copy()
                added[option] = True
                after = ~closed
                after[option] = False
                found.append(_Node(added, after, after_it, bound))
            closed = closed | scaled.later[option]
            closed[option] = True
        below += found[::-1]
    return below


def _lines(
    scaled: _Scaled,
    held: NDArray[np.intp],
    is_open: Flags,
    vacant: NDArray[np.intp],
    gains: Floats,
    worth: Floats,
    least: int,
) -> tuple[Floats, Floats]:
    """For each node a number and one number per option: a group's worth is at most their sum.

    First the gains themselves; then, for each ballot, the line that touches its worth where a
    guessed group would take it, the guess being the mean of the best groups of the lines so far.
    """
    base, values = worth.copy(), gains.copy()
    bounds, guess = _reach(base, values, vacant)
    for turn in range(2, ROUNDS + 2):
        if (bounds < least).all():
            break
        taken = guess @ scaled.marks.T
        whole = np.floor(taken + 1e-9).astype(int)
        place = held + whole
        slopes = scaled.following[place]
        touching = (taken - whole < 1e-9) & (whole > 0)
        slopes = np.where(touching, (slopes + scaled.following[place - 1]) / 2, slopes)
        heights = scaled.so_far[place] - scaled.so_far[held] - whole * slopes
        new_base = worth + heights @ scaled.counts
        new_values = np.where(is_open, (slopes * scaled.counts) @ scaled.marks, -1.0)
        found, best = _reach(new_base, new_values, vacant)
        better = found < bounds
        base, bounds = np.where(better, new_base, base), np.minimum(found, bounds)
        values = np.where(better[:, None], new_values, values)
        guess = guess + (best - guess) / turn
    return base, values


def _reach(base: Floats, values: Floats, vacant: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """The bound of each node, and the options that make it (1 or 0)."""
    order = np.argsort(-values, axis=1, kind="stable")
    taken = np.arange(values.shape[1]) < vacant[:, None]
    ranked = np.take_along_axis(values, order, axis=1)
    chosen = np.zeros(values.shape)
    np.put_along_axis(chosen, order, taken.astype(np.float64), axis=1)
    return base + np.where(taken, np.maximum(ranked, 0.0), 0.0).sum(axis=1), chosen
