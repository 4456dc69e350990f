"""Cumulative and quadratic voting: exact sums; over-spent ballots are set aside and reported."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting.ballot_builders import NAMES, drawn, evidence_of, points, scores
from voting.ballots import Ballots, Points, matrix_of, with_rows
from voting.ballots.grouping import distinct
from voting.explain import explain, explain_loss
from voting.formats import read, write
from voting.invalid import InvalidBallots
from voting.outcome import BallotCounts, Outcome, Sentence
from voting.tally import tally
from voting.ties import by_order

SLOW = examples(80)
POWERS = {"cumulative": 1, "quadratic": 2}
LIMITS = {"cumulative": "points_per_voter", "quadratic": "credits"}


def slow_count(
    ballots: Ballots, limit: int | None, power: int
) -> tuple[dict[str, int], BallotCounts]:
    """Ballot by ballot, with plain numbers."""
    sums = dict.fromkeys(ballots.options, 0)
    ballot_counts = {"counted": 0, "blank": 0, "over_spent": 0}
    rows = zip(matrix_of(ballots).tolist(), ballots.counts.tolist(), strict=True)
    for row, count in rows:
        cost = sum(abs(number) ** power for number in row)
        if limit is not None and cost > limit:
            ballot_counts["over_spent"] += count
        elif cost == 0:
            ballot_counts["blank"] += count
        else:
            ballot_counts["counted"] += count
            for name, number in zip(ballots.options, row, strict=True):
                sums[name] += number * count
    return sums, BallotCounts(**ballot_counts)


@st.composite
def signed(draw: st.DrawFn) -> Points:
    """Ballots whose numbers may be negative."""
    ballots = draw(drawn("points"))
    assert isinstance(ballots, Points)
    signs = [[draw(st.sampled_from([1, -1])) for _ in row] for row in ballots.points]
    turned = [
        [n * s for n, s in zip(row, sign, strict=True)]
        for row, sign in zip(ballots.points.tolist(), signs, strict=True)
    ]
    matrix = points(turned or [[0] * len(ballots.options)]).points[: len(turned)]
    return with_rows(ballots, matrix, ballots.counts)


def test_points_add_up_and_the_largest_sum_wins() -> None:
    # Two voters give 6 and 4, three give 1 and 9, one gives all to C, one nothing.
    outcome = tally(
        points([[6, 4, 0], [1, 9, 0], [0, 0, 10], [0, 0, 0]], [2, 3, 1, 1]), "cumulative"
    )
    assert outcome.scores == {"A": 15, "B": 35, "C": 10}
    assert outcome.winners == ("B",)
    assert outcome.ballot_counts == BallotCounts(counted=6, blank=1)
    assert evidence_of(outcome)["spent"] == 60
    assert outcome.options == {"points_per_voter": "any"}


def test_a_ballot_that_gives_more_points_than_it_has_counts_for_nothing() -> None:
    ballots = points([[7, 3, 0], [8, 3, 0], [0, 0, 99], [1, 2, 3]], [2, 3, 1, 1])
    outcome = tally(ballots, "cumulative", {"points_per_voter": "10"})
    assert outcome.scores == {"A": 15, "B": 8, "C": 3}
    assert outcome.ballot_counts == BallotCounts(counted=3, over_spent=4)
    assert evidence_of(outcome)["over_spent"] == {"1": 3, "89": 1}
    assert evidence_of(outcome)["limit"] == 10


def test_votes_cost_their_square() -> None:
    # 3 and 4 cost 9 + 16 = 25; 5 and 1 cost 26, one credit too much; 2, 2, 1 cost 9.
    ballots = points([[3, 4, 0], [5, 1, 0], [2, 2, 1]], [1, 2, 1])
    outcome = tally(ballots, "quadratic", {"credits": "25"})
    assert outcome.scores == {"A": 5, "B": 6, "C": 1}
    assert evidence_of(outcome)["spent"] == 25 + 9
    assert evidence_of(outcome)["over_spent"] == {"1": 2}
    assert outcome.ballot_counts == BallotCounts(counted=2, over_spent=2)


def test_votes_against_cost_as_much_and_are_refused_unless_allowed() -> None:
    ballots = points([[3, -4], [1, 0]])
    for method in POWERS:
        with pytest.raises(InvalidBallots) as refused:
            tally(ballots, method)
        assert (refused.value.reason, refused.value.row) == ("negative_points", 0)
        assert dict(refused.value.values) == {"name": "B", "value": -4}
    outcome = tally(ballots, "quadratic", {"negative_votes": "true", "credits": "25"})
    assert outcome.scores == {"A": 4, "B": -4}
    assert evidence_of(outcome)["spent"] == 26
    assert tally(ballots, "quadratic", {"negative_votes": "true", "credits": "24"}).scores["B"] == 0
    with pytest.raises(InvalidBallots, match="unknown_method_option"):
        tally(ballots, "cumulative", {"negative_votes": "true"})


def test_votes_that_cancel_are_not_a_blank_ballot() -> None:
    outcome = tally(points([[2, -2]]), "quadratic", {"negative_votes": "true"})
    assert (outcome.ballot_counts, evidence_of(outcome)["spent"]) == (BallotCounts(counted=1), 8)


@pytest.mark.parametrize("method", POWERS)
@SLOW
@given(data=st.data())
def test_sums_and_boxes_are_those_of_a_count_by_hand(method: str, data: st.DataObject) -> None:
    limit = data.draw(st.none() | st.integers(0, 30))
    options: dict[str, Any] = {} if limit is None else {LIMITS[method]: str(limit)}
    ballots = data.draw(drawn("points"))
    outcome = tally(ballots, method, options)
    assert (outcome.scores, outcome.ballot_counts) == slow_count(ballots, limit, POWERS[method])


@SLOW
@given(signed(), st.integers(0, 60))
def test_votes_against_are_counted_as_by_hand(ballots: Points, limit: int) -> None:
    outcome = tally(ballots, "quadratic", {"credits": str(limit), "negative_votes": "true"})
    assert (outcome.scores, outcome.ballot_counts) == slow_count(ballots, limit, 2)


def proven(outcome: Outcome) -> None:
    """Verify an outcome from its evidence alone, as a second program does."""
    evidence, power = evidence_of(outcome), POWERS[outcome.method]
    given_by: dict[str, dict[int, int]] = {
        name: {int(number): count for number, count in profile.items()}
        for name, profile in evidence["profile"].items()
    }
    for name, profile in given_by.items():
        assert outcome.scores[name] == sum(number * count for number, count in profile.items())
        assert sum(profile.values()) <= outcome.ballot_counts.counted
    spent = sum(abs(v) ** power * n for profile in given_by.values() for v, n in profile.items())
    assert spent == evidence["spent"]
    assert sum(evidence["over_spent"].values()) == outcome.ballot_counts.over_spent
    assert all(int(excess) > 0 for excess in evidence["over_spent"])
    if evidence["limit"] != "any":
        assert spent <= evidence["limit"] * outcome.ballot_counts.counted
    best = max(outcome.scores.values(), key=int)
    assert set(outcome.winners) == {n for n, score in outcome.scores.items() if score == best}


@SLOW
@given(signed(), st.sampled_from(["any", "5", "30"]))
def test_a_second_program_can_check_the_result_from_its_evidence(
    ballots: Points, limit: str
) -> None:
    proven(tally(ballots, "quadratic", {"credits": limit, "negative_votes": "true"}))


@pytest.mark.parametrize("method", POWERS)
@SLOW
@given(data=st.data())
def test_a_wider_limit_sets_no_more_ballots_aside(method: str, data: st.DataObject) -> None:
    ballots = data.draw(drawn("points"))
    low = data.draw(st.integers(0, 40))
    narrow, wide = (
        tally(ballots, method, {LIMITS[method]: str(limit)}).ballot_counts
        for limit in (low, low + 5)
    )
    assert wide.over_spent <= narrow.over_spent
    assert wide.received == narrow.received


def test_sums_beyond_64_bits_are_exact() -> None:
    outcome = tally(points([[10**6, 1], [0, 10**6]], [2**61, 2**61 - 1]), "quadratic")
    assert outcome.scores == {"A": 10**6 * 2**61, "B": 2**61 + 10**6 * (2**61 - 1)}
    assert evidence_of(outcome)["spent"] == 10**12 * (2**62 - 1) + 2**61


@SLOW
@given(signed(), st.sampled_from([0, 10**5]))
def test_equal_ballots_are_found_in_the_order_of_their_numbers(ballots: Points, far: int) -> None:
    # One ballot far from the others: numbers beyond a byte are sorted in another way.
    matrix = [*ballots.points.tolist(), [far] * len(ballots.options)]
    counts = [*ballots.counts.tolist(), 1]
    by_hand: dict[tuple[int, ...], int] = {}
    for row, count in zip(matrix, counts, strict=True):
        by_hand[tuple(row)] = by_hand.get(tuple(row), 0) + count
    found = distinct(points(matrix, counts))
    assert [tuple(row) for row in found.points.tolist()] == sorted(by_hand)
    assert found.counts.tolist() == [by_hand[row] for row in sorted(by_hand)]


def test_a_tie_is_left_and_told_or_settled_by_the_published_order() -> None:
    ballots = points([[2, 0, 2], [0, 1, 0]])
    left = tally(ballots, "cumulative")
    assert left.winners == ("A", "C")
    assert [(tie.tied, tie.rule, tie.order_matters) for tie in left.ties] == [
        (("A", "C"), "left", True)
    ]
    settled = tally(ballots, "cumulative", ties=by_order("CAB"))
    assert (settled.winners, settled.ties[0].rule) == (("C",), "order")


def test_only_over_spent_ballots_leave_every_option_tied_at_zero() -> None:
    outcome = tally(points([[9, 0], [0, 8]]), "cumulative", {"points_per_voter": "5"})
    assert outcome.winners == ("A", "B")
    assert outcome.ballot_counts == BallotCounts(over_spent=2)


def test_scores_are_read_as_points() -> None:
    outcome = tally(scores([[5, 1], [None, 3]]), "cumulative", {"points_per_voter": "5"})
    assert outcome.scores == {"A": 0, "B": 3}
    assert outcome.ballot_counts == BallotCounts(counted=1, over_spent=1)


def test_the_count_is_told_by_its_sums() -> None:
    ballots = points([[3, 4], [5, 1]], [2, 1])
    outcome = tally(ballots, "quadratic", {"credits": "25"})
    behind = {"option": "A", "score": 6, "winner": "B", "winner_score": 8}
    assert explain(outcome).summary == [
        Sentence("result.winner", {"winner": "B", "method": "quadratic", "received": 3}),
        Sentence("reason.quadratic.score", {"option": "B", "score": 8, "ballots": 2}),
        Sentence("reason.quadratic.behind", behind),
    ]
    assert explain(outcome).steps[1:] == [
        Sentence("step.quadratic.limit", {"limit": 25}),
        Sentence("step.quadratic.over_spent", {"ballots": 1, "most": 1}),
        Sentence("step.quadratic.spent", {"spent": 50}),
        Sentence("step.quadratic.score", {"option": "B", "score": 8}),
        Sentence("step.quadratic.score", {"option": "A", "score": 6}),
    ]
    assert explain_loss(outcome, "A") == [Sentence("why_not.quadratic.behind", behind)]
    without = tally(ballots, "cumulative")
    assert explain(without).steps[1] == Sentence("step.cumulative.no_limit", {})


OWN: dict[str, Any] = {
    "candidates": list(NAMES[:2]),
    "ballots": [{"count": 2, "votes": {"Parc": 3, "École": -1}}],
    "credits": 10,
}


def test_our_json_announces_what_a_voter_may_spend() -> None:
    election = read(json.dumps(OWN))
    assert election.settings == {"credits": "10"}
    assert read(write(election, "own")).settings == election.settings
    for wrong in (-1, 1.5, "ten", True, None):
        with pytest.raises(InvalidBallots) as refused:
            read(json.dumps({**OWN, "credits": wrong}, indent=1))
        assert (refused.value.reason, refused.value.values["name"]) == ("bad_field", "credits")
        assert refused.value.line is not None


PABULIB = """META
key;value
num_projects;2
num_votes;2
budget;100
vote_type;cumulative
max_sum_points;10
PROJECTS
project_id;cost
a;60
b;50
VOTES
voter_id;vote;points
1;a,b;6,4
2;b;11
"""


def test_pabulib_announces_the_sum_of_points() -> None:
    election = read(PABULIB)
    assert election.settings == {"points_per_voter": "10"}
    assert read(write(election, "pabulib")).settings == election.settings
    outcome = tally(election.ballots, "cumulative", election.settings)
    assert outcome.scores == {"a": 6, "b": 4}
    assert outcome.ballot_counts.over_spent == 1


@pytest.mark.parametrize("number", [1.5, "3", None, True, 10**6 + 1, [1]])
def test_only_whole_numbers_up_to_a_million_are_points(number: object) -> None:
    with pytest.raises(InvalidBallots) as refused:
        read(json.dumps({**OWN, "ballots": [{"votes": {"Parc": number}}]}))
    assert refused.value.reason in ("bad_field", "mark_out_of_range")
    assert (refused.value.row, refused.value.line) == (0, 1)
