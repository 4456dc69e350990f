"""A published result can be counted again from its file; a changed file is found out."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from tests.voting.ballot_builders import GRADES, approvals, grades, rankings, scores
from voting.ballots import Ballots
from voting.ballots.checks import InvalidBallots
from voting.ballots.conversions import from_tallies
from voting.formats import read
from voting.methods import METHODS
from voting.records.recount import aggregates_file, recount, recount_file
from voting.tally import aggregates_only, summarise, tally
from voting.ties import by_order, by_published_seed

BALLOTS = rankings({"B>A": 4, "A>B>C": 5, "C=B": 2})


def test_the_file_holds_ballots_count_and_outcome_in_canonical_json() -> None:
    outcome = tally(BALLOTS, "schulze", ties=by_order("CBA"))
    text = recount_file(BALLOTS, outcome, title="Les halles")
    document = json.loads(text)
    assert sorted(document) == ["ballots", "candidates", "count", "published", "seats", "title"]
    assert document["count"] == {
        "method": "schulze",
        "options": {
            "strength": "winning_votes",
            "unranked": "bottom",
            "default": "none",
            "quorum": "0",
            "majority": "1",
        },
        "tie_order": ["C", "B", "A"],
        "tie_seed": None,
    }
    assert document["ballots"] == [
        {"count": 2, "ranking": [["B", "C"]]},
        {"count": 5, "ranking": [["A"], ["B"], ["C"]]},
        {"count": 4, "ranking": [["B"], ["A"]]},
    ]
    again = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert text == again.encode()
    assert read(text).title == "Les halles"


def test_the_file_does_not_depend_on_the_order_of_the_ballots() -> None:
    other = rankings({"C=B": 2, "A>B>C": 5, "B>A": 4})
    outcome = tally(BALLOTS, "schulze")
    assert recount_file(BALLOTS, outcome) == recount_file(other, tally(other, "schulze"))


@pytest.mark.parametrize("rule", [by_order("CBA"), by_published_seed("27 11")])
def test_a_recount_uses_the_published_tie_rule(rule: object) -> None:
    tied = rankings({"A": 1, "B": 1, "C": 1})
    outcome = tally(tied, "plurality", ties=rule)  # type: ignore[arg-type]
    again = recount(recount_file(tied, outcome))
    assert again.same
    assert again.outcome == outcome


def test_tallies_of_grades_are_recounted_too() -> None:
    ballots = from_tallies(["A", "B"], GRADES, [[0, 0, 5, 5, 0], [3, 0, 0, 0, 4]], 10)
    assert recount(recount_file(ballots, tally(ballots, "majority_judgment"))).same


def test_one_ballot_more_is_found_out() -> None:
    document = json.loads(recount_file(BALLOTS, tally(BALLOTS, "schulze")))
    document["ballots"][0]["count"] += 1
    found = recount(json.dumps(document))
    assert not found.same
    assert {difference.path for difference in found.differences} >= {
        "boxes/counted",
        "digest",
        "evidence/voters",
    }


def test_another_published_winner_is_found_out() -> None:
    document = json.loads(recount_file(BALLOTS, tally(BALLOTS, "schulze")))
    document["published"]["winners"] = ["C"]
    found = recount(json.dumps(document))
    assert [(d.path, d.published, d.recounted) for d in found.differences] == [
        ("winners/0", '"C"', f'"{found.outcome.winners[0]}"')
    ]


@pytest.mark.parametrize("name", ["ties", "method", "ballots"])
def test_an_option_of_another_name_is_refused(name: str) -> None:
    document = json.loads(recount_file(BALLOTS, tally(BALLOTS, "schulze")))
    document["count"]["options"] = {name: "x"}
    with pytest.raises(InvalidBallots, match="unknown_method_option"):
        recount(json.dumps(document))


@pytest.mark.parametrize("text", ["{}", '{"count": {}, "published": 3}', '{"count": 1}'])
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidBallots, match="not_a_recount_file"):
        recount(text)


# Sums that no ballots have: no number, one column, too many columns, nobody.
SUMS: tuple[list[list[int]], ...] = (
    [[], [], []],
    [[1], [0], [2]],
    [[1] * 9] * 3,
    [[0] * 3] * 3,
    [[2**62] * 3] * 3,
)


@pytest.mark.parametrize("numbers", SUMS)
@pytest.mark.parametrize("method", [name for name, row in METHODS.items() if row.summable])
def test_sums_that_no_ballots_have_are_refused_or_differ(method: str, numbers: object) -> None:
    kinds: dict[str, Ballots] = {
        "rankings": BALLOTS,
        "grades": grades([[1, 2, 5], [3, 0, 4]]),
        "approvals": approvals({"A": 2, "BC": 1}),
        "scores": scores([[1, 2, 5], [3, None, 4]]),
    }
    ballots = kinds[METHODS[method].ballot]
    summary = aggregates_only(summarise(ballots, method))
    document = json.loads(aggregates_file(summary, tally(summary, method)))
    document["sums"]["numbers"] = numbers
    with suppress(InvalidBallots):
        assert not recount(json.dumps(document)).same
