"""Limits of one ballot, for every method that reads ballots."""

import pytest

from voting.ballot_rules import BallotRules, ballot_rules, packed, row_fits, unpack_rows, unpacked
from voting.ballots import kind_of
from voting.methods import METHODS

SETTINGS = {"cumulative": {"points_per_voter": "10"}, "quadratic": {"credits": "10"}}
# Way of voting -> marks of four options that are allowed, and marks that are not.
ALLOWED = {
    "grades": ([5, 0, 1, 5], [6, 0, 0, 0]),
    "approvals": ([1, 1, 0, 1], [2, 0, 0, 0]),
    "choice": ([0, 0, 1, 0], [1, 1, 0, 0]),
    "rankings": ([1, 2, 0, 3], [5, 0, 0, 0]),
    "scores": ([6, 1, 0, 3], [7, 0, 0, 0]),
}


def rules_of(method: str) -> BallotRules:
    return ballot_rules(method, 4, 5, SETTINGS.get(method))


@pytest.mark.parametrize("method", METHODS)
def test_a_ballot_of_every_method_is_packed_read_back_and_counted_as_its_kind(method: str) -> None:
    rules = rules_of(method)
    marks, wrong = ALLOWED.get(rules.kind, ([3, 0, 0, 1], [4, 4, 4, 4]))
    row = packed(rules, marks)
    assert unpacked(rules, row) == marks
    assert row_fits(rules, row)
    assert row_fits(rules, packed(rules, [0, 0, 0, 0])), "a blank ballot is one"
    assert not row_fits(rules, row[:-1])
    if rules.kind == "rankings":
        assert not row_fits(rules, bytes(wrong))
    else:
        assert not row_fits(rules, packed(rules, wrong))
    ballots = unpack_rows(rules.kind, "ABCD", [row], [3], "abcde" if rules.kind == "grades" else "")
    assert kind_of(ballots) == METHODS[method].ballot


def test_points_are_added_up_and_votes_squared() -> None:
    plain, squared = rules_of("cumulative"), rules_of("quadratic")
    assert (plain.most, plain.spends, plain.cost([4, 6])) == (10, 10, 10)
    assert (squared.most, squared.spends, squared.cost([3, 1])) == (3, 10, 10)
    assert row_fits(squared, packed(squared, [3, 1, 0, 0]))
    assert not row_fits(squared, packed(squared, [3, 1, 1, 0]))


def test_projects_worth_their_points_are_scored() -> None:
    rules = ballot_rules("mes_pb", 3, settings={"utility": "points"})
    assert (rules.kind, rules.least, rules.most) == ("scores", 0, 5)
    assert ballot_rules("mes_pb", 3).kind == "approvals"
