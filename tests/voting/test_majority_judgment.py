"""Majority judgment: the value decides, for any number of judges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting.ballot_builders import GRADES, drawn, evidence_of, grades
from tests.voting.oracles import majority_value
from voting.ballots import Grades
from voting.ballots.checks import InvalidBallots
from voting.ballots.conversions import from_tallies
from voting.methods.grades.majority_values import compare
from voting.outcome import BallotCounts
from voting.tally import tally
from voting.ties import by_order


def judgments(tally: list[int]) -> list[int]:
    return [grade for grade, count in enumerate(tally) for _ in range(count)]


@st.composite
def two_tallies(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    judges = draw(st.integers(1, 12))
    marks = st.lists(st.integers(0, 4), min_size=judges, max_size=judges)
    first, second = draw(marks), draw(marks)
    return [first.count(g) for g in range(5)], [second.count(g) for g in range(5)]


@examples(500)
@given(two_tallies())
def test_two_tallies_compare_as_by_removing_medians_one_by_one(
    pair: tuple[list[int], list[int]],
) -> None:
    one, other = (majority_value(judgments(tally)) for tally in pair)
    found = compare(*pair)
    assert found.sign == (one > other) - (one < other)
    if one != other:
        step = next(k for k, (a, b) in enumerate(zip(one, other, strict=True), 1) if a != b)
        assert found.step == step
        assert found.grades == (one[step - 1], other[step - 1])


@examples(100)
@given(drawn("grades", complete=True, fewest_ballots=1))
def test_the_ranking_is_that_of_majority_values(ballots: Grades) -> None:
    values = {}
    for name, column in zip(ballots.options, ballots.marks.T.tolist(), strict=True):
        marks = [
            mark
            for mark, count in zip(column, ballots.counts.tolist(), strict=True)
            for _ in range(count)
        ]
        values[name] = majority_value(marks)
    ranking = tally(ballots, "majority_judgment").ranking
    assert [
        {name for name in values if values[name] == value}
        for value in sorted({tuple(v): v for v in values.values()}.values(), reverse=True)
    ] == [set(tier) for tier in ranking]


def test_the_majority_grade_is_the_lower_median() -> None:
    outcome = tally(grades([[5, 3], [1, 4]]), "majority_judgment")
    assert evidence_of(outcome)["gauges"]["A"]["grade"] == "to reject"
    assert evidence_of(outcome)["gauges"]["B"]["grade"] == "fair"
    assert outcome.winners == ("B",)
    assert outcome.scores == {"A": 1, "B": 3}


def test_two_options_with_the_same_gauge_are_separated_by_the_value() -> None:
    # A: 1 1 3 3 5; B: 1 2 3 3 4 -> both "fair", one above, two below.
    outcome = tally(grades([[1, 1], [1, 2], [3, 3], [3, 3], [5, 4]]), "majority_judgment")
    assert evidence_of(outcome)["gauges"]["A"] == evidence_of(outcome)["gauges"]["B"]
    assert outcome.winners == ("B",)
    assert evidence_of(outcome)["differences"] == [
        {"above": "B", "below": "A", "step": 2, "grades": ["poor", "to reject"]}
    ]


def test_equal_tallies_share_a_rank_and_the_next_rank_is_left_out() -> None:
    outcome = tally(grades([[5, 4, 1], [4, 5, 1]]), "majority_judgment")
    assert outcome.ranking == (("A", "B"), ("C",))
    assert [(tie.tied, tie.where, tie.rule) for tie in outcome.ties] == [
        (("A", "B"), "place:1", "left")
    ]
    settled = tally(grades([[5, 4, 1], [4, 5, 1]]), "majority_judgment", ties=by_order("CBA"))
    assert settled.ranking == (("B",), ("A",), ("C",))


def test_a_million_million_judges_are_compared_exactly() -> None:
    many = 10**12
    ballots = from_tallies(
        ["A", "B"], GRADES, [[0, many, 2 * many, many, 0], [1, many - 1, 2 * many, many, 0]]
    )
    outcome = tally(ballots, "majority_judgment")
    assert outcome.winners == ("A",)
    assert evidence_of(outcome)["judges"] == 4 * many
    assert evidence_of(outcome)["differences"][0]["step"] == 4 * many - 1
    assert outcome.ballot_counts == BallotCounts(counted=4 * many)


@pytest.mark.parametrize(
    ("missing", "winner", "profile"),
    [
        ("worst", "B", [2, 0, 0, 0, 1]),
        ("grade:good", "A", [0, 0, 0, 2, 1]),
        ("median", "A", [0, 0, 0, 0, 3]),
        ("normalised", "A", [0, 0, 0, 0, 1]),
    ],
)
def test_missing_judgments_are_read_as_announced(
    missing: str, winner: str, profile: list[int]
) -> None:
    ballots = grades([[5, 3], [0, 3], [0, 3]])
    outcome = tally(ballots, "majority_judgment", {"missing": missing})
    assert outcome.winners == (winner,)
    assert evidence_of(outcome)["profile"]["A"] == profile
    assert evidence_of(outcome)["missing"] == {"A": 2, "B": 0}
    assert outcome.options["missing"] == missing
    assert outcome.ballot_counts == BallotCounts(counted=1, partial=2)


def test_excluded_means_an_option_judged_by_too_few_comes_last() -> None:
    ballots = grades([[5, 3], [0, 3], [0, 1]])
    outcome = tally(ballots, "majority_judgment", {"missing": "exclude"})
    assert outcome.ranking == (("B",), ("A",))
    assert evidence_of(outcome)["excluded"] == ["A"]
    enough = tally(ballots, "majority_judgment", {"missing": "exclude", "quorum": "1"})
    assert enough.winners == ("A",)


def test_tallies_of_different_sizes_are_scaled_without_rounding() -> None:
    # A: 2 good judgments of 3; B: 20,000 of 30,001, a hair less.
    ballots = from_tallies(["A", "B"], GRADES, [[0, 0, 1, 2, 0], [0, 0, 10_001, 20_000, 0]], 30_001)
    outcome = tally(ballots, "majority_judgment", {"missing": "normalised"})
    assert outcome.winners == ("A",)


def test_a_blank_ballot_is_set_aside() -> None:
    outcome = tally(grades([[5, 3], [0, 0], [5, 3]]), "majority_judgment")
    assert outcome.ballot_counts == BallotCounts(counted=2, blank=1)
    assert evidence_of(outcome)["judges"] == 2


def test_a_grade_that_is_not_one_is_refused_with_the_list() -> None:
    with pytest.raises(InvalidBallots) as refused:
        tally(grades([[5, 3]]), "majority_judgment", {"missing": "grade:superb"})
    assert refused.value.reason == "bad_option_value"
    assert "grade:fair" in str(refused.value.values["valid"])
