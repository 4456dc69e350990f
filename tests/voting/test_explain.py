"""Explanations contain the numbers that decided."""

from __future__ import annotations

from tests.voting.ballot_builders import approvals, grades, rankings
from voting.explain import explain, explain_loss, headline
from voting.outcome import Sentence
from voting.tally import tally
from voting.ties import by_order

TENNESSEE = {"M>N>C>K": 42, "N>C>K>M": 26, "C>K>N>M": 15, "K>C>N>M": 17}


def test_majority_judgment_is_told_by_grades_and_the_step_that_separates() -> None:
    outcome = tally(grades([[1, 1], [1, 2], [3, 3], [3, 3], [5, 4]]), "majority_judgment")
    assert explain(outcome).summary == [
        Sentence("result.winner", {"winner": "B", "method": "majority_judgment", "received": 5}),
        Sentence(
            "reason.majority_judgment.grade",
            {"option": "B", "grade": "fair", "at_least": 3, "judges": 5},
        ),
        Sentence(
            "reason.majority_judgment.value",
            {
                "above": "B",
                "below": "A",
                "above_grade": "poor",
                "below_grade": "to reject",
                "grade": "fair",
                "removed": 1,
            },
        ),
    ]
    assert [sentence.id for sentence in explain_loss(outcome, "A")] == [
        "reason.majority_judgment.grade",
        "why_not.majority_judgment.value",
    ]


def test_instant_runoff_is_told_round_by_round() -> None:
    outcome = tally(rankings(TENNESSEE), "instant_runoff")
    assert explain(outcome).summary[1] == Sentence(
        "reason.instant_runoff.majority", {"option": "K", "votes": 58, "active": 100, "round": 3}
    )
    assert explain_loss(outcome, "N") == [
        Sentence(
            "why_not.instant_runoff.eliminated",
            {"option": "N", "votes": 26, "winner": "K", "winner_votes": 32, "round": 2},
        )
    ]
    assert [sentence.id.split(".")[-1] for sentence in explain(outcome).steps] == [
        "ballots",
        *["votes", "eliminated", "transfers"] * 2,
        "votes",
    ]


def test_schulze_is_told_by_contests_and_by_paths_when_there_is_a_cycle() -> None:
    outcome = tally(rankings(TENNESSEE), "schulze")
    assert explain(outcome).summary[1:] == [
        Sentence("reason.contests.all_won", {"option": "N", "contests": 3}),
        Sentence(
            "reason.contests.closest",
            {"first": "N", "second": "M", "for_first": 58, "for_second": 42},
        ),
    ]
    cycle = {"A>B>C": 23, "B>C>A": 17, "B>A>C": 2, "C>A>B": 10, "C>B>A": 8}
    told = explain_loss(tally(rankings(cycle), "schulze"), "A")
    assert told == [
        Sentence(
            "why_not.contests.lost",
            {"first": "B", "second": "A", "for_first": 27, "for_second": 33},
        ),
        Sentence(
            "why_not.schulze.paths",
            {
                "first": "B",
                "second": "A",
                "strength": 35,
                "path": ["B", "C", "A"],
                "back_strength": 33,
                "back_path": ["A", "B"],
            },
        ),
    ]


def test_approval_is_told_by_its_sums() -> None:
    outcome = tally(approvals({"AB": 3, "B": 2, "": 1}), "approval")
    assert explain(outcome).summary[1:] == [
        Sentence("reason.approval.score", {"option": "B", "score": 5, "ballots": 5}),
        Sentence(
            "reason.approval.behind",
            {"option": "A", "score": 3, "winner": "B", "winner_score": 5},
        ),
    ]


def test_a_tie_that_bears_on_the_winners_is_told_with_what_settled_it() -> None:
    left = tally(approvals({"A": 1, "B": 1}), "approval")
    assert headline(left).id == "result.tied"
    assert explain(left).summary[-1] == Sentence(
        "tie.place.left", {"tied": ["A", "B"], "number": 1}
    )
    settled = tally(approvals({"A": 1, "B": 1}), "approval", ties=by_order("BA"))
    assert [sentence.id for sentence in explain(settled).summary[-2:]] == [
        "tie.place.order",
        "tie.order_matters",
    ]
    assert explain_loss(left, "A")[0].id == "why_not.shares_first_place"
    assert explain_loss(settled, "B")[0].id == "why_not.won"
