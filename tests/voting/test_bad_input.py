"""Bad and odd input: each has one answer, the same for every method of the table."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting.ballot_builders import counted, evidence_of, front
from voting.ballots import Ballots, Points, kind_of, matrix_of, received, with_rows
from voting.ballots.packing import unpack
from voting.explain import explain, explain_loss
from voting.formats import read
from voting.invalid import REASONS, InvalidBallots
from voting.methods import METHODS
from voting.outcome import BallotCounts, Outcome
from voting.records.documents import as_document, from_document
from voting.tally import needed_by, tally
from voting.ties import by_order

ALL = sorted(METHODS)
FUNDING = [name for name in ALL if METHODS[name].needs == "budget"]
ELECTING = [name for name in ALL if METHODS[name].needs == "seats"]
ORDERED = [name for name in ALL if "set" not in METHODS[name].claims]
FIELDS = {
    "rankings": "ranking",
    "grades": "grades",
    "approvals": "approvals",
    "scores": "scores",
    "points": "points",
}
GRADES = ["bad", "fair", "good"]


def vote(kind: str, liked: list[str]) -> Any:
    """A ballot that puts these options first, as a file writes it; none is blank."""
    match kind:
        case "rankings":
            return [[name] for name in liked]
        case "grades":
            return dict.fromkeys(liked, "good")
        case "approvals":
            return liked
    return dict.fromkeys(liked, 3)


def document(
    method: str, names: list[str], votes: list[tuple[list[str], Any]], **more: Any
) -> dict[str, Any]:
    """A file for a method: `votes` are the options put first and the number of such ballots."""
    kind = METHODS[method].ballot
    rows = [{"count": count, FIELDS[kind]: vote(kind, liked)} for liked, count in votes]
    found = {"candidates": names, "ballots": rows, "kind": FIELDS[kind], **more}
    return found | ({"grades": GRADES} if kind == "grades" else {})


def ballots_for(method: str, names: list[str], votes: list[tuple[list[str], Any]]) -> Ballots:
    """The ballots of such a file."""
    return read(json.dumps(document(method, names, votes))).ballots


def refusal(file: dict[str, Any] | str, method: str = "", **options: Any) -> InvalidBallots:
    """The error that a file raises, in its reader or in the count."""
    text = file if isinstance(file, str) else json.dumps(file, indent=1)
    with pytest.raises(InvalidBallots) as refused:
        tally(read(text).ballots, method, options)
    return refused.value


def outcome_of(file: dict[str, Any], method: str) -> Outcome:
    """The count of a file, with what it says beside its ballots."""
    election = read(json.dumps(file))
    needed = needed_by(method, election.seats, election.budget, election.costs)
    return tally(election.ballots, method, **needed)


def refused_count(file: dict[str, Any], method: str) -> InvalidBallots:
    """The error that such a count raises."""
    with pytest.raises(InvalidBallots) as refused:
        outcome_of(file, method)
    return refused.value


def paid(method: str, ballots: Ballots, cost: int) -> dict[str, Any]:
    """Budget of a coin a ballot and equal costs, for methods that fund projects."""
    if method not in FUNDING:
        return {}
    return {"budget": received(ballots), "costs": dict.fromkeys(ballots.options, cost)}


def told_whole(outcome: Outcome) -> None:
    """Everything that is shown of an outcome can be made, and kept."""
    assert explain(outcome).summary
    assert explain(outcome).steps
    for name in outcome.scores:
        assert explain_loss(outcome, name)
    assert from_document(as_document(outcome)) == outcome


@pytest.mark.parametrize("method", ALL)
def test_a_poll_without_options_is_refused(method: str) -> None:
    error = refusal(document(method, [], []), method)
    assert (error.reason, error.line) == ("no_options", 1)
    ballots = ballots_for(method, ["A"], [])
    with pytest.raises(InvalidBallots, match="no_options"):
        counted(with_rows(ballots, matrix_of(ballots)[:, :0], ballots.counts, ()), method)


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("ballots", [0, 1, 10**12])
def test_a_single_option_wins_even_with_no_ballot_unless_it_must_be_paid_for(
    method: str, ballots: int
) -> None:
    votes = [(["A"], ballots)] if ballots else []
    outcome = counted(ballots_for(method, ["A"], votes), method)
    unpaid = ballots == 0 and method in FUNDING
    assert outcome.winners == (() if unpaid else ("A",))
    assert outcome.ties == ()
    assert outcome.ballot_counts == BallotCounts(counted=ballots)
    assert explain(outcome).summary


@pytest.mark.parametrize("method", ALL)
def test_without_ballots_everybody_is_tied_and_nothing_is_funded(method: str) -> None:
    outcome = counted(ballots_for(method, ["A", "B", "C"], []), method)
    assert front(outcome) == (() if method in FUNDING else ("A", "B", "C"))
    assert outcome.ballot_counts == BallotCounts()
    told_whole(outcome)


@pytest.mark.parametrize("method", ALL)
def test_blank_ballots_are_counted_as_blank_and_decide_nothing(method: str) -> None:
    outcome = counted(ballots_for(method, ["A", "B", "C"], [([], 5)]), method)
    assert front(outcome) == (() if method in FUNDING else ("A", "B", "C"))
    assert outcome.ballot_counts == BallotCounts(blank=5)
    told_whole(outcome)
    beside = counted(ballots_for(method, ["A", "B", "C"], [([], 10**6), (["B"], 1)]), method)
    assert beside.winners == ("B",)
    assert beside.ballot_counts.blank == 10**6


@pytest.mark.parametrize("method", ALL)
def test_when_all_are_tied_all_are_named_and_a_published_order_names_one(method: str) -> None:
    rotations = [(["A", "B", "C"], 2), (["B", "C", "A"], 2), (["C", "A", "B"], 2)]
    ballots = ballots_for(method, ["A", "B", "C"], rotations)
    left = counted(ballots, method)
    assert front(left) == ("A", "B", "C")
    told_whole(left)
    if method == "smith_set":  # a set, not a place: nothing to settle
        return
    assert any(set(tie.tied) == {"A", "B", "C"} and tie.rule == "left" for tie in left.ties)
    # Whatever the order, it and nothing else says who comes first.
    firsts = {counted(ballots, method, ties=by_order(o)).winners for o in ("ABC", "BCA", "CAB")}
    assert firsts == {("A",), ("B",), ("C",)}


@pytest.mark.parametrize("method", ALL)
def test_one_ballot_in_a_million_million_decides(method: str) -> None:
    ballots = ballots_for(method, ["A", "B"], [(["A"], 10**12), (["B"], 10**12 + 1)])
    outcome = counted(ballots, method, **paid(method, ballots, 10**12 + 1))
    assert outcome.winners == ("B",)
    assert outcome.ballot_counts.received == 2 * 10**12 + 1
    # Beyond what a float can tell apart.
    beyond = ballots_for(method, ["A", "B"], [(["A"], 2**54), (["B"], 2**54 + 1)])
    assert counted(beyond, method, **paid(method, beyond, 2**54 + 1)).winners == ("B",)


@pytest.mark.parametrize("method", ALL)
def test_too_many_ballots_to_add_up_are_refused(method: str) -> None:
    error = refusal(document(method, ["A", "B"], [(["A"], 2**61), (["B"], 2**61 + 1)]), method)
    assert (error.reason, dict(error.values)) == ("too_many_ballots", {"limit": 2**62})


@pytest.mark.slow
@pytest.mark.parametrize("method", ALL)
def test_five_hundred_options_are_counted(method: str) -> None:
    names = [f"option {number:03}" for number in range(500)]
    draw = np.random.default_rng(3)
    votes: list[tuple[list[str], Any]] = [
        ([names[place] for place in draw.permutation(500)[:4]], 10**9 + number)
        for number in range(40)
    ]
    votes.append(([names[7]], 10**12))
    ballots = ballots_for(method, names, votes)
    outcome = counted(ballots, method, **paid(method, ballots, 10**12))
    assert outcome.winners == (names[7],)
    assert len(outcome.scores) == 500
    assert outcome.ballot_counts.received == sum(count for _, count in votes)
    told_whole(outcome)


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["Parc", "Halle", "Parc"], "duplicate_option"),
        (["Parc", "P\u0430rc"], "look_alike_options"),
        (["École", "E\u0301cole"], "look_alike_options"),
        (["Le parc", "Le  parc"], "look_alike_options"),
        (["Parc", " Parc"], "look_alike_options"),
        (["Parc", "Pa\u200drc"], "look_alike_options"),
        (["Parc", ""], "empty_name"),
        (["Parc", "\u00a0"], "empty_name"),
        (["Parc", "Ha\nlle"], "control_character"),
    ],
)
def test_names_that_cannot_be_told_apart_or_seen_are_refused(
    method: str, names: list[str], reason: str
) -> None:
    error = refusal(document(method, names, []), method)
    assert error.reason == reason
    assert error.line is not None
    ballots = ballots_for(method, ["A", "B", "C"][: len(names)], [])
    with pytest.raises(InvalidBallots) as refused:
        counted(with_rows(ballots, matrix_of(ballots), ballots.counts, tuple(names)), method)
    assert refused.value.reason == reason


@pytest.mark.parametrize("method", ALL)
def test_names_that_differ_by_case_are_two_options(method: str) -> None:
    outcome = counted(ballots_for(method, ["parc", "Parc"], [(["Parc"], 2)]), method)
    assert outcome.winners == ("Parc",)


@pytest.mark.parametrize("method", ALL)
def test_an_option_that_nobody_announced_or_named_twice_on_a_ballot_is_refused(method: str) -> None:
    error = refusal(document(method, ["A", "B"], [(["A"], 1), (["Z"], 1)]), method)
    assert (error.reason, error.row, dict(error.values)) == ("unknown_option", 1, {"name": "Z"})
    if METHODS[method].ballot in ("rankings", "approvals"):
        error = refusal(document(method, ["A", "B"], [(["A", "A"], 1)]), method)
        assert (error.reason, dict(error.values)) == ("repeated_option", {"name": "A"})
    else:
        text = json.dumps(document(method, ["A", "B"], [(["A", "B"], 1)]))
        error = refusal(text.replace('"B": ', '"A": '), method)
        assert (error.reason, dict(error.values)) == ("repeated_field", {"name": "A"})


OUT_OF_RANGE: dict[str, list[Any]] = {
    "grades": [{"A": "excellent"}, {"A": 2}, {"A": None}],
    "approvals": [{"A": 1}, "A", [1]],
    "scores": [{"A": 255}, {"A": -1}, {"A": 1.5}, {"A": "3"}, {"A": float("nan")}],
    "points": [{"A": 10**6 + 1}, {"A": 0.5}, {"A": "3"}, {"A": float("nan")}, {"A": 10**30}],
    "rankings": [["A", 2], {"A": 1}, "A", [[["A"]]]],
}


@pytest.mark.parametrize("method", ALL)
def test_a_mark_out_of_its_range_is_refused_with_its_line(method: str) -> None:
    kind = METHODS[method].ballot
    for wrong in OUT_OF_RANGE[kind]:
        file = document(method, ["A", "B"], [(["B"], 1)])
        file["ballots"].append({FIELDS[kind]: wrong})
        error = refusal(file, method)
        assert error.reason in ("bad_field", "mark_out_of_range", "unknown_option")
        assert error.row == 1
        assert json.dumps(file, indent=1).splitlines()[(error.line or 0) - 1] == "  {"


@pytest.mark.parametrize("method", [name for name in ALL if METHODS[name].ballot == "rankings"])
def test_more_ranks_than_a_byte_holds_are_refused_and_ties_keep_within(method: str) -> None:
    names = [f"option {number:03}" for number in range(300)]
    error = refusal(document(method, names, [(names, 1)]), method)
    assert (error.reason, dict(error.values)) == ("rank_out_of_range", {"value": 300, "limit": 255})
    assert error.line is not None
    file = document(method, names, [])
    file["ballots"] = [{"ranking": [[names[0]], names[1:]]}]
    assert tally(read(json.dumps(file)).ballots, method).winners == (names[0],)


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (-1, "negative_count"),
        (-(10**30), "negative_count"),
        (1.5, "bad_count"),
        (2.0, "bad_count"),
        (float("nan"), "bad_count"),
        (float("inf"), "bad_count"),
        ("3", "bad_count"),
        (None, "bad_count"),
        (True, "bad_count"),
        (2**62, "bad_count"),
    ],
)
def test_a_count_that_is_not_a_whole_number_of_ballots_is_refused(
    method: str, count: object, reason: str
) -> None:
    error = refusal(document(method, ["A", "B"], [(["A"], 1), (["B"], count)]), method)
    assert (error.reason, error.row) == (reason, 1)
    assert error.line is not None


@pytest.mark.parametrize("method", ALL)
def test_ballots_counted_zero_times_are_as_if_they_were_not_there(method: str) -> None:
    ballots = ballots_for(method, ["A", "B"], [(["A"], 0), (["B"], 2)])
    assert counted(ballots, method) == counted(
        ballots_for(method, ["A", "B"], [(["B"], 2)]), method
    )


@pytest.mark.parametrize("method", ALL)
def test_arrays_that_are_not_whole_numbers_or_not_of_the_same_length_are_refused(
    method: str,
) -> None:
    ballots = ballots_for(method, ["A", "B"], [(["A"], 1), (["B"], 2)])
    wrong: list[tuple[Any, Any, str]] = [
        (matrix_of(ballots).astype(np.float64) * np.nan, ballots.counts, "wrong_type"),
        (matrix_of(ballots), ballots.counts / 2, "wrong_type"),
        (matrix_of(ballots), np.array([1, -2]), "negative_count"),
        (matrix_of(ballots), np.array([1]), "wrong_shape"),
        (matrix_of(ballots)[:, :1], ballots.counts, "wrong_shape"),
    ]
    for matrix, counts, reason in wrong:
        with pytest.raises(InvalidBallots) as refused:
            counted(with_rows(ballots, matrix, counts), method)
        assert refused.value.reason == reason
    with pytest.raises(InvalidBallots, match="ballot_length"):
        unpack(kind_of(ballots), ["A", "B"], [b"\x01"])


@pytest.mark.parametrize("method", FUNDING)
@pytest.mark.parametrize("cost", [0, -5, True, 1.5, "60", None, float("nan"), 2**62])
def test_a_cost_that_is_not_a_whole_number_above_zero_is_refused(method: str, cost: object) -> None:
    file = document(method, ["A", "B"], [(["A"], 1)], budget=100, costs={"A": cost, "B": 1})
    error = refused_count(file, method)
    assert error.reason == "bad_field"
    assert "A" in str(error.values["name"])


@pytest.mark.parametrize("method", FUNDING)
@pytest.mark.parametrize("budget", [0, -1, 1.5, "100", True, float("nan"), 2**62])
def test_a_budget_that_is_not_a_whole_number_above_zero_is_refused(
    method: str, budget: object
) -> None:
    file = document(method, ["A"], [(["A"], 1)], budget=budget, costs={"A": 1})
    error = refused_count(file, method)
    assert (error.reason, error.values["name"]) == ("bad_field", "budget")


@pytest.mark.parametrize("method", FUNDING)
def test_without_a_budget_or_a_cost_nothing_is_counted_and_it_is_said(method: str) -> None:
    ballots = ballots_for(method, ["A", "B"], [(["A"], 1)])
    for given_, missing in ((None, "budget"), (100, "costs: B")):
        with pytest.raises(InvalidBallots) as refused:
            tally(ballots, method, budget=given_, costs={"A": 1})
        assert (refused.value.reason, refused.value.values["name"]) == ("missing_field", missing)


@pytest.mark.parametrize("method", FUNDING)
def test_a_project_above_the_budget_is_never_funded_and_it_is_said(method: str) -> None:
    ballots = ballots_for(method, ["A", "B"], [(["A"], 9), (["A", "B"], 1)])
    # Every supporter's share is enough here: one has 1000 of 10 000, and B costs 1000.
    outcome = tally(ballots, method, budget=10_000, costs={"A": 10_001, "B": 1_000})
    assert outcome.winners == ("B",)
    assert [said.id for said in explain_loss(outcome, "A")] == ["why_not.funding.too_dear"]
    none = tally(ballots, method, budget=10, costs={"A": 11, "B": 10**17})
    assert (none.winners, evidence_of(none)["spent"]) == ((), 0)
    told_whole(none)
    exact = tally(ballots, method, budget=10, costs={"A": 10, "B": 10})
    assert exact.winners == ("A",)


@pytest.mark.parametrize("method", ELECTING)
@pytest.mark.parametrize("seats", [3, 4, 10**17])
def test_with_as_many_seats_as_options_everybody_is_elected(method: str, seats: int) -> None:
    ballots = ballots_for(method, ["A", "B", "C"], [(["A", "B"], 5), (["C"], 1), (["B"], 2)])
    outcome = tally(ballots, method, seats=seats)
    assert set(outcome.winners) == {"A", "B", "C"}
    assert not any(tie.order_matters for tie in outcome.ties)
    told_whole(outcome)


@pytest.mark.parametrize("method", ELECTING)
@pytest.mark.parametrize("seats", [0, -1, 1.5, "2", True, None, float("nan"), 10**18])
def test_a_number_of_seats_that_is_not_a_whole_number_above_zero_is_refused(
    method: str, seats: object
) -> None:
    file = document(method, ["A", "B"], [(["A"], 1)], seats=seats)
    error = refused_count(file, method)
    assert (error.reason, error.values["name"]) == ("bad_field", "seats")


ODD = st.sampled_from(
    [0, 1, 2, 3, -1, 7, 254, 255, 256, 10**6, 10**12, 2**61, 1.5, float("nan"), "", "A", True, None]
)
NAMES = st.lists(st.sampled_from(["A", "B", "C", "a", "\u0410", "", "B "]), max_size=4)
LIKED = st.lists(st.sampled_from(["A", "B", "C", "Z"]), max_size=3)


@pytest.mark.parametrize("method", ALL)
@examples(60)
@given(data=st.data())
def test_whatever_is_given_is_counted_and_told_or_refused_with_a_reason(
    method: str, data: st.DataObject
) -> None:
    usual = st.sampled_from([["A", "B"], ["A", "B", "C"], ["A"]])
    names = data.draw(st.one_of(usual, usual, NAMES))
    votes = data.draw(st.lists(st.tuples(LIKED, st.one_of(st.integers(0, 4), ODD)), max_size=4))
    file = document(method, names, votes)
    for name in ("seats", "budget", "max_score", "credits", "points_per_voter", "judges"):
        if data.draw(st.booleans()):
            file[name] = data.draw(ODD)
    costs = {name: data.draw(st.one_of(st.just(1), ODD)) for name in names}
    file["costs"] = costs
    try:
        outcome = outcome_of(file, method)
    except InvalidBallots as error:
        assert set(error.values) <= set(REASONS[error.reason])  # noqa: PT017
        return
    told_whole(outcome)


def test_points_out_of_range_in_arrays_are_refused_with_their_place() -> None:
    points = Points(("A", "B"), np.array([[1, 2], [3, 10**6 + 1]]), np.array([1, 1]))
    with pytest.raises(InvalidBallots) as refused:
        tally(points, "cumulative")
    assert (refused.value.reason, refused.value.row, refused.value.column) == (
        "mark_out_of_range",
        1,
        2,
    )


@pytest.mark.parametrize("method", ORDERED)
def test_the_largest_options_list_still_has_one_winner_by_a_published_order(method: str) -> None:
    names = [f"{number:02}" for number in range(60)]
    outcome = counted(ballots_for(method, names, []), method, ties=by_order(names[::-1]))
    assert outcome.winners == ("59",)


@pytest.mark.parametrize(
    ("method", "options", "votes", "reason"),
    [
        ("score", {"max_score": "2"}, [["A"], [], ["B"]], "mark_out_of_range"),
        ("star", {"max_score": "2"}, [["A"], [], ["B"]], "mark_out_of_range"),
        ("instant_runoff", {"equal": "refuse"}, [["B"], [], ["A", "B"]], "equal_ranks"),
        ("stv_meek", {"equal": "refuse"}, [["B"], [], ["A", "B"]], "equal_ranks"),
    ],
)
def test_a_ballot_that_a_method_refuses_is_named_by_its_place_in_the_file(
    method: str, options: dict[str, Any], votes: list[list[str]], reason: str
) -> None:
    # The option that comes last by name comes first in the file, and a blank ballot between.
    ballots = ballots_for(method, ["B", "A"], [(liked, 1) for liked in votes])
    matrix = matrix_of(ballots).copy()
    if reason == "mark_out_of_range":
        matrix[0] = [2, 1]
    else:
        matrix[2] = [1, 1]
    with pytest.raises(InvalidBallots) as refused:
        tally(with_rows(ballots, matrix, ballots.counts), method, options)
    assert (refused.value.reason, refused.value.row) == (reason, 2)
