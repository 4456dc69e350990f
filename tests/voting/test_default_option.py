"""Schulze with Debian's rules: a default option, a quorum and a majority."""

from __future__ import annotations

import pytest

from tests.voting.ballot_builders import evidence_of, rankings
from voting.explain import explain, explain_loss
from voting.invalid import InvalidBallots
from voting.tally import tally

# A and B are ahead of the default option D on 6 and 5 of 9 ballots; C beats nobody.
VOTES = rankings({"A>B>D>C": 4, "B>D>A>C": 1, "A>D>B>C": 2, "D>A>B>C": 2})


def test_without_a_default_option_nobody_is_dropped() -> None:
    outcome = tally(VOTES, "schulze", {"quorum": "9", "majority": "3"})
    assert outcome.winners == ("A",)
    assert evidence_of(outcome)["dropped"] == {}


def test_an_option_below_the_quorum_is_dropped_and_comes_last() -> None:
    outcome = tally(VOTES, "schulze", {"default": "option:D", "quorum": "6"})
    assert outcome.ranking == (("A",), ("D",), ("B", "C"))
    assert evidence_of(outcome)["dropped"]["B"] == {
        "default": "D",
        "for": 5,
        "against": 4,
        "lacks": "quorum",
    }
    assert [said.id for said in explain_loss(outcome, "B")] == ["why_not.schulze.no_quorum"]
    assert explain(outcome).summary[1].id == "reason.schulze.dropped"


def test_an_option_needs_more_than_the_majority_ratio() -> None:
    # A is preferred to D by 6 and D to A by 3: exactly twice as many, which is not more.
    outcome = tally(VOTES, "schulze", {"default": "option:D", "majority": "2"})
    assert outcome.winners == ("D",)
    assert evidence_of(outcome)["dropped"]["A"]["lacks"] == "majority"
    assert tally(VOTES, "schulze", {"default": "option:D", "majority": "3/2"}).winners == ("A",)


def test_a_default_option_that_is_not_on_the_ballot_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(InvalidBallots, match="bad_option_value") as refused:
        tally(VOTES, "schulze", {"default": "option:Z"})
    assert refused.value.values["valid"] == ["none", *(f"option:{name}" for name in "ABCD")]
    with pytest.raises(InvalidBallots, match="bad_option_value"):
        tally(VOTES, "schulze", {"majority": "1/0"})
