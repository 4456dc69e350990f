"""Voting criteria: every method of the table is held to what voting methods must satisfy."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting.ballot_builders import NAMES, drawn, preferences, rearranged, renamed, ungrouped
from tests.voting.ballot_builders import counted as tally
from voting.ballots import Ballots, kind_of, matrix_of, with_rows
from voting.ballots.grouping import digest
from voting.explain import EXPLAINERS, MESSAGES, explain, explain_loss
from voting.methods import METHODS
from voting.methods.method import Method
from voting.outcome import Outcome
from voting.records.documents import as_document, from_document, to_json
from voting.records.recount import recount, recount_file
from voting.tally import merge
from voting.ties import by_order, by_published_seed

ALL = sorted(METHODS)
# A ballot with equal ranks is over-marked for these two: criteria about voters' wishes need others.
ONE_A_RANK = {"plurality", "instant_runoff", "stv_scottish", "stv_wigm", "stv_meek"}
# What stands for many values -> one of them.
CONCRETE = {"grade:NAME": "grade:fair", "N": "2", "N+": "2", "N/N": "3/2"}
CRITERION = examples(40)


def claiming(claim: str) -> list[str]:
    return [name for name, method in METHODS.items() if claim in method.claims]


def ballots_for(method: str, **wishes: Any) -> st.SearchStrategy[Ballots]:
    return drawn(METHODS[method].ballot, strict=method in ONE_A_RANK, **wishes)


def anything_for(method: str) -> st.SearchStrategy[Ballots]:
    return drawn(METHODS[method].ballot)


def option_sets(method: Method) -> list[dict[str, str]]:
    """The defaults, then each other value on its own (`grade:NAME` and `N` made concrete)."""
    sets: list[dict[str, str]] = [{}]
    for name, values in method.options.items():
        for value in values[1:]:
            concrete = CONCRETE.get(value, value)
            concrete = "6" if (name, value) == ("max_score", "N") else concrete
            # Every ballot here has an option of this name.
            concrete = f"option:{NAMES[0]}" if value == "option:NAME" else concrete
            if (name, concrete) != ("equal", "refuse"):
                sets.append({name: concrete})
    if "default" in method.options:
        default = f"option:{NAMES[0]}"
        sets += [{"default": default, "quorum": "2"}, {"default": default, "majority": "3/2"}]
    return sets


VARIANTS = [
    pytest.param(name, options, id=" ".join([name, *map("=".join, options.items())]))
    for name in ALL
    for options in option_sets(METHODS[name])
]


@pytest.mark.parametrize(("method", "options"), VARIANTS)
@CRITERION
@given(data=st.data())
def test_the_outcome_does_not_depend_on_the_order_or_grouping_of_ballots_and_options(
    method: str, options: dict[str, str], data: st.DataObject
) -> None:
    ballots = data.draw(anything_for(method))
    rows = data.draw(st.permutations(range(len(ballots.counts))))
    columns = data.draw(st.permutations(range(len(ballots.options))))
    outcome = tally(ballots, method, options)
    assert tally(rearranged(ballots, rows, columns), method, options) == outcome
    assert tally(ungrouped(ballots), method, options) == outcome
    assert digest(rearranged(ballots, rows, columns)) == outcome.digest


@pytest.mark.parametrize(("method", "options"), VARIANTS)
@CRITERION
@given(data=st.data())
def test_renaming_options_renames_the_outcome_and_changes_nothing_else(
    method: str, options: dict[str, str], data: st.DataObject
) -> None:
    ballots = data.draw(anything_for(method))
    names = data.draw(st.permutations(ballots.options))
    new_name = dict(zip(ballots.options, names, strict=True))
    before = tally(ballots, method, options)
    options = {key: renamed_value(value, new_name) for key, value in options.items()}
    after = tally(renamed(ballots, names), method, options)
    assert {new_name[name] for name in before.winners} == set(after.winners)
    assert [{new_name[name] for name in tier} for tier in before.ranking] == [
        set(tier) for tier in after.ranking
    ]
    assert {new_name[name]: score for name, score in before.scores.items()} == after.scores
    assert before.ballot_counts == after.ballot_counts


@pytest.mark.parametrize(("method", "options"), VARIANTS)
@CRITERION
@given(data=st.data())
def test_an_outcome_is_whole(method: str, options: dict[str, str], data: st.DataObject) -> None:
    """Winners are the first tier, tiers hold each option once, boxes add up, nothing is a float."""
    ballots = data.draw(anything_for(method))
    outcome = tally(ballots, method, options)
    assert outcome.winners == outcome.ranking[0] or "set" in METHODS[method].claims
    assert sorted(name for tier in outcome.ranking for name in tier) == sorted(ballots.options)
    assert set(outcome.scores) == set(ballots.options)
    assert outcome.ballot_counts.received == int(ballots.counts.sum())
    assert from_document(as_document(outcome)) == outcome
    json.loads(to_json(outcome), parse_float=lambda text: pytest.fail(f"a float: {text}"))


@pytest.mark.parametrize(("method", "options"), VARIANTS)
@CRITERION
@given(data=st.data())
def test_a_tie_is_always_told(method: str, options: dict[str, str], data: st.DataObject) -> None:
    outcome = tally(data.draw(anything_for(method)), method, options)
    if "set" in METHODS[method].claims:
        return
    told = [set(tie.tied) for tie in outcome.ties]
    for tier in outcome.ranking[1:]:
        assert len(tier) == 1 or any(set(tier) <= tied for tied in told)
    if len(outcome.winners) > 1:
        assert any(tie.rule == "left" and tie.order_matters for tie in outcome.ties)


@pytest.mark.parametrize(("method", "options"), VARIANTS)
@CRITERION
@given(data=st.data())
def test_a_published_order_gives_one_winner_among_those_left_tied_and_says_when_it_decided(
    method: str, options: dict[str, str], data: st.DataObject
) -> None:
    ballots = data.draw(anything_for(method))
    if "set" in METHODS[method].claims:
        return
    left = tally(ballots, method, options)
    for rule in (by_order(data.draw(st.permutations(ballots.options))), by_published_seed("27 11")):
        settled = tally(ballots, method, options, ties=rule)
        assert len(settled.winners) == 1
        assert set(settled.winners) <= set(left.winners)
        if len(left.winners) > 1:
            assert any(tie.rule == rule.kind and tie.order_matters for tie in settled.ties)
        else:
            assert not any(tie.order_matters for tie in settled.ties)


@pytest.mark.parametrize("method", ALL)
@CRITERION
@given(data=st.data())
def test_counts_of_disjoint_ballots_merge_in_any_order_of_chunks(
    method: str, data: st.DataObject
) -> None:
    ballots = data.draw(anything_for(method))
    matrix, counts = matrix_of(ballots), ballots.counts
    cuts = sorted(data.draw(st.lists(st.integers(0, len(counts)), min_size=1, max_size=3)))
    chunks = [slice(*ends) for ends in pairwise([0, *cuts, len(counts)])]
    columns = range(len(ballots.options))
    parts = []
    for rows in data.draw(st.permutations(chunks)):
        part = with_rows(ballots, matrix[rows], counts[rows])
        order = data.draw(st.permutations(columns))
        parts.append(rearranged(part, range(len(part.counts)), order))
    assert tally(merge(*parts), method) == tally(ballots, method)


@pytest.mark.parametrize("method", ALL)
@CRITERION
@given(data=st.data())
def test_an_option_that_every_ballot_puts_first_wins_alone(
    method: str, data: st.DataObject
) -> None:
    ballots = data.draw(ballots_for(method, fewest_ballots=1))
    favourite = data.draw(st.integers(0, len(ballots.options) - 1))
    outcome = tally(with_favourite(ballots, favourite, len(ballots.counts)), method)
    assert outcome.winners == (ballots.options[favourite],)


@pytest.mark.parametrize("method", claiming("majority"))
@CRITERION
@given(data=st.data())
def test_an_option_first_on_more_than_half_of_the_ballots_wins_alone(
    method: str, data: st.DataObject
) -> None:
    ballots = data.draw(ballots_for(method, fewest_ballots=1))
    favourite = data.draw(st.integers(0, len(ballots.options) - 1))
    rows = data.draw(st.integers(1, len(ballots.counts)))
    assume(2 * int(ballots.counts[:rows].sum()) > int(ballots.counts.sum()))
    outcome = tally(with_favourite(ballots, favourite, rows), method)
    assert outcome.winners == (ballots.options[favourite],)


@pytest.mark.parametrize("method", claiming("condorcet"))
@CRITERION
@given(data=st.data())
def test_an_option_that_wins_every_contest_wins_alone(method: str, data: st.DataObject) -> None:
    ballots = data.draw(ballots_for(method))
    contests = preferences(ballots)
    everybody = range(len(contests))
    for first in everybody:
        if all(
            contests[first][other] > contests[other][first] for other in everybody if other != first
        ):
            assert tally(ballots, method).winners == (ballots.options[first],)


@pytest.mark.parametrize("method", claiming("condorcet_loser"))
@CRITERION
@given(data=st.data())
def test_an_option_that_loses_every_contest_does_not_win(method: str, data: st.DataObject) -> None:
    ballots = data.draw(ballots_for(method, fewest_options=2))
    contests = preferences(ballots)
    everybody = range(len(contests))
    for last in everybody:
        if all(
            contests[last][other] < contests[other][last] for other in everybody if other != last
        ):
            assert ballots.options[last] not in tally(ballots, method).winners


@pytest.mark.parametrize("method", claiming("smith"))
@CRITERION
@given(data=st.data())
def test_winners_are_in_the_smallest_group_that_beats_all_others(
    method: str, data: st.DataObject
) -> None:
    ballots = data.draw(ballots_for(method))
    contests = preferences(ballots)
    group = {max(range(len(contests)), key=lambda one: duels_won(contests, one))}
    while grown := {
        other
        for other in range(len(contests))
        if other not in group and any(contests[other][one] >= contests[one][other] for one in group)
    }:
        group |= grown
    assert set(tally(ballots, method).winners) <= {ballots.options[one] for one in group}


@pytest.mark.parametrize("method", claiming("monotonicity"))
@CRITERION
@given(data=st.data())
def test_a_winner_raised_on_a_ballot_still_wins(method: str, data: st.DataObject) -> None:
    ballots = data.draw(ballots_for(method, fewest_ballots=1))
    winner = data.draw(st.sampled_from(tally(ballots, method).winners))
    row = data.draw(st.integers(0, len(ballots.counts) - 1))
    assume(matrix_of(ballots)[row].any())
    matrix = matrix_of(ballots).copy(order="F")
    column = ballots.options.index(winner)
    if kind_of(ballots) == "rankings":
        matrix[row] = raised(matrix[row], column, data)
    else:
        matrix[row, column] = data.draw(st.integers(matrix[row, column], highest(ballots)))
    assert winner in tally(with_rows(ballots, matrix, ballots.counts), method).winners


@pytest.mark.parametrize("method", claiming("clones"))
@CRITERION
@given(data=st.data())
def test_a_clone_changes_nothing_for_the_others(method: str, data: st.DataObject) -> None:
    name, before, after = with_and_without_a_clone(method, data)
    assert_same_but_for_the_clone(name, before, after)


@pytest.mark.parametrize("method", claiming("clones_untied"))
@CRITERION
@given(data=st.data())
def test_where_no_tie_is_met_a_clone_changes_nothing_for_the_others(
    method: str, data: st.DataObject
) -> None:
    name, before, after = with_and_without_a_clone(method, data)
    if not before.ties and not after.ties:
        assert_same_but_for_the_clone(name, before, after)


def test_every_claim_of_a_method_is_a_law_of_this_book() -> None:
    # Justified representation (`jr`, `ejr`) has its own law, among the tests of committees.
    claims = set().union(*(method.claims for method in METHODS.values())) - {"jr", "ejr"}
    assert claims <= set(CLAIMS)


@pytest.mark.parametrize(("method", "options"), VARIANTS)
@CRITERION
@given(data=st.data())
def test_every_sentence_is_listed_with_its_values(
    method: str, options: dict[str, str], data: st.DataObject
) -> None:
    outcome = tally(data.draw(anything_for(method)), method, options)
    told = [*explain(outcome).summary, *explain(outcome).steps]
    for name in outcome.scores:
        told += explain_loss(outcome, name)
    for sentence in told:
        assert set(sentence.values) == set(MESSAGES[sentence.id]), sentence.id


@pytest.mark.parametrize("method", ALL)
@CRITERION
@given(data=st.data())
def test_a_recount_of_the_published_file_gives_the_same_outcome(
    method: str, data: st.DataObject
) -> None:
    ballots = data.draw(anything_for(method))
    outcome = tally(ballots, method, ties=by_order(ballots.options))
    again = recount(recount_file(ballots, outcome))
    assert again.differences == []
    assert again.same


def test_every_method_can_be_explained() -> None:
    assert set(EXPLAINERS) == {method.evidence for method in METHODS.values()}


@pytest.mark.parametrize("method", ALL)
@CRITERION
@given(data=st.data())
def test_the_json_of_an_outcome_has_these_fields(method: str, data: st.DataObject) -> None:
    outcome = tally(data.draw(anything_for(method)), method)
    assert sorted(as_document(outcome)) == [
        "boxes",
        "committees",
        "digest",
        "evidence",
        "method",
        "options",
        "ranking",
        "scores",
        "ties",
        "winners",
    ]
    assert isinstance(outcome, Outcome)


def with_favourite(ballots: Ballots, favourite: int, rows: int) -> Ballots:
    """The first rows put one option alone on top."""
    matrix = matrix_of(ballots).copy(order="F")
    for row in range(rows):
        if kind_of(ballots) == "rankings":
            matrix[row] = on_top(matrix[row], favourite)
        else:
            matrix[row] = np.minimum(matrix[row], highest(ballots) - 1)
            matrix[row, favourite] = highest(ballots)
    return with_rows(ballots, matrix, ballots.counts)


def with_and_without_a_clone(method: str, data: st.DataObject) -> tuple[str, Outcome, Outcome]:
    """An option, the outcome without its clone and with it. On each ballot the clone stands right
    above, right below or beside an option alone at its rank, and beside one that is not.
    """
    ballots = data.draw(ballots_for(method, fewest_options=2))
    copied = data.draw(st.integers(0, len(ballots.options) - 1))
    beside = [] if method in ONE_A_RANK else [0]
    rows = []
    for row in matrix_of(ballots).tolist():
        alone = row[copied] and row.count(row[copied]) == 1
        step = data.draw(st.sampled_from([-1, 1, *beside])) if alone else 0
        rows.append([*(3 * rank for rank in row), 3 * row[copied] + step])
    matrix = np.array(rows, np.uint8).reshape(len(rows), len(ballots.options) + 1)
    cloned = with_rows(ballots, matrix, ballots.counts, (*ballots.options, "clone"))
    return ballots.options[copied], tally(ballots, method), tally(cloned, method)


def assert_same_but_for_the_clone(name: str, before: Outcome, after: Outcome) -> None:
    assert set(before.winners) - {name} == set(after.winners) - {name, "clone"}
    assert (name in before.winners) == bool({name, "clone"} & set(after.winners))


def raised(ranks: np.ndarray[Any, Any], column: int, data: st.DataObject) -> np.ndarray[Any, Any]:
    """One ranking with an option moved up, alone at its new place."""
    place = ranks[column] or ranks.max() + 1
    above = data.draw(st.integers(1, int(place)))
    moved = 2 * ranks
    moved[column] = 2 * above - 1
    return moved


def renamed_value(value: str, new_name: dict[str, str]) -> str:
    """The value of an option that names an option, with its new name."""
    kind, sign, name = value.partition(":")
    return f"{kind}:{new_name[name]}" if kind == "option" and sign else value


def on_top(ranks: np.ndarray[Any, Any], column: int) -> np.ndarray[Any, Any]:
    lowered = np.where(ranks > 0, ranks + 1, 0)
    lowered[column] = 1
    return lowered


def highest(ballots: Ballots) -> int:
    return {"approvals": 1, "grades": 5, "scores": 6, "points": 5}[kind_of(ballots)]


def duels_won(contests: list[list[int]], one: int) -> int:
    return sum(contests[one][other] > contests[other][one] for other in range(len(contests)))


# Claim -> its criterion test. A `set` of winners has no first place for a tie to be about.
CLAIMS = {
    "majority": test_an_option_first_on_more_than_half_of_the_ballots_wins_alone,
    "condorcet": test_an_option_that_wins_every_contest_wins_alone,
    "condorcet_loser": test_an_option_that_loses_every_contest_does_not_win,
    "smith": test_winners_are_in_the_smallest_group_that_beats_all_others,
    "monotonicity": test_a_winner_raised_on_a_ballot_still_wins,
    "clones": test_a_clone_changes_nothing_for_the_others,
    "clones_untied": test_where_no_tie_is_met_a_clone_changes_nothing_for_the_others,
    "set": test_a_tie_is_always_told,
}
