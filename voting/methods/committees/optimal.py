"""Committees worth most to the ballots as a whole: the best ones, and the proof that they are."""

from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np

from voting.kernels.thiele import by_members, worth_of
from voting.methods.committees.best_groups import BestGroups, best_groups
from voting.methods.committees.found import Found, MemberSupport, Shape, named, shape_of
from voting.outcome import exact
from voting.ties import TieReport, TieRule, arranged


def optimal(vote: MemberSupport, ties: TieRule, weights: list[Fraction]) -> Found:
    """The committees with the highest score; `weights`: of a ballot's first, second... member.

    With a published order: the committee whose first listed option comes first, then its second...
    Evidence: `score`, `bound` (the most any committee could have), `proven`, and for one committee
    `satisfied` (ballots by number of members) and `swaps` (the best score with each other option).
    """
    best = best_groups(vote.marks, vote.counts, weights, vote.twins)
    shapes = [shape_of(vote.twins, group) for group in best.groups]
    chosen = _members(vote, shapes[0])
    several = len(shapes) > 1 or _has_twins_out(vote, shapes[0])
    evidence: dict[str, Any] = {
        "score": exact(best.score),
        "bound": exact(best.bound),
        "proven": best.bound == best.score,
    }
    reports = []
    if several:
        reports = [_report(vote, shapes, ties)]
    if ties.kind != "left" and (several or not best.complete):
        chosen = _picked(vote, ties, _reachable(vote, weights, best, shapes))
    details = {
        "satisfied": _satisfied(vote, weights, chosen),
        "swaps": _swaps(vote, weights, chosen, best.score),
    }
    scores = named(vote, vote.approvals)
    return Found(vote.twins, shapes, best.complete, chosen, reports, scores, evidence, details)


def _has_twins_out(vote: MemberSupport, shape: Shape) -> bool:
    return any(0 < n < len(same) for n, same in zip(shape, vote.twins, strict=True))


def _members(vote: MemberSupport, shape: Shape) -> list[int]:
    """A committee of this shape, with the first of twins."""
    return [option for n, same in zip(shape, vote.twins, strict=True) for option in same[:n]]


def _report(vote: MemberSupport, shapes: list[Shape], ties: TieRule) -> TieReport:
    """The tie among options that are in some of the best committees but not in all."""
    table = np.array(shapes)
    groups = zip(vote.twins, table.min(axis=0), table.max(axis=0), strict=True)
    tied = [one for same, least, most in groups if most and least < len(same) for one in same]
    sure = sum(
        len(same) for same, n in zip(vote.twins, table.min(axis=0), strict=True) if n == len(same)
    )
    names = tuple(sorted(vote.options[option] for option in tied))
    return TieReport(names, f"seat:{sure + 1}", ties.kind, True)


def _reachable(
    vote: MemberSupport, weights: list[Fraction], best: BestGroups, shapes: list[Shape]
) -> Callable[[Shape], bool]:
    """Whether a best committee has at least these members: among those found, or searched for."""

    def reachable(least: Shape) -> bool:
        if any(all(np.array(shape) >= least) for shape in shapes):
            return True
        if best.complete or best.bound > best.score:
            return False
        inside = tuple(_members(vote, least))
        found = best_groups(
            vote.marks, vote.counts, weights, vote.twins, inside=inside, enough=best.score
        )
        return bool(found.groups)

    return reachable


def _picked(vote: MemberSupport, ties: TieRule, reachable: Callable[[Shape], bool]) -> list[int]:
    """Members of a best committee, picked one by one in the published order."""
    picked: list[int] = []
    for name in arranged(ties, vote.options):
        option = vote.options.index(name)
        if len(picked) < vote.seats and reachable(shape_of(vote.twins, [*picked, option])):
            picked.append(option)
    return picked


def _satisfied(
    vote: MemberSupport, weights: list[Fraction], chosen: list[int]
) -> list[dict[str, Any]]:
    """For each number of members, how many ballots approve that many, and what each is worth."""
    held = np.count_nonzero(vote.marks[:, chosen], axis=1)
    worth = [Fraction(0), *accumulate(weights)]
    return [
        {"members": j, "ballots": int(vote.counts[held == j].sum()), "value": exact(worth[j])}
        for j in np.unique(held).tolist()
    ]


def _swaps(
    vote: MemberSupport, weights: list[Fraction], chosen: list[int], score: Fraction
) -> dict[str, dict[str, Any]]:
    """For each other option, the member whose place it would take best, and the score then."""
    others = [option for option in range(len(vote.options)) if option not in chosen]
    found: dict[int, tuple[Fraction, int]] = {}
    for member in chosen:
        rest = [one for one in chosen if one != member]
        table = by_members(vote.marks, vote.counts, rest)
        without = score - worth_of(table, member, weights)
        for option in others:
            swapped = without + worth_of(table, option, weights)
            if option not in found or swapped > found[option][0]:
                found[option] = (swapped, member)
    return {
        vote.options[option]: {"for": vote.options[member], "score": exact(swapped)}
        for option, (swapped, member) in found.items()
    }
