"""Real ballot files, read from the folder that BEFFROI_DATA names, give their published results."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voting.formats import Election, read, with_grades
from voting.recount import recount, recount_file
from voting.tally import compare, tally

DATA = os.environ.get("BEFFROI_DATA")
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA, reason="BEFFROI_DATA does not name the folder of ballot files"),
]
SIX = ["to reject", "poor", "acceptable", "good", "very good", "excellent"]


def election(name: str) -> Election:
    return read((Path(str(DATA)) / name).read_bytes(), name)


def test_burlington_2009_instant_runoff_elects_kiss() -> None:
    outcome = tally(election("burlington-2009.abif").ballots, "instant_runoff")
    assert outcome.winners == ("Bob Kiss (Progressive)",)
    first = outcome.evidence["rounds"][0]["votes"]
    assert first == {
        "Kurt Wright (Republican)": 2951,
        "Bob Kiss (Progressive)": 2585,
        "Andy Montroll (Democrat)": 2063,
        "Dan Smith (Independent)": 1306,
        "Write-in": 36,
        "James Simpson (Green)": 35,
    }
    assert outcome.boxes.received == 8980


def test_burlington_2009_schulze_elects_montroll_who_wins_every_duel() -> None:
    found = election("burlington-2009.abif")
    outcome = tally(found.ballots, "schulze")
    kiss, montroll, wright = (
        "Bob Kiss (Progressive)",
        "Andy Montroll (Democrat)",
        "Kurt Wright (Republican)",
    )
    assert outcome.winners == (montroll,)
    duels = outcome.evidence["pairwise"]
    assert (duels[montroll][kiss], duels[kiss][montroll]) == (4067, 3477)
    assert (duels[montroll][wright], duels[wright][montroll]) == (4597, 3668)
    assert compare(found.ballots, ["instant_runoff", "schulze"]).differ


@pytest.mark.parametrize(
    "method", ["ranked_pairs", "kemeny", "minimax", "copeland", "benham", "baldwin", "nanson"]
)
def test_burlington_2009_every_condorcet_method_elects_montroll(method: str) -> None:
    outcome = tally(election("burlington-2009.abif").ballots, method)
    assert outcome.winners == ("Andy Montroll (Democrat)",)


def test_debian_2006_keeps_its_winner_with_the_quorum_against_none_of_the_above() -> None:
    ballots = election("debian-leader-2006.txt").ballots
    default = next(name for name in ballots.options if "none of the above" in name.lower())
    outcome = tally(ballots, "schulze", default=f"option:{default}", quorum="45")
    assert outcome.winners == ("Anthony Towns",)
    assert default not in outcome.evidence["dropped"]


def test_debian_2006_schulze_elects_anthony_towns() -> None:
    found = election("debian-leader-2006.txt")
    assert (found.source.format, found.received) == ("debian", 421)
    assert tally(found.ballots, "schulze").winners == ("Anthony Towns",)


def test_orsay_2007_first_station_has_its_published_gauges() -> None:
    found = with_grades(election("orsay-2007-bureau-01.csv"), SIX)
    assert found.received == 559
    outcome = tally(found.ballots, "majority_judgment")
    assert outcome.winners == ("Bayrou",)
    gauges = outcome.evidence["gauges"]
    assert gauges["Bayrou"] == {"grade": "good", "p": 249, "q": 169, "sign": "+"}
    assert gauges["Sarkozy"] == {"grade": "good", "p": 235, "q": 233, "sign": "+"}
    assert gauges["Royal"] == {"grade": "good", "p": 191, "q": 252, "sign": "-"}


def test_the_glasgow_ward_is_read_with_its_candidates_seats_and_papers() -> None:
    found = election("glasgow-2007-anderston-city.blt")
    assert (found.source.format, found.seats, found.title) == ("blt", 4, "ANDERSTON-CITY")
    assert found.received == 6900
    assert found.ballots.options[6:] == ("Craig MacKay", "Gordon Matheson", "Peter Murray")
    assert len(found.ballots.options) == 9


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("burlington-2009.abif", "instant_runoff"),
        ("debian-leader-2006.txt", "schulze"),
        ("orsay-2007-bureau-01.csv", "majority_judgment"),
    ],
)
def test_a_published_real_result_can_be_recounted(name: str, method: str) -> None:
    ballots = election(name).ballots
    assert recount(recount_file(ballots, tally(ballots, method))).same
