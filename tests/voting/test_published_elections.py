"""Elections typed from published counts give their published results.

An election file has one table of votes: `[ballots]` of rankings ("A > B = C" and how many),
`[contests]` where only those were published, `[approvals]` ("A, B"), `[scores]` and `[points]`
("A 5, B 2"), or `[tallies]` of `grades`, worst to best. Under `[[published]]` stands what the
source says of a method, and nothing that was worked out from it.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.voting.ballot_builders import evidence_of
from voting.formats import Election
from voting.formats.own import read
from voting.methods import METHODS
from voting.tally import needed_by, tally
from voting.ties import by_order, leave_tied

FILES = sorted(Path(__file__).with_name("elections").glob("*.toml"))
ELECTIONS = {path.stem: tomllib.loads(path.read_text()) for path in FILES}
RESULTS = [
    pytest.param(election, result, id=f"{name} {result['method']} {number}")
    for name, election in ELECTIONS.items()
    for number, result in enumerate(election["published"], start=1)
]
VOTES = ("ballots", "duels", "approvals", "scores", "points", "tallies")
ABOUT = ("title", "source", "candidates", "grades", "judges", "max_score", "seats", "budget")
# Of a published result: what was counted, and what it is said to give.
ASKED = ("method", "options", "tie_order", "seats")
TOLD = ("winners", "first", "committees", "ranking", "scores", "margins", "tied", "evidence")
TABLES = ("pairwise", "path_strengths", "gauges")


@pytest.mark.parametrize(("election", "result"), RESULTS)
def test_the_published_result_is_found(election: dict[str, Any], result: dict[str, Any]) -> None:
    found = read(json.dumps(document_of(election)))
    ties = by_order(result["tie_order"]) if "tie_order" in result else leave_tied
    seats = result.get("seats", found.seats)
    needed = needed_by(result["method"], seats, found.budget, found.costs)
    options = result.get("options")
    outcome = tally(found.ballots, result["method"], options, ties=ties, **needed)
    if "winners" in result:
        assert sorted(outcome.winners) == sorted(result["winners"])
    if "first" in result:
        assert [name for tier in outcome.ranking for name in tier][: len(result["first"])] == (
            result["first"]
        )
    if "committees" in result:
        committees = outcome.committees or (outcome.winners,)
        assert sorted(map(sorted, committees)) == sorted(map(sorted, result["committees"]))
    if "ranking" in result:
        assert [sorted(tier) for tier in outcome.ranking] == list(map(sorted, result["ranking"]))
    assert_said(outcome.scores, result.get("scores", {}))
    assert_said(evidence_of(outcome), {name: result[name] for name in TABLES if name in result})
    assert_said(evidence_of(outcome), result.get("evidence", {}))
    contests = evidence_of(outcome).get("pairwise", {})
    for name, row in result.get("margins", {}).items():
        assert {other: contests[name][other] - contests[other][name] for other in row} == row
    if "tied" in result:
        assert [sorted(tie.tied) for tie in outcome.ties] == list(map(sorted, result["tied"]))


@pytest.mark.parametrize("name", ELECTIONS)
def test_every_election_names_its_source_and_holds_nothing_that_is_not_read(name: str) -> None:
    election = ELECTIONS[name]
    assert len(election["source"]) > 30
    assert sum(votes in election for votes in VOTES) == 1
    assert set(election) <= {*VOTES, *ABOUT, "costs", "published"}
    for result in election["published"]:
        assert set(result) <= {*ASKED, *TOLD, *TABLES}
        assert set(result) & {*TOLD, *TABLES}


def test_the_elections_are_many_and_of_most_methods() -> None:
    counted = {result["method"] for one in ELECTIONS.values() for result in one["published"]}
    assert len(ELECTIONS) >= 25
    assert len(counted) > len(METHODS) / 2


def document_of(election: dict[str, Any]) -> dict[str, Any]:
    """The election as the project's own JSON."""
    kept = ("candidates", "grades", "judges", "max_score", "seats", "budget", "costs", "tallies")
    document = {name: election[name] for name in kept if name in election}
    if "tallies" in election:
        return document
    ballots = [
        {"count": count, **vote}
        for written, count in _written(election)
        for vote in [_vote(election, written)]
    ]
    names = sorted({name for ballot in ballots for name in _named(ballot)})
    return {"candidates": names, "ballots": ballots} | document


def assert_said(found: Any, said: Any) -> None:
    """Assert that published data is in the data found: of objects, each published name; all of the
    rest.
    """
    if isinstance(said, dict):
        for name, value in said.items():
            assert name in found
            assert_said(found[name], value)
    elif isinstance(said, list):
        assert len(found) == len(said)
        for one, other in zip(found, said, strict=True):
            assert_said(one, other)
    else:
        assert found == said


def _written(election: dict[str, Any]) -> list[tuple[str, int]]:
    """The ballots and their counts; a contest is as many ballots that name two options only."""
    if "duels" in election:
        contests = election["duels"].items()
        return [(f"{one} > {other}", n) for one, row in contests for other, n in row.items()]
    votes = next(election[name] for name in VOTES if name in election)
    return list(votes.items())


def _vote(election: dict[str, Any], written: str) -> dict[str, Any]:
    if "approvals" in election:
        return {"approvals": written.split(", ") if written else []}
    for kind in ("scores", "points"):
        if kind in election:
            marks = (mark.rpartition(" ") for mark in written.split(", "))
            return {kind: {name: int(number) for name, _, number in marks}}
    return {"ranking": [tier.split(" = ") for tier in written.split(" > ")]}


def _named(ballot: dict[str, Any]) -> list[str]:
    if "ranking" in ballot:
        return [name for tier in ballot["ranking"] for name in tier]
    return list(ballot.get("approvals") or ballot.get("scores") or ballot.get("points") or ())


def test_the_reader_of_elections_reads_each_kind() -> None:
    rankings = document_of({"ballots": {"A > B = C": 2}})
    assert rankings["ballots"] == [{"count": 2, "ranking": [["A"], ["B", "C"]]}]
    contests: Election = read(json.dumps(document_of({"duels": {"A": {"B": 3}, "B": {"A": 1}}})))
    assert contests.ballots.counts.tolist() == [3, 1]
    scored = document_of({"scores": {"A 5, B 0": 1}, "max_score": 5})
    assert scored["ballots"] == [{"count": 1, "scores": {"A": 5, "B": 0}}]
