"""A count made in parts: summaries of disjoint ballots join into the outcome of them all."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voting.ballot_builders import drawn, evidence_of, grades, rankings, scores, ungrouped
from tests.voting.test_voting_criteria import CRITERION, VARIANTS
from voting.ballots import Ballots, matrix_of, with_rows
from voting.ballots.checks import InvalidBallots
from voting.methods import METHODS
from voting.records.documents import to_json
from voting.tally import Needed, Summary, aggregates_only, join, summarise, tally
from voting.ties import by_order


def beside(ballots: Ballots, method: str) -> Needed:
    """The budget and costs, where the method needs some."""
    if METHODS[method].needs != "budget":
        return {}
    return Needed(budget=2, costs=dict.fromkeys(ballots.options, 1))


def parts_of(data: st.DataObject, ballots: Ballots) -> list[Ballots]:
    """Each ballot in one of up to four parts, some of them empty, options in any order."""
    single = ungrouped(ballots)
    height = len(single.counts)
    drawn_parts = st.lists(st.integers(0, 3), min_size=height, max_size=height)
    part = np.array(data.draw(drawn_parts), np.int64)
    parts = []
    for number in range(4):
        order = data.draw(st.permutations(range(len(ballots.options))))
        names = tuple(ballots.options[column] for column in order)
        rows = matrix_of(single)[part == number][:, order]
        parts.append(with_rows(single, rows, single.counts[part == number], names))
    return parts


def joined_in_any_order(data: st.DataObject, summaries: list[Summary]) -> Summary:
    """Two at a time, whichever two, until one is left."""
    left = data.draw(st.permutations(summaries))
    while len(left) > 1:
        first, second, *rest = data.draw(st.permutations(left))
        left = [*rest, join(first, second)]
    return left[0]


@pytest.mark.parametrize(("method", "options"), VARIANTS)
@CRITERION
@given(data=st.data())
def test_any_parts_joined_in_any_order_give_the_same_outcome_to_the_byte(
    method: str, options: dict[str, str], data: st.DataObject
) -> None:
    ballots = data.draw(drawn(METHODS[method].ballot))
    ties = by_order(ballots.options)
    whole = tally(ballots, method, options, ties=ties, **beside(ballots, method))
    parts = [summarise(part, method, options) for part in parts_of(data, ballots)]
    joined = joined_in_any_order(data, parts)
    counted = tally(joined, method, options, ties=ties, **beside(ballots, method))
    assert to_json(counted) == to_json(whole)


SUMMABLE = [one for one in VARIANTS if METHODS[str(one.values[0])].summable]


@pytest.mark.parametrize(("method", "options"), SUMMABLE)
@CRITERION
@given(data=st.data())
def test_sums_without_any_ballot_give_the_same_outcome_with_a_digest_of_their_own(
    method: str, options: dict[str, str], data: st.DataObject
) -> None:
    ballots = data.draw(drawn(METHODS[method].ballot))
    whole = tally(ballots, method, options)
    parts = [aggregates_only(summarise(part, method, options)) for part in parts_of(data, ballots)]
    assert all(part.ballots is None for part in parts)
    counted = tally(joined_in_any_order(data, parts), method, options)
    alone = tally(aggregates_only(summarise(ballots, method, options)), method, options)
    assert to_json(counted) == to_json(alone)
    assert counted.digest != whole.digest
    assert {**evidence_of(counted), **{"digest": ""}} == {**evidence_of(whole), **{"digest": ""}}
    assert (
        counted.winners,
        counted.ranking,
        counted.scores,
        counted.ties,
        counted.ballot_counts,
    ) == (
        whole.winners,
        whole.ranking,
        whole.scores,
        whole.ties,
        whole.ballot_counts,
    )


def test_a_method_that_reads_ballots_keeps_them() -> None:
    summary = summarise(rankings({"A>B": 2, "B": 1}), "instant_runoff")
    assert summary.aggregates is None
    assert aggregates_only(summary) is summary


def test_ten_million_ballots_of_a_city_are_a_small_matrix() -> None:
    ballots = rankings({"A>B": 6_000_000, "B>A": 4_000_000})
    sums = aggregates_only(summarise(ballots, "schulze")).aggregates
    assert sums is not None
    assert sums.numbers.tolist() == [[0, 6_000_000], [4_000_000, 0]]
    assert sums.ballot_counts.received == 10_000_000


def test_summaries_made_for_other_options_or_methods_do_not_join() -> None:
    one = summarise(rankings({"A>B": 1}), "schulze")
    for other in (
        summarise(rankings({"A>C": 1}), "schulze"),
        summarise(rankings({"A>B": 1}), "minimax"),
        summarise(rankings({"A>B": 1}), "schulze", {"unranked": "no_opinion"}),
    ):
        with pytest.raises(InvalidBallots, match="different_options"):
            join(one, other)
        with pytest.raises(InvalidBallots, match="wrong_type"):
            tally(one, other.method, {"unranked": "no_opinion"})


def test_parts_whose_highest_scores_differ_join_as_judgments_too() -> None:
    low, high = scores([[1, 0, 2]]), scores([[4, 5, None]])
    parts = [with_most(low, 2), with_most(high, 5)]
    joined = reduce(join, [summarise(part, "majority_judgment") for part in parts])
    whole = tally(scores([[1, 0, 2], [4, 5, None]]), "majority_judgment")
    assert to_json(tally(joined, "majority_judgment")) == to_json(whole)


def test_other_grades_do_not_join() -> None:
    ballots = grades([[1, 2]])
    other = type(ballots)(ballots.options, ("bad", "good"), ballots.marks, ballots.counts)
    with pytest.raises(InvalidBallots, match="different_options"):
        join(*(summarise(part, "majority_judgment") for part in (ballots, other)))


def with_most(ballots: Any, most: int) -> Ballots:
    made: Ballots = type(ballots)(ballots.options, most, ballots.marks, ballots.counts)
    return made
