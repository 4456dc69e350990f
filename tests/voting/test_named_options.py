"""Effect of each value of a method's options, on ballots small enough to count by hand."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from hypothesis import given

from tests.examples import examples
from tests.voting.ballot_builders import drawn, evidence_of, preferences, rankings, scores
from voting.ballots import Rankings, Scores
from voting.formats import read
from voting.invalid import InvalidBallots
from voting.tally import tally


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("1/2", {"A": "3/2", "B": "1/2", "C": 1}),
        ("0", {"A": 1, "B": 0, "C": 0}),
        ("1", {"A": 2, "B": 1, "C": 2}),
    ],
)
def test_in_copeland_a_tied_contest_is_worth_what_pairwise_tie_says(
    value: str, points: dict[str, int | str]
) -> None:
    # A beats B by 4 to 0 and ties with C, as B does.
    ballots = rankings({"A>B>C": 2, "C>A>B": 2, "A=B=C": 1})
    assert tally(ballots, "copeland", {"pairwise_tie": value}).scores == points


# Two cycles. In the first A beats B 8 to 5, B beats C 11 to 7, C beats A 10 to 8; in the second
# A beats B 10 to 5, B beats C 15 to 7, C beats A 12 to 10.
FIRST_CYCLE = rankings({"A>B>C": 8, "C>B": 2, "C": 5, "B>C": 3})
SECOND_CYCLE = rankings({"C": 7, "A>B": 1, "A>B>C": 9, "B>C": 5})


@pytest.mark.parametrize(
    ("ballots", "method", "strength", "winner"),
    [
        (FIRST_CYCLE, "schulze", "winning_votes", "B"),
        (FIRST_CYCLE, "schulze", "margins", "A"),
        (SECOND_CYCLE, "ranked_pairs", "margins", "A"),
        (SECOND_CYCLE, "ranked_pairs", "winning_votes", "B"),
    ],
)
def test_strength_says_which_contest_of_a_cycle_is_the_weakest(
    ballots: Rankings, method: str, strength: str, winner: str
) -> None:
    outcome = tally(ballots, method, {"strength": strength})
    assert outcome.winners == (winner,)
    assert outcome.options["strength"] == strength
    other = tally(ballots, method)
    assert outcome.digest == other.digest
    same = other.options == outcome.options
    assert (
        evidence_of(outcome)["rules"]["digest"] == evidence_of(other)["rules"]["digest"]
    ) == same


@pytest.mark.parametrize(
    ("variant", "worst"),
    [
        ("winning_votes", {"A": 0, "B": 14, "C": 9}),
        ("margins", {"A": -2, "B": 3, "C": 2}),
        ("opposition", {"A": 11, "B": 14, "C": 9}),
    ],
)
def test_minimax_scores_are_the_size_of_the_worst_defeat_in_each_variant(
    variant: str, worst: dict[str, int]
) -> None:
    # A beats B 14 to 11 and C 9 to 7; B beats C 9 to 7.
    ballots = rankings({"C>B>A": 2, "A": 9, "C>A": 5, "B": 9})
    outcome = tally(ballots, "minimax", {"variant": variant})
    assert outcome.scores == worst
    assert outcome.winners == (min(worst, key=worst.__getitem__),)


@pytest.mark.parametrize("method", ["schulze", "ranked_pairs", "kemeny", "minimax", "copeland"])
def test_unranked_options_are_last_or_nobody_says_anything_of_them(method: str) -> None:
    # Six ballots leave B out: they put it last, or say nothing of it, and two put it first.
    ballots = rankings({"B>A>C": 1, "A>C": 6, "B>C>A": 1})
    assert tally(ballots, method).winners == ("A",)
    assert tally(ballots, method, {"unranked": "no_opinion"}).winners == ("B",)


@pytest.mark.parametrize("method", ["score", "star"])
def test_the_highest_score_is_five_or_what_the_file_or_the_option_says(method: str) -> None:
    low, high = scores([[5, 1], [3, 4]]), scores([[5, 1], [3, 4]])
    high = Scores(high.options, 10, high.marks * 2 - 1, high.counts)
    assert evidence_of(tally(low, method))["most"] == 5
    with pytest.raises(InvalidBallots, match="mark_out_of_range"):
        tally(high, method)
    outcome = tally(high, method, {"max_score": "10"})
    assert (evidence_of(outcome)["most"], outcome.scores) == (10, {"A": 16, "B": 10})
    for wrong in ("0", "255", "9" * 18):
        with pytest.raises(InvalidBallots, match="bad_option_value"):
            tally(low, method, {"max_score": wrong})
    ballots = [{"scores": {"A": 9}}]
    file = json.dumps({"candidates": ["A"], "max_score": 10, "ballots": ballots})
    assert read(file).settings == {"max_score": "10"}


@examples(150)
@given(drawn("rankings"))
def test_the_schwartz_set_is_made_of_the_smallest_groups_that_nobody_outside_beats(
    ballots: Rankings,
) -> None:
    contests, everybody = preferences(ballots), range(len(ballots.options))
    free = [
        set(group)
        for size in everybody
        for group in combinations(everybody, size + 1)
        if not any(
            contests[o][i] > contests[i][o] for o in everybody if o not in group for i in group
        )
    ]
    smallest = [group for group in free if not any(other < group for other in free)]
    found = tally(ballots, "smith_set")
    expected = {ballots.options[option] for group in smallest for option in group}
    assert set(evidence_of(found)["schwartz"]) == expected
    assert expected <= set(found.winners)
