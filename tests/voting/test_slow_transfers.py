"""Transferable votes stage by stage beside slow counts written from the text of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting.ballot_builders import drawn, evidence_of
from tests.voting.oracles_transfers import Election, gregory, meek
from voting.ballots import Rankings
from voting.outcome import Outcome
from voting.tally import tally
from voting.ties import by_order

Slow = Callable[..., Election]

RULES: dict[str, tuple[str, dict[str, str], Slow]] = {
    "scottish": ("stv_scottish", {}, partial(gregory, decimals=5)),
    "wigm": ("stv_wigm", {}, gregory),
    "meek": ("stv_meek", {}, meek),
    "meek prf": ("stv_meek", {"rule": "prf"}, partial(meek, prf=True)),
}
VOTES = examples(80)


@pytest.mark.parametrize("rule", RULES)
@VOTES
@given(data=st.data(), seats=st.integers(1, 3))
def test_the_elected_are_those_of_the_slow_count_for_any_order_of_lots(
    rule: str, data: st.DataObject, seats: int
) -> None:
    method, options, slow = RULES[rule]
    ballots = data.draw(drawn("rankings", strict=True, fewest_ballots=1, most_options=5))
    assert isinstance(ballots, Rankings)
    lots = data.draw(st.permutations(range(len(ballots.options))))
    expected = slow(ballots, min(seats, len(ballots.options)), lots)
    order = by_order([ballots.options[option] for option in lots])
    outcome = tally(ballots, method, options, ties=order, seats=seats)
    assert set(outcome.winners) == names(ballots, expected.elected)
    if rule != "meek":
        assert tables_of(outcome) == named_tables(ballots, expected)


@pytest.mark.parametrize("rule", RULES)
@VOTES
@given(data=st.data(), seats=st.integers(1, 2))
def test_a_tie_left_open_lists_all_who_are_elected_by_some_order_of_lots(
    rule: str, data: st.DataObject, seats: int
) -> None:
    method, options, slow = RULES[rule]
    ballots = data.draw(drawn("rankings", strict=True, fewest_ballots=1, fewest_options=2))
    assert isinstance(ballots, Rankings)
    possible = {
        frozenset(names(ballots, slow(ballots, seats, lots).elected))
        for lots in permutations(range(len(ballots.options)))
    }
    outcome = tally(ballots, method, options, seats=seats)
    assert set(outcome.winners) == frozenset().union(*possible)
    assert any(tie.order_matters for tie in outcome.ties) == (len(possible) > 1)


def names(ballots: Rankings, elected: list[int]) -> set[str]:
    return {ballots.options[option] for option in elected}


def tables_of(outcome: Outcome) -> list[dict[str, Fraction]]:
    return _changes(
        {name: Fraction(votes) for name, votes in stage["votes"].items()}
        for stage in evidence_of(outcome)["stages"]
        if not (stage["action"] == "fill" and stage["filled"])
    )


def named_tables(ballots: Rankings, expected: Election) -> list[dict[str, Fraction]]:
    return _changes(
        {ballots.options[option]: votes for option, votes in table.items()}
        for table in expected.tables
    )


def _changes(tables: Iterable[dict[str, Fraction]]) -> list[dict[str, Fraction]]:
    """Votes stage by stage; stages that only exclude options without votes are left out."""
    found: list[dict[str, Fraction]] = []
    for table in tables:
        present = {name: votes for name, votes in table.items() if votes}
        if not found or found[-1] != present:
            found.append(present)
    return found
