"""Each criterion test catches a method that breaks it: one that nothing breaks proves nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from types import ModuleType
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.voting import test_voting_criteria as criteria
from voting.ballots import Approvals
from voting.evidence import ApprovalEvidence
from voting.methods import METHODS
from voting.methods.method import Method
from voting.methods.sums.approval import approval
from voting.outcome import Count, tiers_by
from voting.ties import TieRule, leave_tied, settle

pytestmark = pytest.mark.slow

Criterion = Callable[..., None]
# As many examples as it takes, the same at each run, without the search for the smallest one.
SEARCH = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
TURNS = count()


def first_by_name(ballots: Approvals, ties: TieRule) -> Count:
    """Gives a tie to the name that comes first in the alphabet."""
    found = approval(ballots, leave_tied)
    ranking = tuple((name,) for tier in found.ranking for name in sorted(tier))
    return msgspec.structs.replace(found, winners=ranking[0], ranking=ranking, ties=())


def by_turns(ballots: Approvals, ties: TieRule) -> Count:
    """Remembers how many counts there were before."""
    found = approval(ballots, ties)
    return msgspec.structs.replace(
        found, evidence=ApprovalEvidence(approvals={"turn": next(TURNS)})
    )


def fewest(ballots: Approvals, ties: TieRule) -> Count:
    """Elects the option with the fewest approvals."""
    found = approval(ballots, ties)
    ranking, reports = settle(tiers_by({n: -int(s) for n, s in found.scores.items()}), ties)
    return msgspec.structs.replace(found, winners=ranking[0], ranking=ranking, ties=reports)


def silent(ballots: Approvals, ties: TieRule) -> Count:
    """Tells no tie."""
    return msgspec.structs.replace(approval(ballots, ties), ties=())


def deaf(ballots: Approvals, ties: TieRule) -> Count:
    """Takes no order published before the count."""
    return approval(ballots, leave_tied)


def rounded(ballots: Approvals, ties: TieRule) -> Count:
    """Gives a share as a float."""
    evidence = ApprovalEvidence(approvals={"share": 0.5})  # type: ignore[dict-item]
    return msgspec.structs.replace(approval(ballots, ties), evidence=evidence)


def absent_minded(ballots: Approvals, ties: TieRule) -> Count:
    """Puts no ballot in a box."""
    found = approval(ballots, ties)
    return msgspec.structs.replace(
        found, ballot_counts=msgspec.structs.replace(found.ballot_counts, counted=0)
    )


BROKEN: list[tuple[Criterion, Callable[..., Count]]] = [
    (
        criteria.test_the_outcome_does_not_depend_on_the_order_or_grouping_of_ballots_and_options,
        by_turns,
    ),
    (criteria.test_renaming_options_renames_the_outcome_and_changes_nothing_else, first_by_name),
    (criteria.test_an_outcome_is_whole, rounded),
    (criteria.test_an_outcome_is_whole, absent_minded),
    (criteria.test_a_tie_is_always_told, silent),
    (
        criteria.test_a_published_order_gives_one_winner_among_those_left_tied_and_says_when_it_decided,
        deaf,
    ),
    (
        criteria.test_a_published_order_gives_one_winner_among_those_left_tied_and_says_when_it_decided,
        silent,
    ),
    (criteria.test_counts_of_disjoint_ballots_merge_in_any_order_of_chunks, by_turns),
    (criteria.test_an_option_that_every_ballot_puts_first_wins_alone, fewest),
    (criteria.test_a_winner_raised_on_a_ballot_still_wins, fewest),
    (criteria.test_a_recount_of_the_published_file_gives_the_same_outcome, by_turns),
    (criteria.test_an_option_first_on_more_than_half_of_the_ballots_wins_alone, fewest),
]
# Methods of the table that are known not to have a property: the criterion finds it out.
WITHOUT: list[tuple[str, str]] = [
    ("majority", "borda"),
    ("condorcet", "instant_runoff"),
    ("condorcet_loser", "plurality"),
    ("smith", "bucklin"),
    ("clones", "copeland"),
    ("clones_untied", "coombs"),
]


PLANTED = Method("planted", "sums", "approvals", ApprovalEvidence)


@pytest.mark.parametrize(
    ("criterion", "method"), BROKEN, ids=lambda part: getattr(part, "__name__", "")
)
def test_a_criterion_catches_a_method_that_breaks_it(
    criterion: Criterion, method: Callable[..., Count], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ModuleType("voting.methods.sums.planted")
    vars(file)["planted"] = method
    monkeypatch.setitem(sys.modules, file.__name__, file)
    monkeypatch.setitem(METHODS, "planted", PLANTED)
    assert breaks(criterion, "planted")
    monkeypatch.setitem(METHODS, "planted", METHODS["approval"])
    # What the planted methods are made of keeps the criteria that are not about more than it
    # claims.
    if criterion is not criteria.CLAIMS["majority"]:
        assert not breaks(criterion, "planted", examples=40)


@pytest.mark.parametrize(("claim", "method"), WITHOUT)
def test_a_criterion_finds_the_method_that_is_known_to_lack_it(claim: str, method: str) -> None:
    assert claim not in METHODS[method].claims
    assert breaks(criteria.CLAIMS[claim], method)


def test_every_claim_has_a_method_that_lacks_it() -> None:
    assert {claim for claim, _ in WITHOUT} == set(criteria.CLAIMS) - {"monotonicity", "set"}


def breaks(criterion: Criterion, method: str, examples: int = 1_000) -> bool:
    """Whether some ballots show that the method does not keep the criterion."""
    inner: Any = criterion.hypothesis.inner_test  # type: ignore[attr-defined]
    values: dict[str, Any] = {"method": method}
    if "options" in inner.__annotations__:
        values["options"] = {}
    try:
        settings(SEARCH, max_examples=examples)(given(data=st.data())(inner))(**values)
    except (AssertionError, msgspec.ValidationError, pytest.fail.Exception):
        return True
    return False
