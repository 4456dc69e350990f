"""Belenios's own counts, by Debian's `belenios-tool`, on ballots where its rules are ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.voting.differential.profiles import Size, rankings, scores, told, ungrouped
from voting.outcome import Ranking
from voting.tally import tally

TOOL = shutil.which("belenios-tool")
pytestmark = pytest.mark.skipif(not TOOL, reason="no belenios-tool: apt-get install belenios-tool")
SIZES = (Size(60, 3, 5), Size(60, 4, 8), Size(60, 5, 15))


def belenios(method: str, ballots: list[list[int]], **options: Any) -> dict[str, Any]:
    words = [f"--{name}={json.dumps(value)}" for name, value in options.items()]
    done = subprocess.run(
        [str(TOOL), "method", method, *words],
        input=json.dumps(ballots),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stderr}: {ballots}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def named(options: tuple[str, ...], tiers: list[list[int]]) -> Ranking:
    return tuple(tuple(sorted(options[one] for one in tier)) for tier in tiers)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_majority_judgment_ranks_as_belenios_does_upside_down(size: Size) -> None:
    """Of an even number of judgments Belenios takes the better of the middle two, we the lower: so
    it is given the scale upside down, and its ranking is read from the end.
    """
    for ballots in scores(size, complete=True):
        theirs = belenios(
            "majority-judgment",
            list(ungrouped(ballots)),
            nchoices=size.options,
            ngrades=6,
            **BLANK,
        )
        ours = tally(ballots, "majority_judgment").ranking
        assert ours == named(ballots.options, theirs["winners"][::-1]), told(ballots)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_schulze_elects_who_belenios_elects(size: Size) -> None:
    for ballots in rankings("complete", size):
        theirs = belenios("schulze", list(ungrouped(ballots)), nchoices=size.options, **BLANK)
        ours = tally(ballots, "schulze")
        assert ours.ranking == named(ballots.options, theirs["winners"]), told(ballots)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_exact_transfers_elect_who_belenios_elects_where_it_meets_no_tie(size: Size) -> None:
    for number, ballots in enumerate(rankings("truncated", size)):
        seats = 1 + number % 3
        if not ballots.ranks.any(axis=0).all():
            continue  # An option that no ballot ranks can break an assertion of its.
        theirs = belenios("stv", list(ungrouped(ballots)), nseats=seats)
        ours = tally(ballots, "stv_wigm", seats=seats)
        if ours.ties or any(event[0].startswith("Tie") for event in theirs["events"]):
            continue
        elected = {ballots.options[one] for one in theirs["winners"]}
        assert set(ours.winners) == elected, f"{seats} seats: {told(ballots)}"


BLANK = {"blank-allowed": True}
