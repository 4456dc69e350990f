"""Would another method change the outcome, and where: the first place that differs, who moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting.ballot_builders import counted, drawn, rankings, scores
from voting.ballots import Rankings
from voting.comparing import Difference, Move, difference, places
from voting.tally import compare

# Halle wins its contests and leaves first when the fewest first choices are eliminated.
BALLOTS = rankings({"P>H": 40, "Q>H": 35, "H>Q": 25})


def test_a_comparison_says_where_each_ranking_parts_from_the_first_one() -> None:
    compared = compare(BALLOTS, ["instant_runoff", "schulze", "ranked_pairs"])
    assert compared.differ
    assert compared.winners["instant_runoff"] == ("Q",)
    assert set(compared.differences) == {"schulze", "ranked_pairs"}
    assert compared.differences["schulze"] == Difference(
        1, ("Q",), ("H",), (Move("H", 3, 1), Move("P", 2, 3), Move("Q", 1, 2))
    )


def test_the_same_first_place_may_hide_a_difference_below_it() -> None:
    ballots = rankings({"A>B>C": 5, "C>B": 4, "B>C": 3})
    compared = compare(ballots, ["plurality", "instant_runoff", "borda"])
    found = compared.differences["borda"]
    assert compared.winners["plurality"] == ("A",)
    assert found == difference(counted(ballots, "plurality"), counted(ballots, "borda"))
    assert found is not None
    assert found.place == 1
    assert found.options == ("A",)


def test_a_tie_that_another_method_breaks_is_a_difference() -> None:
    ballots = rankings({"A>B>C": 2, "B>A>C": 2, "C>B>A": 1})
    found = difference(counted(ballots, "plurality"), counted(ballots, "schulze"))
    assert found == Difference(1, ("A", "B"), ("B",), (Move("A", 1, 2),))


def test_rankings_that_are_the_same_have_no_difference() -> None:
    compared = compare(BALLOTS, ["schulze", "ranked_pairs"])
    assert not compared.differ
    assert compared.differences == {"ranked_pairs": None}


def test_ballots_read_otherwise_are_told() -> None:
    compared = compare(scores([[5, 3], [0, 4]]), ["score", "schulze"])
    assert compared.read_as == {"schulze": "rankings"}


@examples(60)
@given(drawn("rankings", strict=True), st.permutations(["plurality", "borda", "schulze"]))
def test_a_difference_holds_against_both_rankings(ballots: Rankings, methods: list[str]) -> None:
    one, other = (counted(ballots, method) for method in methods[:2])
    found, ours, theirs = difference(one, other), places(one.ranking), places(other.ranking)
    if found is None:
        assert ours == theirs
        return
    before = {name for name in ours if ours[name] < found.place}
    assert before == {name for name in theirs if theirs[name] < found.place}
    assert all(ours[name] == theirs[name] for name in before)
    assert found.options
    assert found.others
    assert set(found.options) != set(found.others)
    assert {move.option for move in found.moves} == {n for n in ours if ours[n] != theirs[n]}
