"""Elections typed from published counts give their published results."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from voting.ballots import Ballots, Rankings, from_tallies, unpack
from voting.tally import tally

FILES = sorted(Path(__file__).with_name("elections").glob("*.toml"))
ELECTIONS = [(path.stem, tomllib.loads(path.read_text())) for path in FILES]
RESULTS = [
    pytest.param(election, result, id=f"{name} {result['method']}")
    for name, election in ELECTIONS
    for result in election["published"]
]


def ballots_of(election: dict[str, Any]) -> Ballots:
    if "tallies" in election:
        tallies = election["tallies"]
        return from_tallies(
            list(tallies), election["grades"], list(tallies.values()), election["judges"]
        )
    orders = [order.split(" > ") for order in election["ballots"]]
    names = sorted(orders[0])
    rows = [bytes(order.index(name) + 1 for name in names) for order in orders]
    ballots = unpack("rankings", names, rows, list(election["ballots"].values()))
    assert isinstance(ballots, Rankings)
    return ballots


@pytest.mark.parametrize(("election", "result"), RESULTS)
def test_the_published_result_is_found(election: dict[str, Any], result: dict[str, Any]) -> None:
    outcome = tally(ballots_of(election), result["method"])
    assert list(outcome.winners) == result["winners"]
    if "ranking" in result:
        assert [list(tier) for tier in outcome.ranking] == result["ranking"]
    if "scores" in result:
        assert outcome.scores == result["scores"]
    for table in ("pairwise", "path_strengths"):
        if table in result:
            assert outcome.evidence[table] == result[table]
    for name, gauge in result.get("gauges", {}).items():
        assert outcome.evidence["gauges"][name] == gauge


@pytest.mark.parametrize(("name", "election"), ELECTIONS)
def test_every_election_names_its_source(name: str, election: dict[str, Any]) -> None:
    assert len(election["source"]) > 20, name
