"""Votes on projects beside pabutools, in exact (gmpy2) fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pabutools.fractions
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pabutools import rules
from pabutools.election import (
    Additive_Cardinal_Sat,
    ApprovalBallot,
    ApprovalProfile,
    CardinalBallot,
    Cardinality_Sat,
    CardinalProfile,
    Cost_Sat,
    Instance,
    Project,
)
from pabutools.fractions import frac
from pabutools.rules.mes.mes_rule import method_of_equal_shares_scheme
from pabutools.tiebreaking import TieBreakingRule

from tests.voting.ballot_builders import drawn
from tests.voting.differential.profiles import (
    LIKE_ALWAYS,
    SIZES,
    Size,
    approvals,
    orders,
    scores,
    told,
    ungrouped,
)
from voting.ballots import Approvals, Points, Scores
from voting.ballots.conversions import as_points
from voting.tally import tally
from voting.ties import by_order

pabutools.fractions.FRACTION = "gmpy2"


class Prices(NamedTuple):
    """A budget, and a cost for each project, within it."""

    budget: int
    costs: dict[str, int]


class Peer(NamedTuple):
    """A rule of ours beside the peer's; `prices`: on which kinds of prices they say the same."""

    method: str
    options: dict[str, str]
    funded: Callable[..., Any]
    prices: tuple[str, ...] = ("alike", "few", "near", "apart")
    differs: str = ""
    profiles: int = 200


def add1(instance: Instance, profile: Any, tie_breaking: TieBreakingRule) -> Any:
    """Its equal shares run again and again from one more for each voter, the last that fits kept:
    its own completion always stops as soon as nothing else fits as well.
    """
    start = frac(instance.budget_limit, profile.num_ballots())
    found: Any = []
    while True:
        before, found = (
            found,
            method_of_equal_shares_scheme(
                instance, profile, profile.as_sat_profile(Cost_Sat), start, [], tie_breaking
            ),
        )
        if not instance.is_feasible(found):
            return before
        if len(found) == len(instance):
            return found
        start += 1


def add1_then_votes(instance: Instance, profile: Any, tie_breaking: TieBreakingRule) -> Any:
    """Its equal shares with its completion, then by votes what still fits."""
    found = SHARES(
        instance,
        profile,
        sat_class=Cost_Sat,
        voter_budget_increment=1,
        tie_breaking=tie_breaking,
    )
    return rules.greedy_utilitarian_welfare(
        instance,
        profile,
        sat_class=Cost_Sat,
        tie_breaking=tie_breaking,
        initial_budget_allocation=found,
    )


SHARES = rules.method_of_equal_shares
SHORT = ("alike", "few", "near")
EARLIER_STOP = (
    "It stops as soon as any of several projects of the same load is dearer than what is left, "
    "even one that its own tie-breaking would not take."
)

PEERS = (
    Peer("greedy_pb", {}, partial(rules.greedy_utilitarian_welfare, sat_class=Cost_Sat)),
    Peer("mes_pb", {}, partial(SHARES, sat_class=Cost_Sat)),
    Peer("mes_pb", {"utility": "cardinality"}, partial(SHARES, sat_class=Cardinality_Sat)),
    Peer(
        "mes_pb",
        {"completion": "add1_exhaustive"},
        partial(SHARES, sat_class=Cost_Sat, voter_budget_increment=1),
        SHORT,
    ),
    Peer(
        "mes_pb",
        {"completion": "add1_exhaustive", "utility": "cardinality", "increment": "3"},
        partial(SHARES, sat_class=Cardinality_Sat, voter_budget_increment=3),
        SHORT,
    ),
    Peer("mes_pb", {"completion": "add1"}, add1, SHORT, profiles=30),
    Peer(
        "mes_pb", {"completion": "add1_exhaustive_utilitarian"}, add1_then_votes, SHORT, profiles=60
    ),
    Peer("phragmen_pb", {}, rules.sequential_phragmen, ("alike", "apart"), EARLIER_STOP),
)
IDS = [" ".join([peer.method, *peer.options.values()]) for peer in PEERS]


@pytest.mark.parametrize("size", [*SIZES[:3], Size(60, 7, 30)], ids=str)
@pytest.mark.parametrize("peer", PEERS, ids=IDS)
def test_the_funded_projects_are_those_of_the_peer(peer: Peer, size: Size) -> None:
    size = size._replace(profiles=min(size.profiles, peer.profiles))
    for ballots, prices in zip(approvals(size), priced(size, peer.prices), strict=True):
        compared(peer, ballots, prices)


@pytest.mark.parametrize("peer", PEERS, ids=IDS)
@LIKE_ALWAYS
@given(data=st.data())
def test_the_funded_projects_are_those_of_the_peer_however_small_the_vote(
    peer: Peer, data: st.DataObject
) -> None:
    ballots = data.draw(drawn("approvals", fewest_options=2, fewest_ballots=1))
    one = data.draw(st.integers(1, 9)) if peer.differs else None
    budget = data.draw(st.integers(9, 30))
    costs = {name: one or data.draw(st.integers(1, 9)) for name in ballots.options}
    assert isinstance(ballots, Approvals)
    if ballots.marks.any(axis=1).all() and ballots.marks.any(axis=0).all():
        compared(peer, ballots, Prices(budget, costs))


@pytest.mark.parametrize("size", SIZES[:3], ids=str)
def test_equal_shares_by_points_are_those_of_the_peer(size: Size) -> None:
    for ballots, prices in zip(scores(size), priced(size, ("few", "apart")), strict=True):
        points = as_points(ballots)
        if points.points.any(axis=1).all() and points.points.any(axis=0).all():
            peer = Peer(
                "mes_pb", {"utility": "points"}, partial(SHARES, sat_class=Additive_Cardinal_Sat)
            )
            compared(peer, ballots, prices)


def compared(peer: Peer, ballots: Approvals | Scores, prices: Prices) -> None:
    """For some published orders. Where everything fits together we fund it all: not compared."""
    if sum(prices.costs.values()) <= prices.budget:
        return
    projects = {name: Project(name, cost) for name, cost in prices.costs.items()}
    instance = Instance(projects.values(), budget_limit=prices.budget)
    profile = (
        pointed(ballots, projects) if isinstance(ballots, Scores) else approved(ballots, projects)
    )
    read: Approvals | Points = as_points(ballots) if isinstance(ballots, Scores) else ballots
    for order in orders(ballots.options, 2):
        theirs = peer.funded(instance, profile, tie_breaking=lots(ballots, order))
        ours = tally(
            read,
            peer.method,
            peer.options,
            ties=by_order(order),
            budget=prices.budget,
            costs=prices.costs,
        )
        expected = {project.name for project in theirs}
        assert set(ours.winners) == expected, f"{prices}, {order}: {told(ballots)}"


def priced(size: Size, kinds: tuple[str, ...]) -> Iterator[Prices]:
    """Prices all `alike`, of a `few` values, `near` each other, or so far `apart` that sums hardly
    ever tie.
    """
    random = np.random.default_rng(list(size))
    for number in range(size.profiles):
        names = "ABCDEFGH"[: size.options]
        kind = kinds[number % len(kinds)]
        unit, most = {"alike": (12, 1), "few": (12, 4), "near": (1, 40), "apart": (1, 10**6)}[kind]
        costs = unit * random.integers(1, most + 1, size.options)
        budget = max(int(costs.max()), int(costs.sum() * random.uniform(0.3, 0.9)))
        yield Prices(budget, dict(zip(names, costs.tolist(), strict=True)))


def approved(ballots: Approvals, projects: dict[str, Project]) -> ApprovalProfile:
    return ApprovalProfile(
        ApprovalBallot(projects[n] for n, mark in zip(ballots.options, row, strict=True) if mark)
        for row in ungrouped(ballots)
    )


def pointed(ballots: Scores, projects: dict[str, Project]) -> CardinalProfile:
    return CardinalProfile(
        CardinalBallot(
            {projects[n]: m - 1 for n, m in zip(ballots.options, row, strict=True) if m > 1}
        )
        for row in ungrouped(ballots)
    )


def lots(ballots: Approvals | Scores, order: tuple[str, ...]) -> TieBreakingRule:
    """The cheaper, then that with more votes, then the published order."""
    points = (as_points(ballots).points if isinstance(ballots, Scores) else ballots.marks).T
    votes = dict(zip(ballots.options, (points @ ballots.counts).tolist(), strict=True))
    return TieBreakingRule(lambda _, __, p: (p.cost, -votes[p.name], order.index(p.name)))
