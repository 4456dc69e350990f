"""The gate: what cannot be counted is refused with a reason and a place."""

from __future__ import annotations

import numpy as np
import pytest

from tests.voting.ballot_builders import GRADES, grades, rankings
from voting.ballots import Approvals, Ballots, Grades, Rankings
from voting.ballots.checks import REASONS, InvalidBallots, check, check_names
from voting.ballots.conversions import as_rankings, from_tallies


def refusal(ballots: Ballots) -> InvalidBallots:
    with pytest.raises(InvalidBallots) as refused:
        check(ballots)
    return refused.value


def ranked(counts: list[int], options: str = "AB") -> Rankings:
    return Rankings(
        tuple(options), np.ones((len(counts), len(options)), np.uint8), np.array(counts, np.int64)
    )


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ([], "no_options"),
        (["A", ""], "empty_name"),
        (["A", " \u200b"], "empty_name"),
        (["A", "B", "A"], "duplicate_option"),
        (["École", "E\u0301cole"], "look_alike_options"),
        (["Parc", "Parc "], "look_alike_options"),
        (["Parc vert", "Parc\u00a0vert"], "look_alike_options"),
        (["Parc", "Pa\u200brc"], "look_alike_options"),
        (["Halle", "H\u0430lle"], "look_alike_options"),
        (["\u0410", "A"], "look_alike_options"),
        (["L'École", "L\u2019École"], "look_alike_options"),
        (["Lot 1-2", "Lot 1\u20112"], "look_alike_options"),
        (["\u2764", "\u2764\ufe0f"], "look_alike_options"),
        (["A\nB"], "control_character"),
    ],
)
def test_names_that_voters_could_confuse_are_refused(names: list[str], reason: str) -> None:
    with pytest.raises(InvalidBallots) as refused:
        check_names(names)
    assert refused.value.reason == reason


def test_names_that_differ_by_case_are_allowed() -> None:
    check_names(["a", "A", "Été", "été"])


def test_ordinary_names_that_differ_a_little_are_allowed() -> None:
    check_names(["Lot 1", "Lot I", "Lot l", "Lot 10", "Lot 1O", "Ete", "Été", "Œuvre", "Oeuvre"])


def test_a_negative_count_is_refused_with_its_row() -> None:
    error = refusal(ranked([3, -1]))
    assert (error.reason, error.row, dict(error.values)) == ("negative_count", 1, {"value": -1})


def test_more_ballots_than_an_exact_sum_can_hold_are_refused() -> None:
    assert refusal(ranked([2**62, 2**62])).reason == "too_many_ballots"


def test_a_mark_out_of_range_is_refused_with_its_row_and_column() -> None:
    error = refusal(grades([[1, 2], [1, 6]]))
    assert (error.reason, error.row, error.column) == ("mark_out_of_range", 1, 2)
    assert error.values["value"] == 6
    marks = np.array([[2]], np.uint8)
    approved = refusal(Approvals(("A",), marks, np.array([1])))
    assert approved.reason == "mark_out_of_range"


def test_arrays_of_another_shape_or_type_are_refused() -> None:
    counts = np.array([1], np.int64)
    assert refusal(Rankings(("A",), np.ones((1, 2), np.uint8), counts)).reason == "wrong_shape"
    floats = np.ones((1, 1)).astype(np.float64)
    assert refusal(Rankings(("A",), floats, counts)).reason == "wrong_type"  # type: ignore[arg-type]


def test_grades_must_be_there_and_differ() -> None:
    marks, counts = np.ones((1, 1), np.uint8), np.array([1], np.int64)
    assert refusal(Grades(("A",), (), marks, counts)).reason == "no_grades"
    assert refusal(Grades(("A",), ("good", "good"), marks, counts)).reason == "duplicate_grade"


def test_tallies_keep_each_option_s_counts_whatever_the_number_of_judges() -> None:
    ballots = from_tallies(["A", "B"], GRADES, [[1, 0, 0, 0, 9], [0, 4, 0, 0, 0]], 10**12)
    assert int(ballots.counts.sum()) == 10**12
    assert len(ballots.counts) <= 12
    assert int(ballots.counts[ballots.marks[:, 0] == 5].sum()) == 9
    assert int(ballots.counts[ballots.marks[:, 1] == 0].sum()) == 10**12 - 4


@pytest.mark.parametrize(
    ("tallies", "judges", "reason"),
    [
        ([[1, 2]], None, "wrong_shape"),
        ([[1, 2, 0, 0, -1]], None, "negative_count"),
        ([[1, 2, 0, 0, 0]], 2, "wrong_total"),
        ([[2**63, 0, 0, 0, 0]], None, "too_many_ballots"),
    ],
)
def test_impossible_tallies_are_refused(
    tallies: list[list[int]], judges: int | None, reason: str
) -> None:
    with pytest.raises(InvalidBallots) as refused:
        from_tallies(["A"], GRADES, tallies, judges)
    assert refused.value.reason == reason


def test_an_error_says_its_reason_values_and_place() -> None:
    error = InvalidBallots("bad_number", line=3, column=7, found="x")
    assert str(error) == "bad_number (found='x') line 3 column 7"
    assert set(error.values) == set(REASONS["bad_number"])


def test_ballots_that_are_fine_pass_unchanged() -> None:
    ballots = rankings({"A>B": 1})
    assert check(ballots) is ballots


def test_tallies_are_not_read_as_rankings() -> None:
    ballots = from_tallies(["A", "B"], GRADES, [[1, 0, 0, 0, 9], [0, 4, 0, 0, 6]])
    with pytest.raises(InvalidBallots, match="tallies_are_not_ballots"):
        as_rankings(ballots)
