"""Judgments and scores beside votelib, pref_voting and starvote."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from pref_voting import grade_methods
from pref_voting.grade_profiles import GradeProfile
from starvote import predefined_permutation_tiebreaker, star_voting
from votelib.evaluate.cardinal import MajorityJudgment
from votelib.evaluate.core import VotingSystemError

from tests.voting.ballot_builders import drawn
from tests.voting.differential.profiles import (
    LIKE_ALWAYS,
    SIZES,
    Size,
    orders,
    scores,
    told,
    ungrouped,
)
from voting.ballots import Approvals, Scores
from voting.tally import tally
from voting.ties import by_order


# Of three options or more, votelib's removal of several medians at a time can elect another than
# the one-by-one removal that defines the rule: it is asked about two at a time.
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_majority_judgment_ranks_any_two_options_as_votelib(size: Size) -> None:
    ties = 0
    for ballots in scores(size, complete=True):
        tiers = tally(ballots, "majority_judgment").ranking
        place = {name: number for number, tier in enumerate(tiers) for name in tier}
        for pair in combinations(ballots.options, 2):
            ahead = {min(pair, key=place.__getitem__)}
            if place[pair[0]] == place[pair[1]]:
                ahead, ties = set(), ties + 1
            assert ahead == better(ballots, pair), f"{pair}: {told(ballots)}"
    assert ties or size.ballots > 15


def better(ballots: Scores, pair: tuple[str, ...]) -> set[str]:
    """Whom votelib elects of two; nobody when they have equal tallies: it raises."""
    votes = Counter(
        frozenset(
            (name, mark - 1)
            for name, mark in zip(ballots.options, row, strict=True)
            if name in pair
        )
        for row in ungrouped(ballots)
    )
    try:
        return set(MajorityJudgment().evaluate(votes, 1))
    except VotingSystemError:
        return set()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_sums_elect_who_pref_voting_elects(size: Size) -> None:
    for ballots in scores(size, complete=True):
        theirs = grade_methods.score_voting(grades(ballots))
        assert set(tally(ballots, "score").winners) == theirs_named(ballots, theirs), told(ballots)
        ones = Approvals(ballots.options, ballots.marks // 4, ballots.counts)
        approved = grade_methods.approval(grades(ones, (0, 1)))
        assert set(tally(ones, "approval").winners) == theirs_named(ballots, approved), told(ones)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_star_elects_who_the_official_program_elects_for_any_published_order(size: Size) -> None:
    for ballots in scores(size):
        star_compared(ballots)


@LIKE_ALWAYS
@given(ballots=drawn("scores", fewest_options=2, fewest_ballots=1))
def test_star_elects_who_the_official_program_elects_however_small_the_vote(
    ballots: Scores,
) -> None:
    if ballots.marks.any(axis=1).all():
        star_compared(ballots)


def star_compared(ballots: Scores) -> None:
    """The peer breaks a tie of three or more for the runoff by preferences added up, where the
    published protocol drops who loses most contests: it is not asked then.
    """
    sums = tally(ballots, "star").scores.values()
    second = sorted(sums)[-2]
    if list(sums).count(second) > 2:
        return
    marked = [
        {name: max(mark - 1, 0) for name, mark in zip(ballots.options, row, strict=True)}
        for row in ungrouped(ballots)
    ]
    for order in orders(ballots.options):
        lots = predefined_permutation_tiebreaker(list(order))
        theirs = star_voting(marked, tiebreaker=lots)
        ours = tally(ballots, "star", ties=by_order(order)).winners
        assert ours == tuple(theirs), f"{told(ballots)}; lots {order}"


def grades(ballots: Scores | Approvals, allowed: tuple[int, ...] = (0, 1, 2, 3, 4, 5)) -> Any:
    shift = 1 if isinstance(ballots, Scores) else 0
    maps = [
        {option: mark - shift for option, mark in enumerate(row)} for row in ballots.marks.tolist()
    ]
    return GradeProfile(maps, allowed, gcounts=ballots.counts.tolist())


def theirs_named(ballots: Scores, found: list[int]) -> set[str]:
    return {ballots.options[option] for option in found}
