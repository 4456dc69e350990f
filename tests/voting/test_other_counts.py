"""Borda, minimax, ranked pairs, Kemeny, eliminations, scores: against slow and obvious counts."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting.ballot_builders import drawn, evidence_of, grades, preferences, rankings, scores
from voting.ballots import Ballots, Rankings
from voting.explain import explain
from voting.invalid import InvalidBallots
from voting.methods.pairwise.kemeny import kemeny as kemeny_method
from voting.methods.pairwise.kemeny_program import best_order, gain_of
from voting.tally import tally
from voting.ties import by_order

SLOW = examples(60)
TENNESSEE = rankings({"M>N>C>K": 42, "N>C>K>M": 26, "C>K>N>M": 15, "K>C>N>M": 17})


def ranked(ballots: Ballots) -> list[tuple[list[int], int]]:
    assert isinstance(ballots, Rankings)
    return list(zip(ballots.ranks.tolist(), ballots.counts.tolist(), strict=True))


@SLOW
@given(drawn("rankings"))
def test_borda_gives_each_ballot_its_mean_places(ballots: Ballots) -> None:
    names, width = ballots.options, len(ballots.options)
    expected = dict.fromkeys(names, Fraction(0))
    for ranks, count in ranked(ballots):
        if any(ranks):
            values = [rank or 999 for rank in ranks]
            for option, value in enumerate(values):
                below = sum(other > value for other in values)
                beside = values.count(value) - 1
                expected[names[option]] += count * (below + Fraction(beside, 2))
    outcome = tally(ballots, "borda")
    assert {name: Fraction(score) for name, score in outcome.scores.items()} == expected
    voters = outcome.ballot_counts.counted
    assert sum(expected.values()) == Fraction(voters * width * (width - 1), 2)


def test_borda_reads_short_rankings_in_three_ways() -> None:
    ballots = rankings({"A>B": 2}, "ABCD")
    assert tally(ballots, "borda").scores == {"A": 6, "B": 4, "C": 1, "D": 1}
    assert tally(ballots, "borda", {"unranked": "zero"}).scores == {"A": 6, "B": 4, "C": 0, "D": 0}
    assert tally(ballots, "borda", {"unranked": "modified"}).scores == {
        "A": 4,
        "B": 2,
        "C": 0,
        "D": 0,
    }


@pytest.mark.parametrize("ranked", range(1, 6))
def test_a_modified_borda_ballot_of_m_preferences_gives_m_points_down_to_one(ranked: int) -> None:
    """Emerson 2013: whoever casts one preference gives it 1 point; two, 2 and 1; five, 5 to 1."""
    liked = "ABCDE"[:ranked]
    ballots = rankings({">".join(liked): 1}, "ABCDE")
    scores = tally(ballots, "borda", {"unranked": "modified"}).scores
    assert [scores[name] for name in "ABCDE"] == [*range(ranked, 0, -1), *[0] * (5 - ranked)]
    shared = tally(rankings({"A=B>C": 2}, "ABCDE"), "borda", {"unranked": "modified"}).scores
    assert shared == {"A": 5, "B": 5, "C": 2, "D": 0, "E": 0}


def test_a_single_preference_of_five_beats_two_of_two_by_modified_borda() -> None:
    outcome = tally(rankings({"A": 5, "B>C": 2}), "borda", {"unranked": "modified"})
    assert (outcome.winners, outcome.scores) == (("A",), {"A": 5, "B": 4, "C": 2})


def test_dowdall_is_exact_and_shares_places() -> None:
    outcome = tally(rankings({"A>B>C": 1, "B=C>A": 2}), "dowdall")
    assert outcome.scores == {"A": "5/3", "B": 2, "C": "11/6"}


@SLOW
@given(drawn("rankings"), st.sampled_from(["winning_votes", "margins", "opposition"]))
def test_minimax_scores_are_the_worst_defeats(ballots: Ballots, variant: str) -> None:
    contests = preferences(ballots)
    outcome = tally(ballots, "minimax", {"variant": variant})
    for option, name in enumerate(ballots.options):
        sizes = []
        for other in range(len(contests)):
            lead = contests[other][option] - contests[option][other]
            against = contests[other][option]
            if other != option:
                won = against if lead > 0 else 0
                sizes.append({"winning_votes": won, "margins": lead}.get(variant, against))
        assert outcome.scores[name] == max(sizes, default=0)
    best = min(outcome.scores.values())
    assert set(outcome.winners) == {name for name, size in outcome.scores.items() if size == best}


def slow_ranked_pairs(ballots: Ballots) -> set[str]:
    """Winners over all orders of equally strong contests, each order tried."""
    contests = preferences(ballots)
    width = len(contests)
    levels: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for one in range(width):
        for other in range(width):
            lead = contests[one][other] - contests[other][one]
            if lead > 0:
                levels.setdefault((-lead, contests[other][one]), []).append((one, other))
    states = {frozenset[tuple[int, int]]()}
    for key in sorted(levels):
        states = {
            locked_in(order, start) for start in states for order in permutations(levels[key])
        }
    return {
        ballots.options[one]
        for state in states
        for one in range(width)
        if not any((other, one) in state for other in range(width))
    }


def locked_in(
    order: tuple[tuple[int, int], ...], start: frozenset[tuple[int, int]]
) -> frozenset[tuple[int, int]]:
    above = set(start)
    for one, other in order:
        if (other, one) not in above:
            upper = {x for x, y in above if y == one} | {one}
            lower = {y for x, y in above if x == other} | {other}
            above |= {(x, y) for x in upper for y in lower}
    return frozenset(above)


@SLOW
@given(drawn("rankings"))
def test_ranked_pairs_finds_all_winners_over_tie_orders(ballots: Ballots) -> None:
    outcome = tally(ballots, "ranked_pairs")
    assert evidence_of(outcome)["explored"]
    assert set(outcome.winners) == slow_ranked_pairs(ballots)


def test_ranked_pairs_with_too_many_tie_orders_says_so_and_leaves_the_smith_set() -> None:
    names = "ABCDEFGH"
    cycles = {">".join(names[shift:] + names[:shift]): 1 for shift in range(len(names))}
    outcome = tally(rankings(cycles), "ranked_pairs")
    assert set(outcome.winners) == set(names)
    settled = tally(rankings(cycles), "ranked_pairs", ties=by_order("HGFEDCBA"))
    assert len(settled.winners) == 1
    assert settled.ties[0].order_matters


@SLOW
@given(drawn("rankings", most_options=5))
def test_kemeny_finds_all_best_rankings(ballots: Ballots) -> None:
    contests = preferences(ballots)
    width = len(contests)
    agreed = {
        order: sum(contests[a][b] for i, a in enumerate(order) for b in order[i + 1 :])
        for order in permutations(range(width))
    }
    best = max(agreed.values())
    orders = [order for order in agreed if agreed[order] == best]
    outcome = tally(ballots, "kemeny")
    evidence = evidence_of(outcome)
    assert (evidence["score"], evidence["many"], evidence["proven"]) == (best, len(orders), True)
    assert set(outcome.winners) == {ballots.options[order[0]] for order in orders}
    if len(orders) <= 24:
        named = sorted([ballots.options[option] for option in order] for order in orders)
        assert sorted(evidence["best_orders"]) == named
    settled = tally(ballots, "kemeny", ties=by_order(ballots.options))
    names = [name for tier in settled.ranking for name in tier]
    assert agreed[tuple(ballots.options.index(name) for name in names)] == best


def test_the_integer_program_proves_the_best_order_of_structured_votes() -> None:
    draw = np.random.default_rng(27)
    places = np.arange(18) + draw.normal(0, 4, (300, 18))
    contests = sum((row[:, None] < row[None, :]).astype(np.int64) for row in places)
    leads = np.asarray(contests - np.transpose(contests), np.int64)
    found = best_order(leads)
    assert found.gain == found.bound
    swapped = [list(found.order) for _ in range(17)]
    for place, order in enumerate(swapped):
        order[place], order[place + 1] = order[place + 1], order[place]
        assert gain_of(leads, order) <= found.gain


def test_kemeny_by_program_and_by_sets_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = {"A>B>C>D>E": 5, "B>C>E>A>D": 4, "C>E>A>D>B": 4, "D>A>E>B>C": 3}
    by_sets = tally(rankings(votes), "kemeny")
    monkeypatch.setitem(kemeny_method.__globals__, "BY_SETS_FIRST", 1)
    by_program = tally(rankings(votes), "kemeny")
    assert by_program.ranking == by_sets.ranking
    assert evidence_of(by_program)["score"] == evidence_of(by_sets)["score"]


def test_a_computation_that_stops_before_its_proof_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    votes = {"A>B>C>D": 5, "B>C>D>A": 4, "C>D>A>B": 3}
    monkeypatch.setitem(kemeny_method.__globals__, "BY_SETS_FIRST", 1)
    monkeypatch.setattr("voting.methods.pairwise.kemeny_program.MOST_OPTIONS", 1)
    outcome = tally(rankings(votes), "kemeny")
    assert not evidence_of(outcome)["proven"]
    assert evidence_of(outcome)["bound"] > evidence_of(outcome)["score"]
    assert [said.id for said in explain(outcome).summary][-1] == "reason.kemeny.unproven"


@pytest.mark.parametrize("method", ["benham", "baldwin", "nanson", "coombs", "bucklin"])
def test_the_capital_of_tennessee_is_nashville(method: str) -> None:
    assert tally(TENNESSEE, method).winners == ("N",)


def test_baldwin_eliminates_the_lowest_and_nanson_all_below_the_average() -> None:
    baldwin = tally(TENNESSEE, "baldwin")
    assert evidence_of(baldwin)["rounds"][0] == {
        "round": 1,
        "scores": {"C": 173, "K": 107, "M": 126, "N": 194},
        "eliminated": ["K"],
        "decided_by": "",
    }
    nanson = tally(TENNESSEE, "nanson")
    assert evidence_of(nanson)["rounds"][0]["eliminated"] == ["K", "M"]


def test_coombs_counts_last_places_and_stops_at_a_majority_of_first_choices() -> None:
    first, second = evidence_of(tally(TENNESSEE, "coombs"))["rounds"]
    assert first["last_places"] == {"C": 0, "K": 42, "M": 58, "N": 0}
    assert first["eliminated"] == ["M"]
    assert second["scores"]["N"] == 68


def test_bucklin_adds_the_second_rank_when_no_first_choice_has_the_half() -> None:
    rounds = evidence_of(tally(TENNESSEE, "bucklin"))["rounds"]
    assert [entry["votes"]["N"] for entry in rounds] == [26, 68]
    assert rounds[1]["votes"] == {"C": 58, "K": 32, "M": 42, "N": 68}


def test_a_missing_score_is_zero_or_left_out_of_the_mean() -> None:
    ballots = scores([[5, 2], [None, 3], [4, 3]])
    assert tally(ballots, "score").scores == {"A": 9, "B": 8}
    assert tally(ballots, "score", {"missing": "mean"}).scores == {"A": "9/2", "B": "8/3"}
    above = tally(ballots, "score", {"missing": "mean", "quorum": "3"})
    assert (above.winners, evidence_of(above)["excluded"]) == (("B",), ["A"])


def test_a_score_above_the_highest_is_refused() -> None:
    with pytest.raises(InvalidBallots, match="mark_out_of_range"):
        tally(scores([[5, 1]]), "score", {"max_score": "4"})


def test_grades_named_by_numbers_are_read_as_scores_and_others_are_not() -> None:
    with pytest.raises(InvalidBallots, match="wrong_ballot_kind"):
        tally(grades([[1, 2]]), "star")
    assert tally(scores([[5, 2], [4, 1]]), "majority_judgment").winners == ("A",)


def test_star_can_differ_from_score_and_names_its_protocol() -> None:
    ballots = scores([[5, 4, 0]] * 3 + [[0, 4, 5]] * 1 + [[0, 5, 1]] * 1)
    assert tally(ballots, "score").winners == ("B",)
    outcome = tally(ballots, "star")
    assert outcome.winners == ("A",)
    assert evidence_of(outcome)["finalists"] == ["A", "B"]
    assert evidence_of(outcome)["protocol"]["name"] == "starvoting.org official"


def test_star_ties_for_the_final_are_broken_by_contests_then_highest_scores() -> None:
    # B and C share 8 points; B is scored above C on two ballots, C above B on one.
    ballots = scores([[5, 4, 2], [5, 3, 1], [4, 1, 5]])
    outcome = tally(ballots, "star")
    assert outcome.scores == {"A": 14, "B": 8, "C": 8}
    assert evidence_of(outcome)["finalists"] == ["A", "B"]
    first = outcome.ties[0]
    assert (first.tied, first.rule) == (("B", "C"), "protocol")


def test_neighbours_of_a_kemeny_ranking_win_or_tie_their_contest() -> None:
    outcome = tally(TENNESSEE, "kemeny")
    order = [name for tier in outcome.ranking for name in tier]
    assert order == ["N", "C", "K", "M"]
    assert evidence_of(outcome)["score"] == 393
    contests = evidence_of(outcome)["pairwise"]
    assert all(contests[one][two] >= contests[two][one] for one, two in pairwise(order))
