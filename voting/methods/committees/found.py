"""Committees from approvals: what the rules share, from the ballots that count to the outcome."""

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain, combinations, islice
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from voting.ballots import I64, Approvals, received
from voting.evidence import CommitteeEvidence, Exact
from voting.kernels.loads import supporters
from voting.outcome import BallotCounts, Count, exact, tiers_by
from voting.ties import TieReport, TieRule, arranged

MOST_LISTED = 1000

# How many options of each group are members: a committee, up to the names inside a group.
Shape = tuple[int, ...]


class MemberSupport(NamedTuple):
    """`marks`: (B, C) bool, ballots that approve something; `counts`: (B,) int64; `approvals` of
    each option; `seats`: never more than options. `twins`: options that the same ballots approve,
    group by group: no rule can tell them apart.
    """

    options: tuple[str, ...]
    marks: NDArray[np.bool_]
    counts: I64
    approvals: list[int]
    seats: int
    twins: list[list[int]]


class Found(NamedTuple):
    """Result of a committee rule: `shapes`, each standing for the committees with so many options
    of each of the `groups` (`complete`: none is missing); `chosen`: the committee that the
    published order gives, or one of them; ties met, scores, evidence; `details`: evidence on the
    one committee.
    """

    groups: list[list[int]]
    shapes: list[Shape]
    complete: bool
    chosen: list[int]
    ties: list[TieReport]
    scores: dict[str, Exact]
    evidence: dict[str, Any]
    details: dict[str, Any]


def support_of(ballots: Approvals, seats: int) -> tuple[MemberSupport, BallotCounts]:
    """The ballots that count, and the box of each: one that approves nothing is blank."""
    blank = ~np.any(ballots.marks, axis=1)
    marks, counts = np.asfortranarray(ballots.marks[~blank] > 0), ballots.counts[~blank]
    alike: dict[bytes, list[int]] = {}
    for option, column in enumerate(marks.T):
        alike.setdefault(np.packbits(column).tobytes(), []).append(option)
    approvals = [int(votes) for votes in supporters(marks, counts)]
    places = min(seats, len(ballots.options))
    vote = MemberSupport(ballots.options, marks, counts, approvals, places, list(alike.values()))
    empty = int(ballots.counts[blank].sum())
    return vote, BallotCounts(counted=received(ballots) - empty, blank=empty)


def committee_count(
    vote: MemberSupport,
    ballot_counts: BallotCounts,
    ties: TieRule,
    found: Found,
    shape: type[CommitteeEvidence],
) -> Count:
    """The outcome of a rule: its committee, or every tied one when no published order decides.

    With one possible committee, or a published order, `winners` is the committee. Otherwise it is
    empty and `committees` lists all, the first 1,000 when there are more. Evidence: `many` (how
    many committees were found) and `complete` (whether these are all).
    """
    is_open = ties.kind == "left" and many(found) > 1
    chosen = tuple(sorted(vote.options[option] for option in found.chosen))
    shown: dict[str, Any] = {}
    if not is_open:
        reached = vote.marks[:, found.chosen].any(axis=1)
        shown = {"represented": int(vote.counts[reached].sum()), **found.details}
    tiers = _tiers(vote, found) if is_open else [chosen] if chosen else []
    inside = {name for tier in tiers for name in tier}
    others = {name: Fraction(found.scores[name]) for name in vote.options if name not in inside}
    return Count(
        winners=() if is_open else chosen,
        ranking=(*tiers, *tiers_by(others)),
        scores=found.scores,
        evidence=msgspec.convert(
            {
                "seats": vote.seats,
                "approvals": named(vote, vote.approvals),
                **shown,
                **found.evidence,
                "many": many(found),
                "complete": found.complete,
            },
            shape,
        ),
        ties=tuple(found.ties),
        ballot_counts=ballot_counts,
        committees=tuple(sorted(_listed(vote, found))) if is_open else (chosen,) if chosen else (),
    )


def many(found: Found) -> int:
    """Number of committees that the shapes stand for."""
    pairs = (zip(found.groups, shape, strict=True) for shape in found.shapes)
    return sum(math.prod(math.comb(len(same), n) for same, n in one) for one in pairs)


def named(vote: MemberSupport, values: Iterable[Fraction | int]) -> dict[str, Exact]:
    """Values in the order of the options, by name."""
    return {name: exact(value) for name, value in zip(vote.options, values, strict=True)}


def shape_of(groups: list[list[int]], members: Iterable[int]) -> Shape:
    """Number of members in each group."""
    taken = set(members)
    return tuple(sum(option in taken for option in same) for same in groups)


def best_by(
    vote: MemberSupport, ties: TieRule, scores: list[Fraction], evidence: dict[str, Any]
) -> Found:
    """The options with the highest scores; those tied for the last seats are one group."""
    level = sorted(scores, reverse=True)[vote.seats - 1]
    sure = [option for option, score in enumerate(scores) if score > level]
    tied = [option for option, score in enumerate(scores) if score == level]
    vacant = vote.seats - len(sure)
    names, reports = sorted(vote.options[option] for option in tied), []
    if vacant < len(tied):
        reports = [TieReport(tuple(names), f"seat:{len(sure) + 1}", ties.kind, True)]
        names = names if ties.kind == "left" else arranged(ties, names)
    chosen = [*sure, *(vote.options.index(name) for name in names[:vacant])]
    shape = (len(sure), vacant)
    return Found([sure, tied], [shape], True, chosen, reports, named(vote, scores), evidence, {})


def _tiers(vote: MemberSupport, found: Found) -> list[tuple[str, ...]]:
    """Options that are in every committee, then those that are in some."""
    shapes = np.array(found.shapes)
    sure: list[str] = []
    possible: list[str] = []
    for same, least, most in zip(found.groups, shapes.min(0), shapes.max(0), strict=True):
        tier = sure if least == len(same) else possible
        tier += [vote.options[option] for option in same] if most else []
    return [tuple(sorted(tier)) for tier in (sure, possible) if tier]


def _listed(vote: MemberSupport, found: Found) -> list[tuple[str, ...]]:
    """The committees by name, the first 1,000."""
    choices = (_choices(found.groups, shape) for shape in found.shapes)
    first = islice(chain.from_iterable(choices), MOST_LISTED)
    return [tuple(sorted(vote.options[option] for option in one)) for one in first]


def _choices(groups: list[list[int]], shape: Shape) -> Iterator[tuple[int, ...]]:
    """Every committee of a shape, one after the other: there may be millions."""
    pairs = [(same, n) for same, n in zip(groups, shape, strict=True) if n]
    sure = tuple(option for same, n in pairs if n == len(same) for option in same)
    partly = [(same, n) for same, n in pairs if n < len(same)]
    if not partly:
        yield sure
        return
    (first, size), rest = partly[0], partly[1:]
    for some in combinations(first, size):
        for others in _choices([same for same, _ in rest], tuple(n for _, n in rest)):
            yield (*sure, *some, *others)
