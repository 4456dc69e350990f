"""Committees from approvals: worked examples, slow counts of every committee, ties, proportion."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting import committee_oracles as slow
from tests.voting.ballot_builders import approvals, drawn, evidence_of, renamed
from voting.ballots import Approvals
from voting.explain import explain, explain_loss, headline
from voting.invalid import InvalidBallots
from voting.methods import METHODS
from voting.methods.committees.best_groups import best_groups, score_of
from voting.outcome import Outcome
from voting.tally import tally
from voting.ties import by_order, by_published_seed

# Lackner and Skowron, Multi-Winner Voting with Approval Preferences, 2023: the running example,
# twelve voters and four seats.
RUNNING = approvals({"ab": 3, "ac": 3, "ad": 2, "bcf": 1, "e": 1, "f": 1, "g": 1})
COMPLETIONS = METHODS["mes_committee"].options["completion"]
RULES: list[tuple[str, dict[str, str]]] = [
    ("approval_committee", {}),
    ("sav", {}),
    ("pav", {}),
    ("seq_pav", {}),
    ("revseq_pav", {}),
    ("seq_phragmen", {}),
    ("chamberlin_courant", {}),
    *(("mes_committee", {"completion": completion}) for completion in COMPLETIONS),
]
EVERY = pytest.mark.parametrize(
    ("rule", "options"), RULES, ids=[" ".join([name, *o.values()]) for name, o in RULES]
)
SMALL = examples(60)


def elected(ballots: Approvals, rule: str, seats: int, **options: Any) -> list[str]:
    """The committees, each as its letters."""
    outcome = tally(ballots, rule, options, seats=seats)
    return ["".join(one) for one in outcome.committees]


def committees_of(ballots: Approvals, rule: str, seats: int, completion: str) -> slow.Committees:
    """The committees by the slow count of a rule."""
    match rule:
        case "approval_committee":
            return slow.best_committees(ballots, seats, slow.thiele([Fraction(1)] * seats))
        case "sav":
            return slow.best_committees(ballots, seats, slow.shares)
        case "pav":
            return slow.best_committees(ballots, seats, slow.thiele(slow.harmonic(seats)))
        case "chamberlin_courant":
            return slow.best_committees(ballots, seats, slow.thiele([Fraction(1)]))
        case "seq_pav":
            return slow.by_joining(ballots, seats)
        case "revseq_pav":
            return slow.by_leaving(ballots, seats)
        case "seq_phragmen":
            return slow.phragmen(ballots, seats)
    approved = sum(any(column) for column in ballots.marks.T.tolist())
    if completion == "add1" and approved >= seats:
        return slow.raised_shares(ballots, seats)
    filling = "approval" if completion == "add1" else completion
    return slow.equal_shares(ballots, seats, filling)


@EVERY
@SMALL
@given(data=st.data())
def test_every_tied_committee_is_found_and_no_other(
    rule: str, options: dict[str, str], data: st.DataObject
) -> None:
    ballots = data.draw(drawn("approvals", most_options=5))
    assert isinstance(ballots, Approvals)
    seats = data.draw(st.integers(1, len(ballots.options)))
    outcome = tally(ballots, rule, options, seats=seats)
    expected = committees_of(ballots, rule, seats, options.get("completion", ""))
    assert {frozenset(one) for one in outcome.committees} == expected - {frozenset()}
    assert evidence_of(outcome)["many"] == len(expected)
    assert evidence_of(outcome)["complete"]
    if len(expected) == 1:
        assert (outcome.winners,) == (outcome.committees or ((),))
    else:
        assert outcome.winners == ()
        assert any(tie.rule == "left" and tie.order_matters for tie in outcome.ties)


@EVERY
@SMALL
@given(data=st.data())
def test_a_published_order_elects_one_of_the_tied_committees_and_says_when_it_decided(
    rule: str, options: dict[str, str], data: st.DataObject
) -> None:
    ballots = data.draw(drawn("approvals", most_options=5))
    seats = data.draw(st.integers(1, len(ballots.options)))
    left = tally(ballots, rule, options, seats=seats)
    for ties in (by_order(data.draw(st.permutations(ballots.options))), by_published_seed("27 11")):
        settled = tally(ballots, rule, options, seats=seats, ties=ties)
        assert settled.winners in (left.committees or ((),))
        assert settled.committees == left.committees or len(left.committees) > 1
        decided = [tie for tie in settled.ties if tie.order_matters]
        assert bool(decided) == (len(left.committees) > 1)
        assert {tie.rule for tie in settled.ties} <= {ties.kind}


@EVERY
@SMALL
@given(data=st.data())
def test_renaming_options_renames_the_committees(
    rule: str, options: dict[str, str], data: st.DataObject
) -> None:
    ballots = data.draw(drawn("approvals", most_options=5))
    seats = data.draw(st.integers(1, len(ballots.options)))
    names = data.draw(st.permutations(ballots.options))
    new_name = dict(zip(ballots.options, names, strict=True))
    before = tally(ballots, rule, options, seats=seats)
    after = tally(renamed(ballots, names), rule, options, seats=seats)
    moved = {frozenset(new_name[name] for name in one) for one in before.committees}
    assert moved == {frozenset(one) for one in after.committees}
    assert [{new_name[name] for name in tier} for tier in before.ranking] == [
        set(tier) for tier in after.ranking
    ]


@EVERY
def test_as_many_seats_as_options_elect_all_that_can_be(rule: str, options: dict[str, str]) -> None:
    outcome = tally(approvals({"AB": 2, "B": 1}), rule, options, seats=5)
    # 2/3 each: once B is paid, A's two supporters have 1/3 left each.
    assert outcome.winners == (("B",) if options == {"completion": "none"} else ("A", "B"))
    assert not any(tie.order_matters for tie in outcome.ties)
    assert evidence_of(outcome)["seats"] == 2


@EVERY
def test_no_ballots_and_blank_ballots_leave_every_committee_tied(
    rule: str, options: dict[str, str]
) -> None:
    none = Approvals(tuple("ABCD"), np.zeros((0, 4), np.uint8), np.zeros(0, np.int64))
    for ballots in (none, approvals({"": 3}, "ABCD")):
        outcome = tally(ballots, rule, options, seats=2)
        expected = [] if options.get("completion") == "none" else list(combinations("ABCD", 2))
        assert list(outcome.committees) == expected
        assert outcome.winners == ()
        assert outcome.ballot_counts.blank == outcome.ballot_counts.received
        first = tally(ballots, rule, options, seats=2, ties=by_order("DBCA"))
        # The two listed first get the seats; where options are removed, the first listed go.
        wanted = {"revseq_pav": ("A", "C")}.get(rule, ("B", "D"))
        assert first.winners == (wanted if expected else ())


@EVERY
def test_thirty_options_all_tied_are_counted_and_the_list_of_them_is_cut(
    rule: str, options: dict[str, str]
) -> None:
    names = tuple(f"o{place:02}" for place in range(30))
    ballots = Approvals(names, np.ones((1, 30), np.uint8, order="F"), np.array([7]))
    outcome = tally(ballots, rule, options, seats=10)
    assert evidence_of(outcome)["many"] == comb(30, 10)
    assert len(outcome.committees) == 1000
    settled = tally(ballots, rule, options, seats=10, ties=by_order(names[::-1]))
    assert set(settled.winners) == set(names[:10] if rule == "revseq_pav" else names[20:])


@EVERY
def test_a_committee_is_told_with_its_numbers(rule: str, options: dict[str, str]) -> None:
    outcome = tally(RUNNING, rule, options, seats=4, ties=by_order("abcdefg"))
    assert headline(outcome).id == "result.elected"
    assert explain(outcome).summary[1].id == "reason.committee.represented"
    reached = [vote for vote in slow.voters_of(RUNNING) if vote & set(outcome.winners)]
    assert explain(outcome).summary[1].values == {"represented": len(reached), "ballots": 12}
    assert len(explain(outcome).summary) >= 3
    assert all(explain_loss(outcome, name) for name in "abcdefg")
    assert explain_loss(outcome, "a")[0].id == "why_not.elected"


@EVERY
def test_a_rule_for_committees_takes_seats_and_nothing_else(
    rule: str, options: dict[str, str]
) -> None:
    with pytest.raises(InvalidBallots, match="bad_field"):
        tally(RUNNING, rule, options, seats=0)
    with pytest.raises(InvalidBallots, match="unknown_method_option"):
        tally(RUNNING, rule, options, seats=2, budget=3)


def test_the_running_example_by_approvals() -> None:
    # a 8, b and c 4, d and f 2, e and g 1.
    assert elected(RUNNING, "approval_committee", 4) == ["abcd", "abcf"]
    tie = tally(RUNNING, "approval_committee", seats=4).ties[0]
    assert (tie.tied, tie.where, tie.order_matters) == (("d", "f"), "seat:4", True)


def test_the_running_example_by_shares_of_one_vote() -> None:
    # a 8/2, b and c 3/2 + 1/3, d 2/2, f 1/3 + 1, e and g 1.
    outcome = tally(RUNNING, "sav", seats=4)
    assert outcome.committees == (("a", "b", "c", "f"),)
    assert outcome.scores == {
        "a": 4, "b": "11/6", "c": "11/6", "d": 1, "e": 1, "f": "4/3", "g": 1,
    }  # fmt: skip


def test_the_running_example_by_proportional_approval() -> None:
    # Six ballots 3/2, two and one 1, one 11/6.
    outcome = tally(RUNNING, "pav", seats=4)
    assert outcome.committees == (("a", "b", "c", "f"),)
    assert evidence_of(outcome)["score"] == evidence_of(outcome)["bound"] == "83/6"
    assert evidence_of(outcome)["satisfied"] == [
        {"members": 0, "ballots": 2, "value": 0},
        {"members": 1, "ballots": 3, "value": 1},
        {"members": 2, "ballots": 6, "value": "3/2"},
        {"members": 3, "ballots": 1, "value": "11/6"},
    ]
    # d for f: f and the third member of bcf lost, 1 + 1/3, and half a vote from each of two.
    assert evidence_of(outcome)["swaps"]["d"] == {"for": "f", "score": "27/2"}


def test_the_running_example_by_proportional_approval_seat_by_seat() -> None:
    # a: 8. Then b and c: 3/2 + 1; with b, c: 3/2 + 1/2. Then f: 1 + 1/3, d: 1, e and g: 1.
    outcome = tally(RUNNING, "seq_pav", seats=4)
    assert outcome.committees == (("a", "b", "c", "f"),)
    assert [step["value"] for step in evidence_of(outcome)["steps"]] == [8, "5/2", 2, "4/3"]
    assert evidence_of(outcome)["refused"] == {"d": 1, "e": 1, "g": 1}
    assert [(tie.tied, tie.order_matters) for tie in outcome.ties] == [(("b", "c"), False)]


def test_the_running_example_by_removals() -> None:
    # d, e, g cost 1; once two of them have left, the third one is left with a, b, c, f: 1 again.
    outcome = tally(RUNNING, "revseq_pav", seats=4)
    assert outcome.committees == (("a", "b", "c", "f"),)
    assert [step["value"] for step in evidence_of(outcome)["steps"]] == [1, 1, 1]


def test_the_running_example_by_loads() -> None:
    # a: 1/8. b or c: (1 + 3/8)/4. Then the other: (1 + 3/8 + 11/32)/4. Then d: (1 + 2/8)/2.
    outcome = tally(RUNNING, "seq_phragmen", seats=4)
    assert outcome.committees == (("a", "b", "c", "d"),)
    loads = [step["value"] for step in evidence_of(outcome)["steps"]]
    assert loads == ["1/8", "11/32", "55/128", "5/8"]
    assert evidence_of(outcome)["refused"] == {"e": 1, "f": "183/256", "g": 1}


def test_the_running_example_by_representation() -> None:
    outcome = tally(RUNNING, "chamberlin_courant", seats=4)
    assert outcome.committees == (("a", "e", "f", "g"),)
    assert evidence_of(outcome)["score"] == evidence_of(outcome)["represented"] == 12


def test_the_running_example_by_equal_shares() -> None:
    # 1/3 each. a at 1/8; then b's supporters have 3 x 5/24 + 1/3, less than 1, and so on.
    outcome = tally(RUNNING, "mes_committee", {"completion": "none"}, seats=4)
    assert outcome.winners == ("a",)
    assert evidence_of(outcome)["start"] == "1/3"
    assert evidence_of(outcome)["steps"] == [
        {"action": "joined", "option": "a", "price": "1/8", "in_full": 8, "emptied": 0}
    ]
    assert evidence_of(outcome)["available"]["b"] == "23/24"
    assert [said.id for said in explain(outcome).summary[2:]] == [
        "reason.mes_committee.vacant",
        "reason.mes_committee.voter_budgets",
    ]
    assert elected(RUNNING, "mes_committee", 4) == ["abcd"]
    assert elected(RUNNING, "mes_committee", 4, completion="approval") == ["abcd", "abcf"]
    # At 2/3 each: a at 1/8, b and c at 1/4, then d at 1/2 out of the 13/24 left.
    raised = tally(RUNNING, "mes_committee", {"completion": "add1"}, seats=4)
    assert raised.committees == (("a", "b", "c", "d"),)
    assert evidence_of(raised)["start"] == "2/3"
    assert [step["price"] for step in evidence_of(raised)["steps"]] == ["1/8", "1/4", "1/4", "1/2"]


def test_a_third_of_the_voters_gets_a_third_of_the_seats_where_claimed() -> None:
    # Sixty voters for three options of theirs, thirty for others: most approvals elect one side.
    ballots = approvals({"abc": 60, "xyz": 30})
    assert elected(ballots, "approval_committee", 3) == ["abc"]
    for rule, options in RULES[2:]:
        if rule == "chamberlin_courant":
            continue
        found = elected(ballots, rule, 3, **options)
        assert len(found) == 9
        assert all(sum(name in "abc" for name in one) == 2 for one in found)


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        (name, None if "ejr" in method.claims else 1)
        for name, method in METHODS.items()
        if "jr" in method.claims
    ],
)
@SMALL
@given(data=st.data())
def test_no_group_that_agrees_is_left_without_its_share(
    rule: str, most: int | None, data: st.DataObject
) -> None:
    """Extended justified representation, or justified representation, as claimed."""
    ballots = data.draw(drawn("approvals", most_options=5, fewest_ballots=1))
    assert isinstance(ballots, Approvals)
    seats = data.draw(st.integers(1, len(ballots.options)))
    completions = COMPLETIONS if rule == "mes_committee" else ("",)
    for completion in completions:
        options = {"completion": completion} if completion else {}
        outcome = tally(ballots, rule, options, seats=seats)
        for committee in outcome.committees or ((),):
            assert not slow.unjustly_left_out(ballots, seats, committee, most=most)


def test_the_evidence_of_equal_shares_adds_up_to_a_price_of_one_a_purchase() -> None:
    outcome = tally(RUNNING, "mes_committee", {"completion": "add1"}, seats=4)
    budgets = [Fraction(evidence_of(outcome)["start"])] * 12
    for step in evidence_of(outcome)["steps"]:
        paid = Fraction(0)
        for voter, approved in enumerate(slow.voters_of(RUNNING)):
            if step["option"] in approved:
                price = min(budgets[voter], Fraction(step["price"]))
                budgets[voter] -= price
                paid += price
        assert paid == 1


def random_ballots(seed: int, ballots: int, options: int, share: float) -> Approvals:
    """Approvals drawn from a seed, some options more popular than others."""
    draws = np.random.default_rng(seed)
    chance = share * (0.5 + draws.random(options))
    marks = np.asfortranarray((draws.random((ballots, options)) < chance).astype(np.uint8))
    names = tuple(f"o{place:02}" for place in range(options))
    return Approvals(names, marks, np.ones(ballots, np.int64))


@pytest.mark.parametrize("rule", ["pav", "chamberlin_courant"])
def test_thirty_options_and_ten_seats_have_a_proven_best_committee(rule: str) -> None:
    outcome = tally(random_ballots(1, 400, 30, 0.15), rule, seats=10)
    assert evidence_of(outcome)["proven"]
    assert evidence_of(outcome)["complete"]
    assert evidence_of(outcome)["score"] == evidence_of(outcome)["bound"]


def test_a_search_that_stops_says_what_it_found_and_what_it_could_not_exclude(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from voting.methods.committees import best_groups as kernel

    ballots = random_ballots(3, 200, 30, 0.2)
    whole = tally(ballots, "chamberlin_courant", seats=10)
    monkeypatch.setattr(kernel, "MOST_NODES", 2)
    outcome = tally(ballots, "chamberlin_courant", seats=10, ties=by_order(ballots.options))
    assert not evidence_of(outcome)["proven"]
    assert not evidence_of(outcome)["complete"]
    assert evidence_of(outcome)["score"] <= evidence_of(whole)["score"]
    assert Fraction(evidence_of(outcome)["bound"]) >= evidence_of(whole)["score"]
    assert "reason.committee.unproven" in [said.id for said in explain(outcome).summary]


@SMALL
@given(
    votes=st.lists(st.tuples(st.integers(0, 2**6 - 1), st.integers(1, 2**58)), max_size=8),
    seats=st.integers(1, 6),
)
def test_the_best_groups_are_exact_however_large_the_counts(
    votes: list[tuple[int, int]], seats: int
) -> None:
    marks = np.array([[bits >> o & 1 for o in range(6)] for bits, _ in votes], bool).reshape(-1, 6)
    counts = np.array([count for _, count in votes], np.int64)
    weights = slow.harmonic(seats)
    scores = {
        group: score_of(marks, counts, weights, group) for group in combinations(range(6), seats)
    }
    best = best_groups(marks, counts, weights, [[option] for option in range(6)])
    assert best.score == best.bound == max(scores.values())
    assert best.groups == [group for group in scores if scores[group] == best.score]


def test_an_order_decides_among_more_committees_than_are_listed() -> None:
    # Whoever approves is represented by o00: all 27,132 sets of the others are as good.
    names = tuple(f"o{place:02}" for place in range(20))
    rows = [[1, *(place == own for place in range(1, 20))] for own in range(1, 20)]
    ballots = Approvals(names, np.array(rows, np.uint8, order="F"), np.ones(19, np.int64))
    left = tally(ballots, "chamberlin_courant", seats=7)
    assert left.winners == ()
    assert not evidence_of(left)["complete"]
    assert evidence_of(left)["proven"]
    assert headline(left).id == "result.committees_many"
    order = [names[5], *names[::-1][:-1]]
    order = [*dict.fromkeys(order), "o00"]
    settled = tally(ballots, "chamberlin_courant", seats=7, ties=by_order(order))
    assert set(settled.winners) == {"o00", *order[:6]}
    assert isinstance(settled, Outcome)
