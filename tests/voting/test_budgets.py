"""Votes on projects: who is funded, what each supporter pays, and what is refused."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting import oracles
from tests.voting.ballot_builders import approvals, evidence_of, points
from voting.ballots import Approvals, Ballots, Points
from voting.formats import pabulib
from voting.invalid import InvalidBallots
from voting.tally import tally
from voting.ties import by_order

DATA = os.environ.get("BEFFROI_DATA")
NAMES = "ABCDEFGHIJKL"
RULES = ("greedy_pb", "mes_pb", "phragmen_pb")


@pytest.mark.real_data
@pytest.mark.skipif(not DATA, reason="BEFFROI_DATA does not name the folder of ballot files")
def test_wieliczka_2023_is_exact_to_the_project() -> None:
    text = (Path(str(DATA)) / "wieliczka-2023.pb").read_text()
    projects = text.partition("PROJECTS")[2].partition("VOTES\n")[0].splitlines()[2:]
    official = {line.split(";")[0] for line in projects if line.endswith(";1")}
    found = pabulib.read(text, strict=False)
    given: dict[str, Any] = {"budget": found.budget, "costs": found.costs}
    outcome = tally(found.ballots, "mes_pb", {"completion": "add1"}, **given)
    assert set(outcome.winners) == official
    assert (len(outcome.winners), evidence_of(outcome)["spent"]) == (30, 995_079)
    other = tally(found.ballots, "mes_pb", {"completion": "add1_exhaustive"}, **given)
    assert (len(other.winners), evidence_of(other)["spent"]) == (31, 984_579)


@st.composite
def elections(draw: st.DrawFn, most: int = 3) -> tuple[list[list[int]], list[int], int]:
    """Worths of each project to each voter, costs (often equal), and a budget."""
    size = draw(st.integers(2, 5))
    given = st.lists(st.integers(0, most), min_size=size, max_size=size).filter(any)
    voters = draw(st.lists(given, min_size=1, max_size=8))
    unit = draw(st.sampled_from([1, 1, 7, 10**6 + 3]))
    costs = draw(st.lists(st.integers(1, 12), min_size=size, max_size=size))
    return voters, [cost * unit for cost in costs], draw(st.integers(1, 30)) * unit


Election = tuple[list[list[int]], list[int], int]
SHARES = {
    "utility": st.sampled_from(["cost", "cardinality", "points"]),
    "completion": st.sampled_from(
        ["none", "add1", "add1_exhaustive", "add1_exhaustive_utilitarian"]
    ),
    "start": st.sampled_from(["exact", "floor"]),
}


@examples(100)
@given(election=elections(), options=st.fixed_dictionaries(SHARES), step=st.integers(1, 3))
def test_equal_shares_of_points_are_those_of_the_definition(
    election: Election, options: dict[str, str], step: int
) -> None:
    voters, costs, budget = election
    more: dict[str, Any] = {**options, "increment": step * -(-max(costs) // 12)}
    expected = oracles.equal_shares(voters, costs, budget, **more)
    assert funded(points(voters), "mes_pb", costs, budget, **more) == named(expected)


@examples(100)
@given(election=elections(most=1), options=st.fixed_dictionaries(SHARES), times=st.integers(1, 3))
def test_equal_shares_of_approvals_are_those_of_the_definition(
    election: Election, options: dict[str, str], times: int
) -> None:
    voters, costs, budget = election
    more: dict[str, Any] = {**options, "increment": -(-max(costs) // 12)}
    expected = oracles.equal_shares(voters * times, costs, budget, **more)
    ballots = marked(voters, [times] * len(voters))
    assert funded(ballots, "mes_pb", costs, budget, **more) == named(expected)
    again = marked(voters * times, [1] * len(voters) * times)
    assert funded(again, "mes_pb", costs, budget, **more) == named(expected)


@examples(100)
@given(election=elections(most=1), times=st.integers(1, 3))
def test_phragmen_funds_what_its_definition_does(election: Election, times: int) -> None:
    voters, costs, budget = election
    expected = oracles.sequential_phragmen(voters * times, costs, budget)
    ballots = marked(voters, [times] * len(voters))
    outcome = tally(ballots, "phragmen_pb", **asked(costs, budget))
    assert outcome.winners == named([one for one, _ in expected])
    loads = [Fraction(step["load"]) for step in evidence_of(outcome)["steps"]]
    assert loads == [load for _, load in expected]


@pytest.mark.parametrize("utility", ["cost", "points"])
def test_equal_shares_of_many_voters_are_those_of_the_definition(utility: str) -> None:
    """Enough voters and purchases that floats have something to round."""
    rng = np.random.default_rng(7)
    voters = rng.integers(-4, 4, (60, 12)).clip(0, 3)
    voters = voters[voters.any(axis=1)]
    costs = [int(cost) for cost in rng.integers(1_000, 90_000, 12)]
    budget = sum(costs) // 2
    more: dict[str, Any] = {"completion": "add1", "increment": 200, "utility": utility}
    expected = oracles.equal_shares(voters.tolist(), costs, budget, **more)
    assert len(expected) > 4
    ballots = Points(tuple(NAMES), np.asfortranarray(voters), np.ones(len(voters), np.int64))
    assert funded(ballots, "mes_pb", costs, budget, **more) == named(expected)


@examples(100)
@given(election=elections(), method=st.sampled_from(["points", "cost", "phragmen_pb", "greedy_pb"]))
def test_a_thousand_million_times_the_ballots_and_the_money_change_nothing(
    election: Election, method: str
) -> None:
    voters, costs, budget = election
    times = 10**9
    rule = method if method in RULES else "mes_pb"
    more = {"utility": method} if rule == "mes_pb" else {}
    few = funded(points(voters), rule, costs, budget, **more)
    ballots = points(voters, [times] * len(voters))
    assert funded(ballots, rule, [cost * times for cost in costs], budget * times, **more) == few


@pytest.mark.parametrize(("cost", "enough"), [(2, True), (3, False)])
def test_money_that_floats_cannot_tell_from_a_cost_is_told_apart(cost: int, enough: bool) -> None:
    """Each holds a third of 10**17, known to floats within 4; after A it is 2 exactly."""
    outcome = tally(
        approvals({"AB": 2, "ACD": 1}),
        "mes_pb",
        budget=10**17,
        costs={"A": 10**17 - 6, "B": 3, "C": cost, "D": 10**17},
    )
    assert set(outcome.winners) == ({"A", "B", "C"} if enough else {"A", "B"})
    if not enough:
        assert evidence_of(outcome)["refused"]["C"]["available"] == 2


def marked(voters: list[list[int]], counts: list[int]) -> Approvals:
    marks = np.array(voters, np.uint8, order="F")
    return Approvals(tuple(NAMES[: marks.shape[1]]), marks, np.array(counts, np.int64))


def asked(costs: list[int], budget: int) -> dict[str, Any]:
    """The budget, what each project costs, and the order that decides ties."""
    names = NAMES[: len(costs)]
    return {
        "budget": budget,
        "costs": dict(zip(names, costs, strict=True)),
        "ties": by_order(names),
    }


def funded(
    ballots: Ballots, method: str, costs: list[int], budget: int, **options: Any
) -> tuple[str, ...]:
    return tally(ballots, method, options, **asked(costs, budget)).winners


def named(projects: list[int]) -> tuple[str, ...]:
    return tuple(NAMES[project] for project in projects)


def test_greedy_passes_over_what_does_not_fit() -> None:
    outcome = tally(
        approvals({"ABC": 2, "AB": 1, "A": 1}),
        "greedy_pb",
        budget=10,
        costs={"A": 6, "B": 5, "C": 4},
    )
    assert outcome.winners == ("A", "C")
    assert evidence_of(outcome)["refused"]["B"] == {"votes": 3, "cost": 5, "left": 4}


def test_phragmen_shares_each_cost_among_supporters() -> None:
    outcome = tally(
        approvals({"AB": 2, "C": 1}), "phragmen_pb", budget=2, costs={"A": 1, "B": 1, "C": 1}
    )
    # A or B first, at 1/2; then the other and C would both come to 1, and it has more votes.
    assert set(outcome.winners) == {"A", "B"}
    assert [step["load"] for step in evidence_of(outcome)["steps"]] == ["1/2", 1]
    assert evidence_of(outcome)["refused"]["C"]["load"] == 1


@pytest.mark.parametrize("rule", RULES)
def test_a_cost_of_zero_and_a_missing_budget_are_refused(rule: str) -> None:
    ballots = approvals({"A": 1, "B": 1})
    with pytest.raises(InvalidBallots, match="bad_field"):
        tally(ballots, rule, budget=5, costs={"A": 0, "B": 1})
    with pytest.raises(InvalidBallots, match="missing_field"):
        tally(ballots, rule, costs={"A": 1, "B": 1})
    with pytest.raises(InvalidBallots, match="missing_field"):
        tally(ballots, rule, budget=5, costs={"A": 1})


@pytest.mark.parametrize("rule", RULES)
def test_a_project_dearer_than_the_budget_is_not_funded(rule: str) -> None:
    outcome = tally(approvals({"AB": 3, "A": 1}), rule, budget=5, costs={"A": 6, "B": 2})
    assert outcome.winners == ("B",)
