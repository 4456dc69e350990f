"""Ballot files of other programs: what each format says is what is counted."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.voting.ballot_builders import evidence_of
from tests.voting.test_ballot_files import refusal, rows
from voting.ballots import Approvals, Grades, Points, Scores
from voting.ballots.grouping import digest
from voting.formats import read, with_judges, write
from voting.invalid import InvalidBallots
from voting.tally import tally

CEF = """\
#/Candidates: Anne ; Bob ; Chloé
#/Number of Seats: 2
#/Weight Allowed: {weights}
# a comment
first, second || Anne > Bob = Chloé ^2 * 3 # told aloud
/EMPTY_RANKING/ * 4
Bob > Zoé
"""
CVR = "id,precinct,rank1,rank2,rank3\n1,P,Anne,overvote,Bob\n2,P,skipped,Bob,Anne\n3,P,Cy,Cy,Anne\n"
CAT = """\
# FILE NAME: x.cat
# TITLE: x
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 5
# NUMBER UNIQUE PREFERENCES: 2
# NUMBER CATEGORIES: {categories}
# CATEGORY NAME 1: Good
# CATEGORY NAME 2: Bad
# CATEGORY NAME 3: Awful
# ALTERNATIVE NAME 1: A
# ALTERNATIVE NAME 2: B
# ALTERNATIVE NAME 3: C
3: {{1,2}},3
2: {{}},1
"""
OLD = "3\n1,Anne\n2,Bob, the other\n3,Cy\n6,6,2\n4,1,{2,3}\n2,3\n"
PB = """\
META
key;value
description;Streets
budget;{budget}
vote_type;{kind}
num_projects;2
num_votes;2
max_length;2
PROJECTS
project_id;cost;name
p1;60;A bench
p2;50;"A tree; an oak"
VOTES
voter_id;vote;points
v1;p2,p1;3,1
v2;{vote}
"""


@pytest.mark.parametrize(("weights", "count"), [("false", 3), ("true", 6)])
def test_a_cef_file_counts_its_quantifiers_and_its_weights_where_allowed(
    weights: str, count: int
) -> None:
    election = read(CEF.format(weights=weights))
    assert (election.source.format, election.seats) == ("cef", 2)
    assert rows(election) == [([1, 2, 2], count), ([0, 0, 0], 4), ([0, 1, 0], 1)]
    assert {note.reason for note in election.source.notes} >= {"unknown_option"}


@pytest.mark.parametrize(
    ("rules", "ranks"),
    [
        ({}, [[1, 0, 0], [2, 1, 0], [2, 0, 1]]),
        ({"overvote": "skip"}, [[1, 2, 0], [2, 1, 0], [2, 0, 1]]),
        ({"skipped": "exhaust"}, [[1, 0], [0, 0], [2, 1]]),
        ({"duplicate": "exhaust"}, [[1, 0, 0], [2, 1, 0], [0, 0, 1]]),
    ],
)
def test_cast_vote_records_are_read_by_the_stated_rules(
    rules: dict[str, str], ranks: list[list[int]]
) -> None:
    election = read(CVR, rules=rules)
    assert election.source.format == "cvr"
    assert [row for row, _ in rows(election)] == ranks


def test_the_marks_that_reading_rules_met_are_counted() -> None:
    met = read(CVR, rules={"duplicate": "exhaust"}).source.metadata
    assert (met["overvotes"], met["skipped ranks"], met["duplicates"]) == ("1", "1", "1")
    assert (met["overvote"], met["duplicate"]) == ("exhaust", "exhaust")


def test_a_score_file_converted_to_json_announces_no_highest_score_of_its_own() -> None:
    written = json.loads(write(read("voter,A,B\n1,3,0\n"), "own"))
    assert "max_score" not in written
    announced = '{"candidates": ["A"], "max_score": 9, "ballots": [{"scores": {"A": 3}}]}'
    assert json.loads(write(read(announced), "own"))["max_score"] == 9


def test_an_unknown_rule_of_reading_is_refused_with_the_valid_ones() -> None:
    with pytest.raises(InvalidBallots) as refused:
        read(CVR, rules={"overvote": "guess"})
    assert refused.value.values["valid"] == ["exhaust", "skip"]
    with pytest.raises(InvalidBallots, match="unknown_method_option"):
        read("1:A>B\n", rules={"overvote": "skip"})


def test_two_categories_are_approvals_and_three_are_judgments() -> None:
    two = read(CAT.format(categories=2))
    assert isinstance(two.ballots, Approvals)
    assert rows(two) == [([1, 1, 0], 3), ([0, 0, 0], 2)]
    three = read(CAT.format(categories=3))
    assert isinstance(three.ballots, Grades)
    assert three.ballots.grades == ("Awful", "Bad", "Good")
    assert rows(three) == [([3, 3, 2], 3), ([2, 0, 0], 2)]


def test_the_layout_of_preflib_before_2022_is_read() -> None:
    election = read(OLD)
    assert election.source.format == "preflib_old"
    assert election.ballots.options == ("Anne", "Bob, the other", "Cy")
    assert rows(election) == [([1, 2, 2], 4), ([0, 0, 1], 2)]
    assert refusal(OLD.replace("6,6,2", "7,7,2")).reason == "wrong_total"


@pytest.mark.parametrize("categories_first", [True, False])
def test_categories_of_preflib_before_2022_are_read(categories_first: bool) -> None:
    grades, names = "1,Good\n2,Bad\n", "1,Anne\n2,Bob, the other\n3,Cy\n"
    head = grades + names if categories_first else names + grades
    two = read(f"3,2\n{head}6,6,2\n4,{{1,2}},3\n2,{{}},{{1,2,3}}\n")
    assert two.source.format == "preflib_cat_old"
    assert isinstance(two.ballots, Approvals)
    assert two.ballots.options == ("Anne", "Bob, the other", "Cy")
    assert rows(two) == [([1, 1, 0], 4), ([0, 0, 0], 2)]


OLD_CAT = "2,3\n1,Good\n2,Fair\n3,Bad\n1,Anne\n2,Bob\n6,6,2\n4,{1,2}\n2,2,{},1\n"


def test_three_categories_of_preflib_before_2022_are_judgments() -> None:
    three = read(OLD_CAT)
    assert isinstance(three.ballots, Grades)
    assert three.ballots.grades == ("Bad", "Fair", "Good")
    assert rows(three) == [([3, 3], 4), ([1, 3], 2)]


@pytest.mark.parametrize(
    ("old", "new", "reason", "line"),
    [
        ("6,6,2", "7,7,2", "wrong_total", 7),
        ("2,2,{},1", "2,{1,2}", "repeated_order", 9),
        ("2,2,{},1", "2,2,{},{},1", "unknown_number", 9),
        ("2,2,{},1", "2,3", "unknown_number", 9),
        ("2,Fair", "5,Fair", "bad_number", 3),
        ("2,Bob", "2,Anne", "duplicate_option", 6),
        ("2,3\n", "0,3\n", "bad_header", 1),
        ("6,6,2\n4,{1,2}\n2,2,{},1\n", "", "wrong_total", 6),
    ],
)
def test_malformed_categories_of_preflib_before_2022_are_refused_with_their_line(
    old: str, new: str, reason: str, line: int
) -> None:
    error = refusal(OLD_CAT.replace(old, new), "preflib_cat_old")
    assert (error.reason, error.line) == (reason, line)


def test_a_table_of_tallies_is_read_as_judgments_and_written_back() -> None:
    text = 'option,Reject,Poor,Good\nAnne,1,2,3\n"Bob, the other",0,4,\n'
    election = read(text)
    ballots = election.ballots
    assert (election.source.format, election.received) == ("grade_csv", 6)
    assert isinstance(ballots, Grades)
    assert ballots.tallied
    assert ballots.grades == ("Reject", "Poor", "Good")
    profile = evidence_of(tally(ballots, "majority_judgment"))["profile"]
    assert profile == {"Anne": [1, 2, 3], "Bob, the other": [2, 4, 0]}
    again = read(write(election, "grade_csv"))
    assert digest(again.ballots) == digest(ballots)
    more = with_judges(election, "8")
    with pytest.raises(InvalidBallots, match="cannot_write"):
        write(more, "grade_csv")


@pytest.mark.parametrize(
    ("text", "reason", "line", "column"),
    [
        ("option,R,S\nAnne,1,x\n", "bad_count", 2, 3),
        ("option,R,S\nAnne,1,-2\n", "negative_count", 2, 3),
        ("option,R,S\nAnne,1\n", "ballot_length", 2, 2),
        ("option,R,R\nAnne,1,2\n", "duplicate_grade", 1, 3),
        ("option,R,S\nAnne,1,2\nAnne,2,1\n", "duplicate_option", 3, 1),
    ],
)
def test_a_malformed_table_of_tallies_is_refused_with_its_place(
    text: str, reason: str, line: int, column: int
) -> None:
    error = refusal(text, "grade_csv")
    assert (error.reason, error.line, error.column) == (reason, line, column)


NAMED_TWICE = [
    ("abif", "=a:[Anne]\n=b:[Anne]\n1:a>b\n", 2, 4),
    ("blt", '2 1\n1 1 0\n0\n"Anne"\n"Anne"\n"T"\n', 5, 1),
    ("hill", '2 1\n1 1 0\n0\n"Anne" "Anne" "T"\n', 4, 8),
    ("cef", "# told\n#/Candidates: Anne ; Anne\nAnne * 2\n", 2, 15),
    ("debian", "Option 1-->: Anne\nOption 2-->: Anne\nV: 12 h\n", 2, 14),
    ("preflib", CAT.format(categories=3).replace("NAME 2: B\n", "NAME 2: A\n"), 11, 23),
    ("preflib_cat", CAT.format(categories=3).replace("NAME 2: B\n", "NAME 2: A\n"), 11, 23),
    ("preflib_old", OLD.replace("Cy", "Anne"), 4, 3),
    ("grade_csv", "\n,Anne,Anne\n1,2,3\n", 2, 3),
    ("score_csv", "voter,Anne,Anne\n1,2,3\n", 1, 3),
    ("pabulib", PB.format(kind="approval", vote="p1;1", budget=9).replace("p2;50", "p1;50"), 12, 1),
    ("own", '{"seats": 1,\n "candidates": ["Anne", "Anne"], "ballots": []}', 2, 25),
]


@pytest.mark.parametrize(("format", "text", "line", "column"), NAMED_TWICE)
def test_an_option_named_twice_is_refused_where_its_second_name_stands(
    format: str, text: str, line: int, column: int
) -> None:
    error = refusal(text, format)
    assert (error.reason, error.line, error.column) == ("duplicate_option", line, column)


def test_david_hill_has_its_names_on_the_last_line() -> None:
    election = read('2 1\n1 2 1 0\n1 2 0\n0\n"Anne" "Bob" "Halls"\n')
    assert (election.source.format, election.title) == ("hill", "Halls")
    assert rows(election) == [([2, 1], 1), ([0, 1], 1)]


@pytest.mark.parametrize("text", ["[[2,1,0],[0,0,0]]", '{"result": [[[2,1,0],[0,0,0]]]}'])
def test_a_belenios_result_is_read_as_ranks(text: str) -> None:
    election = read(text)
    assert election.source.format == "belenios"
    assert rows(election) == [([2, 1, 0], 1), ([0, 0, 0], 1)]
    assert refusal(text.replace("[0,0,0]", "[0,0]")).reason == "ballot_length"


ASKED = {"answers": ["Anne", "Bob"], "question": "Who?", "blank": True, "min": 0, "max": 2}
GRADED = {"type": "MajorityJudgment", "grades": ["Excellent", "Good", "Bad"]}


def belenios(kind: str, ballots: list[list[int]], extra: Mapping[str, object]) -> str:
    question = {"type": kind, "value": ASKED, "extra": extra}
    return json.dumps({"questions": [question], "result": [ballots]})


def test_the_type_of_a_belenios_question_says_how_its_ballots_are_read() -> None:
    judged = read(belenios("NonHomomorphic", [[1, 3], [0, 0]], GRADED))
    assert isinstance(judged.ballots, Grades)
    assert judged.ballots.grades == ("Bad", "Good", "Excellent")
    assert rows(judged) == [([3, 1], 1), ([0, 0], 1)]
    ranked = read(belenios("NonHomomorphic", [[1, 3]], {"type": "STV", "seats": 2}))
    assert (ranked.title, ranked.seats) == ("Who?", 2)
    assert rows(ranked) == [([1, 3], 1)]
    approved = read(belenios("Homomorphic", [[0, 1, 1], [1, 0, 0]], {}))
    assert isinstance(approved.ballots, Approvals)
    assert approved.ballots.options == ("Anne", "Bob")
    assert rows(approved) == [([1, 1], 1), ([0, 0], 1)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (belenios("NonHomomorphic", [[4, 1]], GRADED), "mark_out_of_range"),
        (belenios("Homomorphic", [[0, 2, 1]], {}), "mark_out_of_range"),
        (belenios("Homomorphic", [[1, 1]], {}), "ballot_length"),
        (belenios("Lists", [[1, 1]], {}), "bad_field"),
        ('{"result": [[4, 2, 7]]}', "tallies_are_not_ballots"),
        (belenios("NonHomomorphic", [[1, 1]], {**GRADED, "grades": 3}), "bad_field"),
    ],
)
def test_belenios_ballots_that_do_not_fit_their_question_are_refused(
    text: str, reason: str
) -> None:
    assert refusal(text).reason == reason


def test_a_result_of_several_questions_is_refused() -> None:
    assert refusal('{"result": [[[1]],[[1]]]}').reason == "many_questions"


def test_in_a_score_csv_zero_is_a_score_and_an_empty_cell_is_none() -> None:
    election = read("voterid,date,Anne,Bob\n7,today,0,5\n8,today,,3\n")
    assert election.source.format == "score_csv"
    assert isinstance(election.ballots, Scores)
    assert rows(election) == [([1, 6], 1), ([0, 4], 1)]


@pytest.mark.parametrize(
    ("kind", "vote", "expected"),
    [
        ("approval", "p1;1", [[1, 1], [1, 0]]),
        ("ordinal", "p1,p2;1,1", [[2, 1], [1, 2]]),
        ("scoring", "p1;5", [[2, 4], [6, 0]]),
        ("cumulative", "p1;5", [[1, 3], [5, 0]]),
        ("approval", ";", [[1, 1], [0, 0]]),
    ],
)
def test_pabulib_votes_are_read_by_their_type(
    kind: str, vote: str, expected: list[list[int]]
) -> None:
    election = read(PB.format(kind=kind, vote=vote, budget=100))
    ballots = election.ballots
    assert election.source.format == "pabulib"
    assert (election.title, election.budget) == ("Streets", 100)
    assert election.costs == {"p1": 60, "p2": 50}
    assert election.source.metadata["name of p2"] == "A tree; an oak"
    marks = (
        ballots.points.tolist() if isinstance(ballots, Points) else [r for r, _ in rows(election)]
    )
    assert marks == expected


@pytest.mark.parametrize(
    ("kind", "vote", "budget", "reason", "line"),
    [
        ("approval", "p9;1", "100", "unknown_option", 16),
        ("approval", "p1,p1;1,1", "100", "repeated_option", 16),
        ("choose-1", "p1;1", "100", "too_many_choices", 15),
        ("scoring", "p1;1,2", "100", "ballot_length", 16),
        ("scoring", "p1;x", "100", "bad_number", 16),
        ("approval", "p1;1", "99.5", "bad_number", 4),
        ("votes", "p1;1", "100", "bad_field", 5),
        ("approval", "p1;1\nv2;p2;1", "100", "repeated_ballot", 17),
    ],
)
def test_a_malformed_pabulib_file_is_refused_with_its_line(
    kind: str, vote: str, budget: str, reason: str, line: int
) -> None:
    error = refusal(PB.format(kind=kind, vote=vote, budget=budget))
    assert (error.reason, error.line) == (reason, line)


def test_an_abif_ballot_may_end_with_a_weight_and_a_remark() -> None:
    election = read('2:A>B *3 {"from": "desk"}\n1:B\n', format="abif")
    assert rows(election) == [([1, 2], 6), ([0, 1], 1)]
    error = refusal("2:A>B *1.5\n", "abif")
    assert (error.reason, error.line, error.column) == ("bad_count", 1, 8)
