"""Ties that no rule decides: who can still win is proven, or said to be unchecked."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given

from tests.examples import examples
from tests.voting.ballot_builders import approvals, drawn, evidence_of, preferences, rankings
from tests.voting.oracles_transfers import gregory, meek, orders_of
from voting.ballots import Ballots, Rankings
from voting.explain import explain, explain_loss
from voting.outcome import Outcome
from voting.tally import tally
from voting.ties import by_order, by_published_seed

SLOW = examples(40)
Table = dict[int, Fraction]
# What a slow count shows of those who continue, and who has won there, if anybody.
Shown = Callable[[Rankings, frozenset[int]], tuple[Table, int | None]]


def many_small_ties(seed: int, voters: int = 40, options: int = 16) -> Rankings:
    """Few voters, many options, one to four ranks: nearly every round has a tie to leave."""
    chance = random.Random(seed)
    ranks = np.zeros((voters, options), np.uint8, order="F")
    for row in ranks:
        liked = chance.sample(range(options), chance.randint(1, 4))
        row[liked] = range(1, len(liked) + 1)
    names = tuple(f"option {number:02}" for number in range(options))
    return Rankings(names, ranks, np.ones(voters, np.int64))


def first_choices(ballots: Rankings, left: frozenset[int]) -> tuple[Table, int | None]:
    votes = dict.fromkeys(left, Fraction(0))
    for order, papers in orders_of(ballots):
        first = next((option for option in order if option in left), None)
        if first is not None:
            votes[first] += papers
    active = sum(votes.values())
    return votes, next((one for one in left if 2 * votes[one] > active), None)


def benham(ballots: Rankings, left: frozenset[int]) -> tuple[Table, int | None]:
    contests = preferences(ballots)
    beats = [
        one for one in left if all(contests[one][two] > contests[two][one] for two in left - {one})
    ]
    return first_choices(ballots, left)[0], next(iter(beats), None)


def coombs(ballots: Rankings, left: frozenset[int]) -> tuple[Table, int | None]:
    """Minus the last places; those whom a ballot does not rank share the last one."""
    last = dict.fromkeys(left, Fraction(0))
    for order, papers in orders_of(ballots):
        ranked = [option for option in order if option in left]
        if ranked:
            lowest = [option for option in left if option not in ranked] or ranked[-1:]
            for option in lowest:
                last[option] -= Fraction(papers, len(lowest))
    return last, first_choices(ballots, left)[1]


def baldwin(ballots: Rankings, left: frozenset[int]) -> tuple[Table, int | None]:
    contests = preferences(ballots)
    points = {
        one: Fraction(sum(contests[one][two] - contests[two][one] for two in left - {one}))
        for one in left
    }
    return points, None


def nanson(ballots: Rankings, left: frozenset[int]) -> tuple[Table, int | None]:
    """Zero for who is not below the average: the first to leave is then below it."""
    points = baldwin(ballots, left)[0]
    return {one: min(value, Fraction(0)) for one, value in points.items()}, None


def winners_over_all_orders(
    ballots: Rankings, shown: Shown, history: str = "none", *, together: bool = False
) -> set[str]:
    """Every order followed: who is lowest leaves, among the tied whoever; `together`: all lower."""
    found, seen = set[int](), set[object]()
    waiting: list[tuple[frozenset[int], tuple[Table, ...]]] = [
        (frozenset(range(len(ballots.options))), ())
    ]
    while waiting:
        left, earlier = waiting.pop()
        table, winner = shown(ballots, left)
        if winner is not None or len(left) == 1:
            found |= {winner} if winner is not None else left
            continue
        lowest = {one for one in left if table[one] == min(table.values())}
        if together:
            gone = {one for one in left if table[one] < 0}
            if not gone:
                found |= left
                continue
            groups = [gone]
        else:
            looks = earlier[::-1] if history == "backward" else earlier
            for before in looks if history != "none" else ():
                least = min(before[one] for one in lowest)
                lowest = {one for one in lowest if before[one] == least}
            groups = [{one} for one in lowest]
        for group in groups:
            after = left - group
            rounds = [{one: votes[one] for one in after} for votes in (*earlier, table)]
            rounds = rounds if history != "none" else []
            key = (after, tuple(tuple(sorted(votes.items())) for votes in rounds))
            if key not in seen:
                seen.add(key)
                waiting.append((after, tuple(rounds)))
    return {ballots.options[one] for one in found}


COUNTS: dict[str, tuple[str, dict[str, str], Callable[[Rankings], set[str]]]] = {
    "runoff": (
        "instant_runoff",
        {"history": "none"},
        partial(winners_over_all_orders, shown=first_choices),
    ),
    "runoff backward": (
        "instant_runoff",
        {},
        partial(winners_over_all_orders, shown=first_choices, history="backward"),
    ),
    "runoff forward": (
        "instant_runoff",
        {"history": "forward"},
        partial(winners_over_all_orders, shown=first_choices, history="forward"),
    ),
    "benham": ("benham", {}, partial(winners_over_all_orders, shown=benham)),
    "coombs": ("coombs", {}, partial(winners_over_all_orders, shown=coombs)),
    "baldwin": ("baldwin", {}, partial(winners_over_all_orders, shown=baldwin)),
    "nanson": ("nanson", {}, partial(winners_over_all_orders, shown=nanson, together=True)),
}


@pytest.mark.parametrize("name", COUNTS)
@SLOW
@given(ballots=drawn("rankings", strict=True, most_options=5, fewest_ballots=1))
def test_who_can_win_is_who_wins_for_some_order(name: str, ballots: Ballots) -> None:
    method, options, slow = COUNTS[name]
    assert isinstance(ballots, Rankings)
    outcome = tally(ballots, method, options)
    possible = slow(ballots)
    # Leaving together spares rounds that a later tie would otherwise look back to.
    if name.endswith("ward") and any(tie.rule == "safe_together" for tie in outcome.ties):
        assert set(outcome.winners) & possible
    else:
        assert set(outcome.winners) == possible
    settled = tally(ballots, method, options, ties=by_published_seed("27 11"))
    assert set(settled.winners) <= set(outcome.winners)


@pytest.mark.parametrize("name", ["runoff", "benham", "coombs", "baldwin", "nanson"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_many_small_ties_nobody_is_announced_who_cannot_win(name: str, seed: int) -> None:
    method, options, slow = COUNTS[name]
    ballots = many_small_ties(seed, 24, 11)
    outcome = tally(ballots, method, options)
    assert evidence_of(outcome)["explored"]
    assert set(outcome.winners) == slow(ballots)


def test_a_sure_winner_among_sixteen_options_with_ties_is_announced_alone() -> None:
    """Before, paths were walked one by one: all sixteen were announced as tied."""
    outcome = tally(many_small_ties(0), "instant_runoff")
    assert len(outcome.winners) == 1
    assert evidence_of(outcome)["ended"] == "certain"
    settled = tally(many_small_ties(0), "instant_runoff", ties=by_published_seed("a draw"))
    assert settled.winners == outcome.winners
    assert all(tie.order_matters is False for tie in settled.ties)


RULES: dict[str, tuple[dict[str, str], Callable[..., object]]] = {
    "stv_scottish": ({}, partial(gregory, decimals=5)),
    "stv_wigm": ({}, gregory),
    "stv_meek": ({}, meek),
}


@pytest.mark.parametrize("method", RULES)
@pytest.mark.parametrize("seed", [3, 4])
def test_who_can_be_elected_is_who_is_for_some_order_of_lots(method: str, seed: int) -> None:
    options, slow = RULES[method]
    ballots = many_small_ties(seed, 9, 5)
    sets = {
        frozenset(ballots.options[one] for one in slow(ballots, 2, lots).elected)  # type: ignore[attr-defined]
        for lots in permutations(range(5))
    }
    outcome = tally(ballots, method, options, seats=2)
    assert set(outcome.winners) == frozenset().union(*sets)
    assert any(tie.order_matters for tie in outcome.ties) == (len(sets) > 1)


@pytest.mark.parametrize("method", RULES)
def test_with_many_small_ties_a_transferable_vote_announces_few(method: str) -> None:
    """Every sampled order elects within those announced, and whoever is sure in all of them."""
    ballots = many_small_ties(1, 30, 12)
    outcome = tally(ballots, method, seats=2)
    assert evidence_of(outcome)["explored"]
    assert len(outcome.winners) < 8
    chance = random.Random(5)
    for _ in range(12):
        order = chance.sample(ballots.options, len(ballots.options))
        assert set(tally(ballots, method, seats=2, ties=by_order(order)).winners) <= set(
            outcome.winners
        )


def test_a_tie_that_cannot_matter_is_no_majority() -> None:
    """F07: whoever leaves first, B wins; two votes of four are no majority."""
    outcome = tally(rankings({"B": 2, "A>B": 1, "C>A": 1}), "instant_runoff")
    assert (outcome.winners, evidence_of(outcome)["ended"]) == (("B",), "certain")
    assert [said.id for said in explain(outcome).summary] == ["result.winner", "reason.certain"]
    assert [said.id for said in explain_loss(outcome, "A")] == ["why_not.in_no_order"]


def test_the_count_goes_on_where_every_order_comes_to_the_same() -> None:
    ballots = rankings({"A>B": 8, "B>A": 5, "C>A": 3, "D>A": 3})
    runoff = tally(ballots, "instant_runoff", {"until": "two"})
    cycle = {"A>B>C>D>E": 5, "B>C>A>D>E": 4, "C>A>B>D>E": 3, "D>A>B>C>E": 1, "E>B>C>A>D": 1}
    benham = tally(rankings(cycle), "benham")
    for outcome, tied in ((runoff, ["C", "D"]), (benham, ["D", "E"])):
        first = evidence_of(outcome)["rounds"][0]
        assert (first["eliminated"], first["decided_by"]) == (tied, "safe_together")
        assert [(tie.rule, tie.order_matters) for tie in outcome.ties[:1]] == [
            ("safe_together", False)
        ]
        assert outcome.winners == ("A",)
    assert (evidence_of(runoff)["ended"], evidence_of(benham)["ended"]) == ("majority", "beats_all")


def test_the_end_of_a_count_is_named_and_told() -> None:
    alone = tally(rankings({"A": 2, "B": 2}), "instant_runoff", ties=by_order("AB"))
    assert evidence_of(alone)["ended"] == "alone"
    assert explain(alone).summary[1].id == "reason.instant_runoff.alone"
    assert evidence_of(tally(rankings({"A": 3, "B": 2}), "instant_runoff"))["ended"] == "majority"
    several = tally(rankings({"A": 1, "B": 1}), "instant_runoff")
    assert (evidence_of(several)["ended"], explain(several).summary[1].id) == (
        "open",
        "reason.open",
    )
    same = tally(rankings({"A": 4, "B>A": 2, "C>A": 2}), "stv_scottish")
    assert (same.winners, evidence_of(same)["ended"]) == (("A",), "certain")
    assert explain(same).summary[1].id == "reason.stv.certain"
    assert explain_loss(same, "B")[0].id == "why_not.stv.in_no_order"


UNCHECKED = {
    "instant_runoff": ("voting.methods.eliminations.instant_runoff", ("MOST_LOOKS", "FEWEST")),
    "benham": ("voting.methods.eliminations.rounds", ("MOST_LOOKS", "FEWEST")),
    "stv_scottish": ("voting.methods.transferable.stages", ("MOST_CELLS", "FEWEST")),
    "ranked_pairs": ("voting.methods.pairwise.ranked_pairs", ("MOST_LOCKINGS",)),
}


@pytest.mark.parametrize("method", UNCHECKED)
def test_beyond_the_limit_nothing_is_claimed(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not checked is said so: not tied, not that another order would change the winners."""
    ring = "ABCDEFGH"
    votes = {f"{ring[i:]}{ring[:i]}"[:4]: 1 for i in range(8)}
    ballots = rankings({">".join(vote): count for vote, count in votes.items()})
    module, limits = UNCHECKED[method]
    tally(ballots, method)
    for limit in limits:
        monkeypatch.setattr(sys.modules[module], limit, 1)
    left = tally(ballots, method)
    assert [tie.order_matters for tie in left.ties][:1] == [None]
    assert not evidence_of(left)["explored"]
    ids = [said.id for said in explain(left).summary]
    assert ids[0] in ("result.unchecked", "result.elected_unchecked")
    assert not {"result.tied", "reason.open", "tie.order_matters"} & set(ids)
    assert explain_loss(left, left.winners[0])[0].id == "why_not.unchecked"
    settled = tally(ballots, method, ties=by_order(ring))
    told = [said.id for said in explain(settled).summary]
    assert "tie.unchecked" in told
    assert "tie.order_matters" not in told


def test_committees_and_budgets_beyond_the_limit_say_what_was_not_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ballots = approvals({"AB": 2, "CD": 2, "AC": 1, "BD": 1, "EF": 2})
    tally(ballots, "seq_pav", seats=3)
    monkeypatch.setattr(sys.modules["voting.methods.committees.stepwise"], "MOST_COMMITTEES", 1)
    outcome = tally(ballots, "seq_pav", seats=3)
    assert not evidence_of(outcome)["complete"]
    assert "reason.committee.unsearched" in told_by(outcome)
    assert not any(tie.order_matters for tie in outcome.ties)
    tally(ballots, "greedy_pb", budget=3, costs=dict.fromkeys("ABCDEF", 1))
    monkeypatch.setattr(sys.modules["voting.methods.budgets.greedy_pb"], "MOST_RUNS", 1)
    funded = tally(ballots, "greedy_pb", budget=3, costs=dict.fromkeys("ABCDEF", 1))
    assert "reason.funding.unsearched" in told_by(funded)
    assert not any(tie.order_matters for tie in funded.ties)


def test_ranked_pairs_lock_each_smith_set_on_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many equal contests below do not cast a doubt on who wins every contest above."""
    ring = "BCDEFGHIJ"
    tally(rankings({"A": 1}), "ranked_pairs")
    monkeypatch.setattr(sys.modules["voting.methods.pairwise.ranked_pairs"], "MOST_LOCKINGS", 1)
    votes = {">".join(f"A{ring[i:]}{ring[:i]}"): 1 for i in range(9)}
    outcome = tally(rankings(votes), "ranked_pairs")
    assert (outcome.winners, evidence_of(outcome)["explored"]) == (("A",), False)
    assert all(tie.order_matters is False for tie in outcome.ties)
    settled = tally(rankings(votes), "ranked_pairs", ties=by_order("A" + ring))
    assert settled.winners == ("A",)
    assert not any(tie.order_matters for tie in settled.ties)


def told_by(outcome: Outcome) -> set[str]:
    return {said.id for said in explain(outcome).summary}
