"""Schulze: strongest paths, tiers, both strengths."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from tests.examples import examples
from tests.voting.ballot_builders import drawn, evidence_of, preferences, rankings
from tests.voting.oracles import path_strengths
from voting.ballots import Rankings
from voting.outcome import BallotCounts
from voting.tally import tally


@pytest.mark.parametrize("strength", ["winning_votes", "margins"])
def test_path_strengths_are_those_of_all_simple_paths(strength: str) -> None:
    @examples(150)
    @given(drawn("rankings", most_options=5))
    def holds(ballots: Rankings) -> None:
        won = preferences(ballots)
        size = len(won)
        links = [[0] * size for _ in range(size)]
        for one in range(size):
            for other in range(size):
                lead = won[one][other] - won[other][one]
                if lead > 0:
                    links[one][other] = lead if strength == "margins" else won[one][other]
        strongest = path_strengths(links)
        outcome = tally(ballots, "schulze", {"strength": strength})
        names = ballots.options
        for one, name in enumerate(names):
            for other, rival in enumerate(names):
                if one != other:
                    found = evidence_of(outcome)["path_strengths"][name][rival]
                    assert found == strongest[one][other]
        assert set(outcome.winners) == {
            names[one]
            for one in range(size)
            if all(strongest[one][other] >= strongest[other][one] for other in range(size))
        }

    holds()


@examples(100)
@given(drawn("rankings"))
def test_a_shown_path_is_as_strong_as_it_says(ballots: Rankings) -> None:
    outcome = tally(ballots, "schulze")
    won = evidence_of(outcome)["pairwise"]
    for start, routes in evidence_of(outcome)["paths"].items():
        for end, route in routes.items():
            assert (route[0], route[-1]) == (start, end)
            links = list(pairwise(route))
            assert all(won[one][other] > won[other][one] for one, other in links)
            weakest = min(won[one][other] for one, other in links)
            assert weakest == evidence_of(outcome)["path_strengths"][start][end]


def test_winning_votes_and_margins_can_differ() -> None:
    # Short rankings: a link's winning side and its lead are then no longer in step.
    votes = {"A>B": 10, "B>C": 8, "C>A": 7, "B": 5, "C>B": 3, "A": 4}
    ballots = rankings(votes, "ABC")
    by_votes = evidence_of(tally(ballots, "schulze"))["path_strengths"]
    by_lead = evidence_of(tally(ballots, "schulze", {"strength": "margins"}))["path_strengths"]
    assert by_votes != by_lead


def test_unranked_options_are_below_the_ranked_unless_no_opinion_is_asked() -> None:
    ballots = rankings({"A": 3, "B>A": 2})
    assert tally(ballots, "schulze").winners == ("A",)
    silent = tally(ballots, "schulze", {"unranked": "no_opinion"})
    assert silent.winners == ("B",)
    assert evidence_of(silent)["pairwise"] == {"A": {"B": 0}, "B": {"A": 2}}


def test_equal_ranks_count_for_nobody() -> None:
    outcome = tally(rankings({"A=B": 5, "A>B": 1}), "schulze")
    assert evidence_of(outcome)["pairwise"] == {"A": {"B": 1}, "B": {"A": 0}}
    assert outcome.ballot_counts == BallotCounts(counted=6)


def test_a_perfect_cycle_is_left_tied_and_told() -> None:
    outcome = tally(rankings({"A>B>C": 1, "B>C>A": 1, "C>A>B": 1}), "schulze")
    assert outcome.winners == ("A", "B", "C")
    assert outcome.ties[0].order_matters
