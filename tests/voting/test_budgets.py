"""Votes on projects: who is funded, what each supporter pays, and what is refused."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.ballot_builders import approvals
from voting.formats import pabulib
from voting.invalid import InvalidBallots
from voting.tally import tally

DATA = os.environ.get("BEFFROI_DATA")
RULES = ("greedy_pb", "mes_pb", "phragmen_pb")


@pytest.mark.real_data
@pytest.mark.skipif(not DATA, reason="BEFFROI_DATA does not name the folder of ballot files")
def test_wieliczka_2023_is_exact_to_the_project() -> None:
    text = (Path(str(DATA)) / "wieliczka-2023.pb").read_text()
    projects = text.partition("PROJECTS")[2].partition("VOTES\n")[0].splitlines()[2:]
    official = {line.split(";")[0] for line in projects if line.endswith(";1")}
    found = pabulib.read(text, strict=False)
    given: dict[str, Any] = {"budget": found.budget, "costs": found.costs}
    outcome = tally(found.ballots, "mes_pb", completion="add1", **given)
    assert set(outcome.winners) == official
    assert (len(outcome.winners), outcome.evidence["spent"]) == (30, 995_079)
    other = tally(found.ballots, "mes_pb", completion="add1_exhaustive", **given)
    assert (len(other.winners), other.evidence["spent"]) == (31, 984_579)


@settings(max_examples=150, deadline=None)
@given(
    votes=st.dictionaries(
        st.sets(st.sampled_from("ABCD"), min_size=1).map(lambda one: "".join(sorted(one))),
        st.integers(1, 5),
        min_size=1,
        max_size=6,
    ),
    prices=st.lists(st.integers(1, 12), min_size=4, max_size=4, unique=True),
    budget=st.integers(1, 30),
    by_cost=st.booleans(),
)
def test_equal_shares_are_those_of_the_definition(
    votes: dict[str, int], prices: list[int], budget: int, by_cost: bool
) -> None:
    costs = dict(zip("ABCD", prices, strict=True))
    supported = [name for name in "ABCD" if any(name in vote for vote in votes)]
    possible = [name for name in supported if costs[name] <= budget]
    if sum(costs[name] for name in possible) <= budget:
        expected = set(possible)
    else:
        expected = slow_shares(votes, costs, budget, by_cost)
    utility = "cost" if by_cost else "cardinality"
    outcome = tally(approvals(votes, "ABCD"), "mes_pb", budget=budget, costs=costs, utility=utility)
    assert set(outcome.winners) == expected


def slow_shares(
    votes: dict[str, int], costs: dict[str, int], budget: int, by_cost: bool
) -> set[str]:
    """Voter by voter, in fractions; no two projects cost the same, so cost settles every tie."""
    voters = [vote for vote, count in votes.items() for _ in range(count)]
    purses = [Fraction(budget, len(voters))] * len(voters)
    funded: set[str] = set()
    while True:
        offers = []
        for name in costs.keys() - funded:
            owners = sorted((purses[v], v) for v, vote in enumerate(voters) if name in vote)
            if sum(purse for purse, _ in owners) < costs[name]:
                continue
            left, payers = Fraction(costs[name]), len(owners)
            for purse, _ in owners:
                if purse * payers >= left:
                    break
                left, payers = left - purse, payers - 1
            price = left / payers
            offers.append((price / costs[name] if by_cost else price, costs[name], name, price))
        if not offers:
            return funded
        _, _, name, price = min(offers)
        funded.add(name)
        for voter, vote in enumerate(voters):
            if name in vote:
                purses[voter] -= min(price, purses[voter])


def test_greedy_passes_over_what_does_not_fit() -> None:
    outcome = tally(
        approvals({"ABC": 2, "AB": 1, "A": 1}),
        "greedy_pb",
        budget=10,
        costs={"A": 6, "B": 5, "C": 4},
    )
    assert outcome.winners == ("A", "C")
    assert outcome.evidence["refused"]["B"] == {"votes": 3, "cost": 5, "left": 4}


def test_phragmen_shares_each_cost_among_supporters() -> None:
    outcome = tally(
        approvals({"AB": 2, "C": 1}), "phragmen_pb", budget=2, costs={"A": 1, "B": 1, "C": 1}
    )
    # A or B first, at 1/2; then the other and C would both come to 1, and it has more votes.
    assert set(outcome.winners) == {"A", "B"}
    assert [step["load"] for step in outcome.evidence["steps"]] == ["1/2", 1]
    assert outcome.evidence["refused"]["C"]["load"] == 1


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
