"""`tally`: requests are validated, methods compared, and odd elections have defined answers."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tests.voting.ballot_builders import (
    approvals,
    counted,
    evidence_of,
    front,
    grades,
    points,
    rankings,
    scores,
)
from voting.ballots import Approvals, Ballots, Grades, Points, Rankings, Scores
from voting.ballots.checks import InvalidBallots
from voting.ballots.conversions import as_rankings
from voting.ballots.grouping import digest, distinct
from voting.ballots.packing import pack, unpack
from voting.explain import explain, headline
from voting.formats import read
from voting.methods import METHODS
from voting.outcome import BallotCounts
from voting.tally import compare, merge, tally
from voting.ties import by_order, by_published_seed, seeded

EMPTY: dict[str, Ballots] = {
    "rankings": rankings({}, "ABC"),
    "grades": Grades(
        tuple("ABC"), ("bad", "good"), np.zeros((0, 3), np.uint8), np.zeros(0, np.int64)
    ),
    "approvals": Approvals(tuple("ABC"), np.zeros((0, 3), np.uint8), np.zeros(0, np.int64)),
    "scores": Scores(tuple("ABC"), 5, np.zeros((0, 3), np.uint8), np.zeros(0, np.int64)),
    "points": Points(tuple("ABC"), np.zeros((0, 3), np.int64), np.zeros(0, np.int64)),
}
BLANK: dict[str, Ballots] = {
    "rankings": rankings({"": 4}, "ABC"),
    "grades": grades([[0, 0, 0]], [4]),
    "approvals": approvals({"": 4}, "ABC"),
    "scores": scores([[None, None, None]], [4]),
    "points": points([[0, 0, 0]], [4]),
}
ALONE: dict[str, Ballots] = {
    "rankings": rankings({"A": 2, "": 1}),
    "grades": grades([[3], [0]]),
    "approvals": approvals({"A": 2, "": 1}),
    "scores": scores([[3], [None]]),
    "points": points([[3], [0]]),
}


def reason_of(ballots: Ballots, method: str, **options: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(InvalidBallots) as refused:
        tally(ballots, method, options)
    return refused.value.reason, dict(refused.value.values)


@pytest.mark.parametrize("method", METHODS)
def test_without_ballots_all_options_are_tied_and_it_is_told(method: str) -> None:
    outcome = counted(EMPTY[METHODS[method].ballot], method)
    funds = METHODS[method].needs == "budget"
    assert front(outcome) == (() if funds else ("A", "B", "C"))
    assert outcome.ballot_counts.received == 0
    assert headline(outcome).id == "result.no_ballots"
    if "set" not in METHODS[method].claims:
        assert outcome.ties[0].tied == ("A", "B", "C")
        first = tally(EMPTY[METHODS[method].ballot], method, ties=by_order("CAB"))
        assert first.winners == ("C",)


@pytest.mark.parametrize("method", METHODS)
def test_blank_ballots_are_in_their_box_and_decide_nothing(method: str) -> None:
    outcome = counted(BLANK[METHODS[method].ballot], method)
    funds = METHODS[method].needs == "budget"
    assert front(outcome) == (() if funds else ("A", "B", "C"))
    assert outcome.ballot_counts == BallotCounts(blank=4)


@pytest.mark.parametrize("method", METHODS)
def test_a_single_option_wins_without_a_tie(method: str) -> None:
    outcome = counted(ALONE[METHODS[method].ballot], method)
    assert outcome.winners == ("A",)
    assert outcome.ties == ()
    assert [sentence.id for sentence in explain(outcome).summary] == ["result.only_option"]


def test_an_election_without_options_is_refused() -> None:
    assert reason_of(rankings({}), "schulze") == ("no_options", {})


def test_an_unknown_method_is_refused_with_the_list() -> None:
    reason, values = reason_of(rankings({"A": 1}), "drawing_lots")
    assert (reason, values["valid"]) == ("unknown_method", sorted(METHODS))


def test_an_unknown_option_or_value_is_refused_with_the_valid_ones() -> None:
    assert reason_of(rankings({"A": 1}), "schulze", strenght="margins") == (
        "unknown_method_option",
        {"name": "strenght", "valid": ["default", "majority", "quorum", "strength", "unranked"]},
    )
    assert reason_of(rankings({"A": 1}), "schulze", strength="votes") == (
        "bad_option_value",
        {"name": "strength", "value": "votes", "valid": ["winning_votes", "margins"]},
    )
    assert reason_of(grades([[1]]), "majority_judgment", quorum="-3")[0] == "bad_option_value"


def test_ballots_of_another_kind_are_refused() -> None:
    assert reason_of(approvals({"A": 1}), "schulze") == (
        "wrong_ballot_kind",
        {"method": "schulze", "expected": "rankings", "found": "approvals"},
    )


def test_a_tie_order_must_name_every_option_once() -> None:
    with pytest.raises(InvalidBallots, match="tie_order_incomplete"):
        tally(rankings({"A>B": 1}), "schulze", ties=by_order("A"))
    with pytest.raises(InvalidBallots, match="tie_order_repeats"):
        by_order("ABA")


def test_the_order_of_a_seed_does_not_depend_on_the_order_of_names() -> None:
    assert seeded("loto 27/11", "ABCDE") == seeded("loto 27/11", "EDCBA")
    orders = {tuple(seeded(str(number), "ABC")) for number in range(60)}
    assert len(orders) == 6


def test_a_seed_published_before_the_count_settles_a_tie() -> None:
    outcome = tally(approvals({"AB": 1}, "ABC"), "approval", ties=by_published_seed("27 11"))
    assert outcome.winners == (seeded("27 11", "AB")[0],)
    assert outcome.ties[0].rule == "seed"
    assert evidence_of(outcome)["rules"]["ties"] == {"kind": "seed", "order": [], "seed": "27 11"}


def test_the_default_options_are_recorded() -> None:
    outcome = tally(rankings({"A>B": 1}), "schulze")
    assert outcome.options == {
        "strength": "winning_votes",
        "unranked": "bottom",
        "default": "none",
        "quorum": "0",
        "majority": "1",
    }


def test_another_method_can_change_the_winner_and_the_comparison_says_so() -> None:
    ballots = rankings({"M>N>C>K": 42, "N>C>K>M": 26, "C>K>N>M": 15, "K>C>N>M": 17})
    compared = compare(ballots, ["plurality", "instant_runoff", "schulze"])
    assert compared.winners == {"plurality": ("M",), "instant_runoff": ("K",), "schulze": ("N",)}
    assert compared.differ
    assert compared.read_as == {}
    assert not compare(ballots, ["schulze", "copeland"]).differ


def test_judgments_are_compared_by_contests_when_a_ranking_method_is_asked_for() -> None:
    compared = compare(grades([[5, 4], [5, 4], [1, 4]]), ["majority_judgment", "schulze"])
    assert compared.read_as == {"schulze": "rankings"}
    assert compared.winners == {"majority_judgment": ("A",), "schulze": ("A",)}
    assert as_rankings(grades([[5, 0]])).ranks.tolist() == [[1, 0]]


def test_a_stored_ballot_is_one_byte_an_option() -> None:
    packed = pack([2, 0, 1])
    assert packed == b"\x02\x00\x01"
    ballots = unpack("rankings", ["A", "B", "C"], [packed, packed], [1, 4])
    assert isinstance(ballots, Rankings)
    assert ballots.ranks.flags.f_contiguous
    assert distinct(ballots).counts.tolist() == [5]
    with pytest.raises(InvalidBallots) as refused:
        unpack("rankings", ["A", "B"], [b"\x01\x02", b"\x01"])
    assert (refused.value.reason, refused.value.row) == ("ballot_length", 1)
    with pytest.raises(InvalidBallots, match="mark_out_of_range"):
        pack([256])


def test_ranks_may_leave_gaps_and_mean_the_same_order() -> None:
    tight = rankings({"A>B": 1}, "ABC")
    loose = unpack("rankings", ["A", "B", "C"], [bytes([40, 255, 0])])
    assert digest(loose) == digest(tight)
    assert tally(loose, "instant_runoff") == tally(tight, "instant_runoff")


def test_ballots_of_other_options_do_not_merge() -> None:
    with pytest.raises(InvalidBallots, match="different_options"):
        merge(rankings({"A>B": 1}), rankings({"A>C": 1}))


def test_counting_needs_no_scipy_and_no_database() -> None:
    code = (
        "import sys, voting.tally, voting.formats, voting.records.recount;"
        "sys.exit(any(m.split('.')[0] in ('scipy', 'sqlalchemy', 'litestar') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("options", [3, 8, 9, 20])
def test_equal_rows_are_found_whatever_the_number_of_options(options: int) -> None:
    # Rows that differ only in their last byte, or only in their first, in a scrambled order.
    rows = [bytes([first, *[1] * (options - 2), last]) for first in (0, 1) for last in (0, 1)]
    scrambled = [rows[place * 7 % 4] for place in range(40)]
    names = [f"option {place}" for place in range(options)]
    found = distinct(unpack("approvals", names, scrambled))
    assert isinstance(found, Approvals)
    assert [bytes(row) for row in found.marks] == sorted(rows)
    assert found.counts.tolist() == [10] * 4


def test_a_rank_beyond_one_byte_is_refused() -> None:
    with pytest.raises(InvalidBallots, match="rank_out_of_range"):
        read("1:" + ">".join(f"o{place}" for place in range(256)), format="abif")
