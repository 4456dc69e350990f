"""Single transferable vote: quotas, transfers, and ties as its three rules say."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import pytest

from tests.voting.ballot_builders import evidence_of, rankings
from voting.formats import read
from voting.invalid import InvalidBallots
from voting.tally import tally
from voting.ties import by_order

DATA = os.environ.get("BEFFROI_DATA")
RULES = ("stv_scottish", "stv_wigm", "stv_meek")


@pytest.mark.real_data
@pytest.mark.skipif(not DATA, reason="BEFFROI_DATA does not name the folder of ballot files")
def test_glasgow_anderston_2007_by_stage() -> None:
    path = Path(str(DATA)) / "glasgow-2007-anderston-city.blt"
    election = read(path.read_bytes(), path.name)
    outcome = tally(election.ballots, "stv_scottish", seats=election.seats)
    stages = evidence_of(outcome)["stages"]
    assert outcome.winners == ("Craig MacKay", "Philip Braat", "Nina Baker", "Gordon Matheson")
    assert {stage["quota"] for stage in stages} == {"1381.00000"}
    assert [(stage["action"], stage["options"]) for stage in stages] == [
        ("first", []),
        ("surplus", ["Craig MacKay"]),
        ("exclusion", ["Dave Holladay"]),
        ("exclusion", ["Peter Murray"]),
        ("exclusion", ["Akhtar Khan"]),
        ("exclusion", ["Erin Boyle"]),
        ("surplus", ["Philip Braat"]),
        ("exclusion", ["Ann Laird"]),
    ]
    # Every vote is with an option or with nobody, to the fifth decimal.
    gone = Fraction(0)
    for stage in stages:
        votes = sum(map(Fraction, stage["votes"].values())) + Fraction(stage["non_transferable"])
        assert votes + gone == 6900


@pytest.mark.parametrize("rule", RULES)
def test_two_thirds_and_one_third_share_three_seats(rule: str) -> None:
    outcome = tally(rankings({"A>B>C": 60, "X>Y>Z": 40}), rule, seats=3)
    assert set(outcome.winners) == {"A", "B", "X"}


@pytest.mark.parametrize("rule", RULES)
def test_as_many_seats_as_options_elect_them_all(rule: str) -> None:
    outcome = tally(rankings({"A>B": 3, "B": 1}), rule, seats=5)
    assert set(outcome.winners) == {"A", "B"}


@pytest.mark.parametrize("rule", RULES)
def test_no_seat_is_refused(rule: str) -> None:
    with pytest.raises(InvalidBallots, match="bad_field"):
        tally(rankings({"A>B": 3}), rule, seats=0)


def test_a_scottish_transfer_value_is_cut_to_five_decimals() -> None:
    # Quota 4, surplus 3 of 7: 3/7 = 0.428571... is 0.42857 a paper.
    outcome = tally(rankings({"A>B": 7, "C": 1, "D": 1, "E": 1}), "stv_scottish", seats=2)
    second = evidence_of(outcome)["stages"][1]
    assert second["transfers"] == {"B": "2.99999"}
    assert second["non_transferable"] == "0.00001"
    exact = tally(rankings({"A>B": 7, "C": 1, "D": 1, "E": 1}), "stv_wigm", seats=2)
    assert evidence_of(exact)["stages"][1]["transfers"] == {"B": 3}


def test_an_exclusion_tie_is_decided_by_the_last_stage_where_they_differ() -> None:
    ballots = rankings({"A": 9, "B": 4, "C": 3, "D>C": 1, "E": 8})
    outcome = tally(ballots, "stv_scottish")
    assert [tie.rule for tie in outcome.ties] == ["previous_rounds"]
    assert evidence_of(outcome)["stages"][2]["options"] == ["C"]


@pytest.mark.parametrize("rule", RULES)
def test_an_open_tie_lists_all_who_can_be_elected_and_a_published_order_decides(rule: str) -> None:
    ballots = rankings({"A": 6, "B": 3, "C": 3})
    left = tally(ballots, rule, seats=2)
    assert left.winners == ("A", "B", "C")
    assert [(tie.rule, tie.order_matters) for tie in left.ties] == [("left", True)]
    assert set(tally(ballots, rule, seats=2, ties=by_order("CBA")).winners) == {"A", "C"}


def test_meek_rules_agree_where_nothing_is_close() -> None:
    ballots = rankings({"A>B>C": 37, "B>C": 20, "C>A": 18, "D>B": 25})
    certified = tally(ballots, "stv_meek", seats=2)
    assert certified.winners == tally(ballots, "stv_meek", {"rule": "prf"}, seats=2).winners
