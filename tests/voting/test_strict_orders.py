"""Ballots from plain Python sequences."""

import pytest
from hypothesis import given

from tests.voting.ballot_builders import GRADES, drawn
from voting.ballots import Rankings
from voting.invalid import InvalidBallots
from voting.kernels.strict_orders import grades_from_rows, rankings_from_orders


@given(drawn("rankings", strict=True))
def test_orders_of_option_numbers_are_the_rankings_they_say(ballots: Rankings) -> None:
    orders = [
        sorted((option for option, rank in enumerate(ranks) if rank), key=ranks.__getitem__)
        for ranks in ballots.ranks.tolist()
    ]
    read = rankings_from_orders(ballots.options, orders, ballots.counts.tolist())
    assert read.ranks.tolist() == ballots.ranks.tolist()
    assert read.counts.tolist() == ballots.counts.tolist()


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ((0, 0), "repeated_option"),
        ((0, 2), "unknown_number"),
        ((300,), "unknown_number"),
        ((-1,), "unknown_number"),
    ],
)
def test_an_order_that_cannot_be_is_refused(order: tuple[int, ...], reason: str) -> None:
    with pytest.raises(InvalidBallots) as refused:
        rankings_from_orders(["A", "B"], [(1,), order])
    assert refused.value.reason == reason


@pytest.mark.parametrize("row", [(6, 1), (300, 1), (-1, 1), (1,)])
def test_a_row_that_is_no_judgment_is_refused(row: tuple[int, ...]) -> None:
    assert grades_from_rows("AB", GRADES, [(1, 0)]).marks.tolist() == [[1, 0]]
    with pytest.raises(InvalidBallots):
        grades_from_rows("AB", GRADES, [row])
