"""Instant runoff: rounds, equal ranks, and ties that are broken or reported."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from tests.examples import examples
from tests.voting.ballot_builders import drawn, evidence_of, rankings
from tests.voting.oracles import runoff_winners
from voting.ballots import Rankings
from voting.ballots.checks import InvalidBallots
from voting.outcome import BallotCounts
from voting.tally import tally
from voting.ties import by_order

TENNESSEE = {"M>N>C>K": 42, "N>C>K>M": 26, "C>K>N>M": 15, "K>C>N>M": 17}


@examples(300)
@given(drawn("rankings", strict=True))
def test_all_who_can_win_are_those_of_every_way_of_breaking_ties(ballots: Rankings) -> None:
    outcome = tally(ballots, "instant_runoff", {"history": "none"})
    assert set(outcome.winners) == runoff_winners(ballots)


@examples(200)
@given(drawn("rankings"))
def test_no_ballot_is_lost_between_rounds(ballots: Rankings) -> None:
    for equal in ("exhaust", "skip"):
        outcome = tally(ballots, "instant_runoff", {"equal": equal})
        rounds = evidence_of(outcome)["rounds"]
        for entry in rounds:
            blank = outcome.ballot_counts.blank
            assert entry["active"] + entry["exhausted"] + blank == outcome.ballot_counts.received
            assert sum(entry["votes"].values()) == entry["active"]
        for entry, after in pairwise(rounds):
            moved = sum(entry["transfers"].values()) + entry["newly_exhausted"]
            assert moved == sum(entry["votes"][name] for name in entry["eliminated"])
            for name, votes in after["votes"].items():
                assert votes == entry["votes"][name] + entry["transfers"].get(name, 0)


def test_rounds_show_votes_transfers_and_who_left() -> None:
    outcome = tally(rankings(TENNESSEE), "instant_runoff")
    assert outcome.winners == ("K",)
    assert outcome.ranking == (("K",), ("M",), ("N",), ("C",))
    assert outcome.scores == {"C": 15, "K": 58, "M": 42, "N": 26}
    assert evidence_of(outcome)["rounds"][0] == {
        "round": 1,
        "votes": {"C": 15, "K": 17, "M": 42, "N": 26},
        "active": 100,
        "exhausted": 0,
        "eliminated": ["C"],
        "transfers": {"K": 15},
        "newly_exhausted": 0,
        "decided_by": "",
    }


def test_a_majority_ends_the_count_unless_the_last_two_are_asked_for() -> None:
    ballots = rankings({"A>B": 6, "B>C": 3, "C>B": 2})
    assert len(evidence_of(tally(ballots, "instant_runoff"))["rounds"]) == 1
    to_two = tally(ballots, "instant_runoff", {"until": "two"})
    assert to_two.winners == ("A",)
    assert evidence_of(to_two)["rounds"][-1]["votes"] == {"A": 6, "B": 5}


@pytest.mark.parametrize(
    ("equal", "votes", "exhausted"),
    [
        ("exhaust", {"A": 4, "C": 5, "D": 6}, 3),
        ("skip", {"A": 4, "C": 5, "D": 9}, 0),
        ("split", {"A": "11/2", "B": "3/2", "C": 5, "D": 6}, 0),
    ],
)
def test_equal_ranks_stop_the_ballot_are_passed_over_or_share_it(
    equal: str, votes: dict[str, int | str], exhausted: int
) -> None:
    ballots = rankings({"A=B>D": 3, "A": 4, "C": 5, "D": 6})
    outcome = tally(ballots, "instant_runoff", {"equal": equal})
    first = evidence_of(outcome)["rounds"][0]
    assert first["votes"] == {"B": 0} | votes
    assert first["exhausted"] == exhausted
    assert outcome.ballot_counts == BallotCounts(counted=15, over_marked=3)


def test_a_ballot_counts_up_to_its_equal_ranks() -> None:
    outcome = tally(rankings({"A>B=C": 2, "B": 3, "C": 3, "C>B": 1}), "instant_runoff")
    assert evidence_of(outcome)["rounds"][0]["votes"]["A"] == 2
    assert evidence_of(outcome)["rounds"][0]["newly_exhausted"] == 2


def test_equal_ranks_can_be_refused() -> None:
    with pytest.raises(InvalidBallots) as refused:
        tally(rankings({"A>B=C": 1}), "instant_runoff", {"equal": "refuse"})
    assert refused.value.reason == "equal_ranks"
    assert refused.value.values == {"names": ["B", "C"]}


def test_an_elimination_tie_is_decided_by_the_last_round_where_the_tied_differ() -> None:
    # Round 1: D leaves, its ballot goes to C; B and C then tie with 4, C had 3 before: C leaves.
    ballots = rankings({"A": 5, "B>A": 4, "C>B": 3, "D>C>B": 1})
    outcome = tally(ballots, "instant_runoff")
    second = evidence_of(outcome)["rounds"][1]
    assert (second["eliminated"], second["decided_by"]) == (["C"], "previous_rounds")
    assert [(tie.tied, tie.where, tie.rule, tie.order_matters) for tie in outcome.ties] == [
        (("B", "C"), "round:2", "previous_rounds", False)
    ]
    assert outcome.winners == ("B",)


def test_an_elimination_tie_that_stays_open_lists_all_who_can_still_win() -> None:
    ballots = rankings({"A>B": 4, "B>A": 3, "C>B": 3})
    outcome = tally(ballots, "instant_runoff")
    assert outcome.winners == ("A", "B")
    assert outcome.ranking == (("A", "B"), ("C",))
    assert [(tie.tied, tie.where, tie.rule, tie.order_matters) for tie in outcome.ties] == [
        (("B", "C"), "round:1", "left", True)
    ]


def test_among_options_tied_to_leave_the_one_listed_first_leaves() -> None:
    ballots = rankings({"A>B": 4, "B>A": 3, "C>B": 3})
    assert tally(ballots, "instant_runoff", ties=by_order("BCA")).winners == ("A",)
    outcome = tally(ballots, "instant_runoff", ties=by_order("CBA"))
    assert outcome.winners == ("B",)
    assert outcome.ties[0].rule == "order"
    assert outcome.ties[0].order_matters


def test_of_the_last_two_tied_the_one_listed_first_wins() -> None:
    ballots = rankings({"A": 2, "B": 2})
    assert tally(ballots, "instant_runoff", ties=by_order("BA")).winners == ("B",)


def test_options_that_nothing_can_save_leave_together_whatever_the_order() -> None:
    outcome = tally(rankings({"A": 5, "B": 4, "C>B": 1, "D>A": 1}), "instant_runoff")
    assert evidence_of(outcome)["rounds"][0]["eliminated"] == ["C", "D"]
    assert outcome.ties[0].rule == "safe_together"
    assert not outcome.ties[0].order_matters
    assert outcome.winners == ("A",)


def test_too_many_open_ties_are_said_to_be_unexplored_and_nobody_is_ruled_out() -> None:
    names = "ABCDEFGHIJKL"
    votes = {f"{name}>{names[place - 1]}>{names[place - 5]}": 1 for place, name in enumerate(names)}
    outcome = tally(rankings(votes), "instant_runoff")
    assert evidence_of(outcome)["explored"] is False
    assert outcome.winners == tuple(names)
    assert outcome.ties[0].rule == "left"
