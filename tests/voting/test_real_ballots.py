"""Real ballot files, read from the folder that BEFFROI_DATA names, give their published results."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.voting.ballot_builders import evidence_of
from tests.voting.test_published_elections import assert_said
from voting.ballots import Approvals
from voting.ballots.grouping import distinct
from voting.formats import Election, pabulib, read, with_grades
from voting.formats.election import Source
from voting.records.recount import recount, recount_file
from voting.tally import compare, needed_by, tally

DATA = os.environ.get("BEFFROI_DATA")
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA, reason="BEFFROI_DATA does not name the folder of ballot files"),
]
SIX = ["to reject", "poor", "acceptable", "good", "very good", "excellent"]

BURLINGTON = "burlington-2009.abif"
DEBIAN = "debian-leader-2006.txt"
ORSAY = "orsay-2007-bureau-01.csv"
GLASGOW = "glasgow-2007-anderston-city.blt"
WIELICZKA = "wieliczka-2023.pb"
SEATTLE = "polis-15-per-hour-seattle"
VOTES = f"{SEATTLE}/votes.csv"
PARTICIPANTS = f"{SEATTLE}/participants-votes.csv"

KISS, WRIGHT = "Bob Kiss (Progressive)", "Kurt Wright (Republican)"
MONTROLL, SMITH = "Andy Montroll (Democrat)", "Dan Smith (Independent)"
SIMPSON, OTHER = "James Simpson (Green)", "Write-in"
ROUNDS = {
    1: {WRIGHT: 2951, KISS: 2585, MONTROLL: 2063, SMITH: 1306, OTHER: 36, SIMPSON: 35},
    4: {WRIGHT: 3294, KISS: 2981, MONTROLL: 2554},
}
DUELS = {
    MONTROLL: {KISS: 4067, SMITH: 4573, SIMPSON: 6267, WRIGHT: 4597, OTHER: 6658},
    KISS: {MONTROLL: 3477, SMITH: 3946, SIMPSON: 5517, WRIGHT: 4314, OTHER: 6149},
    WRIGHT: {MONTROLL: 3668},
}
GAUGES = {
    "Bayrou": {"grade": "good", "p": 249, "q": 169, "sign": "+"},
    "Sarkozy": {"grade": "good", "p": 235, "q": 233, "sign": "+"},
    "Royal": {"grade": "good", "p": 191, "q": 252, "sign": "-"},
}
# Debian's own way: a majority and a quorum of 45 against none of the above.
AGAINST_NONE = {"default": "option:None of the Above", "quorum": "45"}
# Wieliczka's projects that its file marks as selected.
MARKED = "6 7 9 17 19 20 24 25 26 29 32 33 34 36 39 40 41 42 43 46 56 58 60 61 62 69 70 71 74 88"
SELECTED = MARKED.split()
ELECTED = ["Craig MacKay", "Philip Braat", "Nina Baker", "Gordon Matheson"]
# The statements agreed with most, in the totals of comments.csv: 85, 78, 72, 67, 65.
MOST_AGREED = ["12", "11", "9", "1", "8"]

# A file, how it is counted, and what was published of it: winners, then parts of the evidence.
PUBLISHED: list[tuple[str, str, dict[str, Any], list[str], dict[str, Any]]] = [
    (BURLINGTON, "instant_runoff", {}, [KISS], {}),
    (BURLINGTON, "plurality", {}, [WRIGHT], {"first_choices": ROUNDS[1]}),
    (BURLINGTON, "schulze", {}, [MONTROLL], {"pairwise": DUELS}),
    (BURLINGTON, "ranked_pairs", {}, [MONTROLL], {}),
    (BURLINGTON, "kemeny", {}, [MONTROLL], {}),
    (BURLINGTON, "minimax", {}, [MONTROLL], {}),
    (BURLINGTON, "copeland", {}, [MONTROLL], {}),
    (BURLINGTON, "benham", {}, [MONTROLL], {}),
    (BURLINGTON, "baldwin", {}, [MONTROLL], {}),
    (BURLINGTON, "nanson", {}, [MONTROLL], {}),
    (BURLINGTON, "smith_set", {}, [MONTROLL], {}),
    (DEBIAN, "schulze", {}, ["Anthony Towns"], {}),
    (DEBIAN, "schulze", AGAINST_NONE, ["Anthony Towns"], {}),
    (ORSAY, "majority_judgment", {}, ["Bayrou"], {"gauges": GAUGES}),
    (GLASGOW, "stv_scottish", {}, ELECTED, {}),
    (WIELICZKA, "mes_pb", {"completion": "add1"}, SELECTED, {"spent": 995_079}),
    (PARTICIPANTS, "approval", {}, MOST_AGREED[:1], {}),
    (VOTES, "approval", {}, MOST_AGREED[:1], {}),
]
# Files without ballots: they hold what was published of the two before.
PUBLISHED_OF_SEATTLE = (f"{SEATTLE}/comments.csv", f"{SEATTLE}/summary.csv")

# Anderston-City by stage: what is done, of whom, and the votes, as the droop library counts them
# under the rules of the Scottish Local Government Elections Order 2007. Quota 1381.
NAMES = {name.rsplit(" ", 1)[-1]: name for name in [*ELECTED, "Erin Boyle", "Dave Holladay"]} | {
    "Khan": "Akhtar Khan",
    "Laird": "Ann Laird",
    "Murray": "Peter Murray",
}
STAGES = """
first - Baker 880 Boyle 486 Braat 1291 Holladay 145 Khan 285 Laird 806 MacKay 1632 \
Matheson 1177 Murray 198
surplus MacKay Baker 927.98248 Boyle 495.99635 Braat 1306.68658 Holladay 150.84402 \
Khan 317.29590 Laird 836.91179 Matheson 1194.99343 Murray 215.07069
exclusion Holladay Baker 974.67417 Boyle 511.45772 Braat 1318.99416 Khan 319.91106 \
Laird 866.68074 Matheson 1200.14722 Murray 228.37827
exclusion Murray Baker 1033.51892 Boyle 515.76530 Braat 1328.76311 Khan 367.75508 \
Laird 890.37243 Matheson 1220.83891
exclusion Khan Baker 1163.43655 Boyle 524.84183 Braat 1366.14649 Laird 929.13992 \
Matheson 1259.37681
exclusion Boyle Baker 1247.97372 Braat 1421.06923 Laird 1050.13919 Matheson 1291.45334
surplus Braat Baker 1251.77919 Laird 1054.23531 Matheson 1312.04255
exclusion Laird Baker 1736.42172 Matheson 1544.95940
"""
# Votes that the published totals of a statement count and the exported ones lack (statement:votes);
# of every other statement the totals are equal.
NOT_EXPORTED = {
    "agrees": "0:7 1:2 3:4 5:1 6:4 7:3 8:2 9:2 11:1 12:3 24:1 25:3 26:1 28:5 36:1 45:1 48:1",
    "disagrees": "0:2 1:1 2:1 8:1 11:1 20:1 25:2 26:1 28:1 29:1 43:2",
}


@pytest.mark.parametrize(("name", "method", "options", "winners", "evidence"), PUBLISHED)
def test_the_file_gives_its_published_result(
    name: str, method: str, options: dict[str, Any], winners: list[str], evidence: dict[str, Any]
) -> None:
    found = election(name)
    needed = needed_by(method, found.seats, found.budget, found.costs)
    outcome = tally(found.ballots, method, options, **needed)
    assert sorted(outcome.winners) == sorted(winners)
    assert_said(evidence_of(outcome), evidence)


def test_every_file_of_the_folder_is_held_to_a_published_result() -> None:
    files = {str(path.relative_to(folder())) for path in folder().rglob("*") if path.is_file()}
    rows = {name for name, *_ in PUBLISHED} | set(PUBLISHED_OF_SEATTLE)
    assert files - {"README.md"} == rows


def test_the_files_are_read_whole() -> None:
    assert election(BURLINGTON).received == 8980
    assert (election(DEBIAN).source.format, election(DEBIAN).received) == ("debian", 421)
    assert election(ORSAY).received == 559
    ward = election(GLASGOW)
    assert (ward.source.format, ward.seats, ward.title) == ("blt", 4, "ANDERSTON-CITY")
    assert (ward.received, set(ward.ballots.options)) == (6900, set(NAMES.values()))
    assert (election(WIELICZKA).received, len(election(WIELICZKA).ballots.options)) == (6586, 64)
    assert election(WIELICZKA).budget == 1_000_000


def test_burlington_2009_by_round() -> None:
    outcome = tally(election(BURLINGTON).ballots, "instant_runoff")
    rounds = evidence_of(outcome)["rounds"]
    for number, votes in ROUNDS.items():
        assert rounds[number - 1]["votes"] == votes
    # Published: 4313 and 4061. On one paper Simpson and Wright stand level, Simpson out already;
    # Burlington passed it on to Wright, the method here stops a paper at options ranked equal.
    assert rounds[-1]["votes"] == {KISS: 4313, WRIGHT: 4060}
    assert outcome.ballot_counts.received == 8980
    assert compare(election(BURLINGTON).ballots, ["instant_runoff", "schulze"]).differ


def test_glasgow_anderston_2007_by_stage() -> None:
    outcome = tally(election(GLASGOW).ballots, "stv_scottish", seats=4)
    stages = evidence_of(outcome)["stages"]
    assert list(outcome.winners) == ELECTED
    expected = list(stages_of(STAGES))
    assert [(stage["action"], stage["options"]) for stage in stages] == [
        (action, options) for action, options, _ in expected
    ]
    for stage, (_, _, votes) in zip(stages, expected, strict=True):
        assert stage["quota"] == "1381.00000"
        standing = {name: stage["votes"][name] for name in votes}
        assert standing == votes


def test_wieliczka_2023_marks_the_same_projects_as_selected() -> None:
    lines = (folder() / WIELICZKA).read_text().partition("PROJECTS\n")[2].splitlines()
    projects = csv.DictReader(lines[: lines.index("VOTES")], delimiter=";")
    chosen = [row for row in projects if row["selected"] == "1"]
    assert sorted(row["project_id"] for row in chosen) == sorted(SELECTED)
    assert sum(int(row["cost"]) for row in chosen) == 995_079


@pytest.mark.parametrize("name", [VOTES, PARTICIPANTS])
@pytest.mark.parametrize(("column", "verdict"), [("agrees", 1), ("disagrees", -1)])
def test_seattle_totals_are_the_published_ones_but_for_votes_not_exported(
    name: str, column: str, verdict: int
) -> None:
    found = tally(polis(name, verdict), "approval").scores
    missing = dict(one.split(":") for one in NOT_EXPORTED[column].split())
    for row in rows_of(f"{SEATTLE}/comments.csv"):
        statement = row["comment-id"]
        assert int(found[statement]) + int(missing.get(statement, 0)) == int(row[column])
    if column == "agrees":
        assert sorted(found, key=lambda one: -int(found[one]))[:5] == MOST_AGREED


def test_seattle_participants_have_their_published_numbers_of_votes() -> None:
    given = last_votes()
    rows = rows_of(PARTICIPANTS)
    for row in rows:
        votes = list(given[row["participant"]].values())
        assert int(row["n-votes"]) == len(votes)
        assert int(row["n-agree"]) == votes.count(1)
        assert int(row["n-disagree"]) == votes.count(-1)
    told = {row[0]: row[1] for row in csv.reader(lines_of(f"{SEATTLE}/summary.csv")) if row}
    assert (told["voters"], told["comments"], told["groups"]) == ("339", "54", "2")
    assert len(rows) == len(given) == 339
    assert len(election(VOTES).ballots.options) == 54
    assert len({row["group-id"] for row in rows} - {""}) == 2


@pytest.mark.parametrize(
    ("name", "method"),
    [(BURLINGTON, "instant_runoff"), (DEBIAN, "schulze"), (ORSAY, "majority_judgment")],
)
def test_a_published_real_result_can_be_recounted(name: str, method: str) -> None:
    ballots = election(name).ballots
    assert recount(recount_file(ballots, tally(ballots, method))).same


def folder() -> Path:
    return Path(str(DATA))


@cache
def election(name: str) -> Election:
    if name.startswith(SEATTLE):
        return Election(polis(name, 1), title="", seats=1, source=Source("polis"))
    if name == WIELICZKA:
        return pabulib.read((folder() / name).read_text(), strict=False)
    found = read((folder() / name).read_bytes(), name)
    return with_grades(found, SIX) if name == ORSAY else found


def stages_of(text: str) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Action, options it is about, votes of those who stand, to five decimals."""
    for line in text.strip().splitlines():
        action, about, *rest = line.split()
        votes = {
            NAMES[one]: f"{Decimal(n):.5f}" for one, n in zip(rest[::2], rest[1::2], strict=True)
        }
        yield action, [] if about == "-" else [NAMES[about]], votes


def polis(name: str, verdict: int) -> Approvals:
    """Participants who gave each statement this verdict: 1 agrees, -1 disagrees (0 passes)."""
    given = last_votes() if name == VOTES else table_of_votes()
    statements = sorted({one for votes in given.values() for one in votes}, key=int)
    marks = [[votes.get(one) == verdict for one in statements] for votes in given.values()]
    counts = np.ones(len(marks), np.int64)
    return distinct(Approvals(tuple(statements), np.array(marks, np.uint8), counts))


def last_votes() -> dict[str, dict[str, int]]:
    """A participant may vote again on a statement: the last vote holds."""
    given: dict[str, dict[str, int]] = {}
    for row in sorted(rows_of(VOTES), key=lambda row: int(row["timestamp"])):
        given.setdefault(row["voter-id"], {})[row["comment-id"]] = int(row["vote"])
    return given


def table_of_votes() -> dict[str, dict[str, int]]:
    return {
        row["participant"]: {
            one: int(vote) for one, vote in row.items() if one.isdecimal() and vote
        }
        for row in rows_of(PARTICIPANTS)
    }


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(lines_of(name)))


def lines_of(name: str) -> list[str]:
    return (folder() / name).read_text().splitlines(keepends=True)
