"""The actions that each phase opens, and when: a table that anybody can read and dispute."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.core.errors import NotAllowed
from deliberation.process.consultations.phases import (
    OPENS,
    closing,
    open_actions,
    opening,
    refused,
    state,
)
from deliberation.process.consultations.queries import PhaseView

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def a_phase(kind: str, begin: float, end: float) -> PhaseView:
    return PhaseView(uuid4(), kind, NOON + timedelta(days=begin), NOON + timedelta(days=end), "")


# phase           propose support comment vote
GRID = """
information       no      no      no      no
proposals         yes     yes     yes     no
discussion        no      yes     yes     no
vote              no      no      no      yes
decision          no      no      no      no
follow_up         no      no      no      no
"""


@pytest.mark.parametrize("row", GRID.strip().splitlines())
def test_each_phase_opens_what_the_grid_says(row: str) -> None:
    kind, *answers = row.split()
    actions = ("propose", "support", "comment", "vote")
    expected = {action for action, answer in zip(actions, answers, strict=True) if answer == "yes"}
    assert open_actions([a_phase(kind, -1, 1)], NOON) == expected


def test_the_grid_names_every_phase() -> None:
    assert {row.split()[0] for row in GRID.strip().splitlines()} == set(OPENS)


def test_a_phase_holds_from_its_first_instant_until_just_before_its_last() -> None:
    phase = a_phase("vote", 0, 1)
    assert state(phase, phase.opens_at) == "open"
    assert state(phase, phase.closes_at - timedelta(microseconds=1)) == "open"
    assert state(phase, phase.closes_at) == "done"
    assert state(phase, phase.opens_at - timedelta(microseconds=1)) == "promised"


def test_a_refusal_says_when_it_opens_or_that_it_is_over() -> None:
    coming = refused([a_phase("vote", 2, 3)], "vote", NOON)
    assert isinstance(coming, NotAllowed)
    assert (coming.code, coming.values["opens"]) == ("voting-not-open", NOON + timedelta(days=2))
    over = refused([a_phase("vote", -3, -2)], "vote", NOON)
    assert over is not None
    assert over.code == "voting-closed"
    never = refused([a_phase("proposals", -3, 2)], "vote", NOON)
    assert never is not None
    assert never.code == "voting-not-open"


def test_what_two_phases_open_in_turn_closes_with_the_last() -> None:
    phases = [a_phase("proposals", -1, 2), a_phase("discussion", 2, 5)]
    assert closing(phases, "comment", NOON) == NOON + timedelta(days=5)
    assert closing(phases, "propose", NOON) == NOON + timedelta(days=2)


spans = st.tuples(st.floats(-9, 9), st.floats(0.1, 9))


@given(st.dictionaries(st.sampled_from(sorted(OPENS)), spans), st.sampled_from(sorted(OPENS)))
def test_open_means_not_refused_and_never_both(
    dates: dict[str, tuple[float, float]], kind: str
) -> None:
    phases = [a_phase(name, begin, begin + length) for name, (begin, length) in dates.items()]
    for action in OPENS[kind]:
        is_open = action in open_actions(phases, NOON)
        assert (refused(phases, action, NOON) is None) == is_open
        assert (closing(phases, action, NOON) is not None) == is_open
        opens = opening(phases, action, NOON)
        assert opens is None or opens > NOON
