"""Ballot files: recognised by content, read exactly, refused with the place, written back."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.voting.ballot_builders import (
    GRADES,
    approvals,
    drawn,
    evidence_of,
    grades,
    rankings,
    renamed,
)
from voting.ballots import Ballots, Grades, matrix_of, with_rows
from voting.ballots.checks import InvalidBallots, check_names
from voting.ballots.conversions import from_tallies
from voting.ballots.grouping import digest
from voting.formats import FORMATS, Election, Source, read, with_grades, write
from voting.formats.rankings import cef
from voting.tally import tally

ABIF = """\
{version: "0.31"}
{title: "Where shall the halls meet?"}
# a comment
=P:[Le Parc]
=E:"L'École (#2)"
27:P>E>"Place [haute]"
26:E>P=Halle  # the halls tie
:P
"""
BLT = """\
\ufeff4 2          # four options, two seats
-3
(paper 1) 28 1 2=4 0
26 2 - 1 0
3 0
0
"Le Parc"
"L'École"
"Halle # 3"
"Place"
"A title"
"""
SHEET = """\
  The vote block represents the ranking.
     Option 1--------->: Jeanne
   /  Option 2-------->: Bob
   |/  Option 3------->: None of the above
V: 21- 	0a1b
V: -3a 	0c1d
"""
SOI = """\
# FILE NAME: 1.soi
# TITLE: Halls: where?
# DATA TYPE: {type}
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Le Parc
# ALTERNATIVE NAME 2: École: la cour
# ALTERNATIVE NAME 3: Halle
3: 1,2,3
2: {second}
1: 3
"""
CSV = ",Parc,École\n12,5,0\n13,,3\n\n14,1,5\n"
OWN = {
    "candidates": ["A", "B", "C"],
    "seats": 1,
    "ballots": [{"count": 5, "ranking": [["A"], ["B", "C"]]}, {"ranking": []}],
}


def refusal(text: str | bytes, format: str | None = None, *, strict: bool = True) -> InvalidBallots:
    with pytest.raises(InvalidBallots) as refused:
        read(text, format=format, strict=strict)
    return refused.value


def rows(election: Election) -> list[tuple[list[int], int]]:
    ballots = election.ballots
    marks = matrix_of(ballots)
    return list(zip(marks.tolist(), ballots.counts.tolist(), strict=True))


def test_abif_is_read_with_names_equal_ranks_and_comments() -> None:
    text = ABIF.replace(":P\n", "1:P\n").replace("=E", "=Halle:Halle\n=E")
    text = text.replace('"Place [haute]"', "P3").replace("=P:", "=P3:[Place haute]\n=P:")
    election = read(text)
    assert election.source.format == "abif"
    assert election.title == "Where shall the halls meet?"
    assert election.ballots.options == ("Place haute", "Le Parc", "Halle", "L'École (#2)")
    assert rows(election) == [([3, 1, 0, 2], 27), ([0, 2, 2, 1], 26), ([0, 1, 0, 0], 1)]


def test_abif_ratings_are_judgments_and_order_when_they_combine() -> None:
    rated = read("3:A/5,B/0\n1:B/2\n:".replace("\n:", "\n2:A/1"), format="abif")
    assert isinstance(rated.ballots, Grades)
    assert rated.ballots.grades == ("0", "1", "2", "3", "4", "5")
    assert rows(rated) == [([6, 1], 3), ([0, 3], 1), ([2, 0], 2)]
    ordered = read("3:A/5>B/3=C/3\n1:C/4,A/2\n", format="abif")
    assert rows(ordered) == [([1, 2, 2], 3), ([2, 0, 1], 1)]


def test_blt_is_read_with_withdrawn_equal_skipped_identifiers_and_comments() -> None:
    election = read(BLT)
    assert (election.source.format, election.seats, election.title) == ("blt", 2, "A title")
    assert election.received == 57
    assert election.ballots.options == ("Le Parc", "L'École", "Place")
    assert election.source.withdrawn == ("Halle # 3",)
    assert rows(election) == [([1, 2, 2], 28), ([3, 1, 0], 26), ([0, 0, 0], 3)]


def test_a_tolerant_blt_reader_takes_bare_titles_and_doubled_quotes_and_says_so() -> None:
    text = '2 1\n3 1 2 1 0\n0\n"Jean ""Jeannot"" Petit"\n"Anne"\nWard 4, North\n'
    assert refusal(text).reason == "repeated_option"
    assert refusal(text.replace("1 2 1 0", "1 2 0")).line == 4
    election = read(text, strict=False)
    assert election.ballots.options == ('Jean "Jeannot" Petit', "Anne")
    assert election.title == "Ward 4, North"
    assert {(note.reason, note.line) for note in election.source.notes} == {
        ("repeated_option", 2),
        ("unexpected_text", 4),
        ("unexpected_text", 6),
    }


def test_a_tally_sheet_is_read_whatever_the_prose() -> None:
    election = read(SHEET)
    assert election.source.format == "debian"
    assert election.ballots.options == ("Jeanne", "Bob", "None of the above")
    assert rows(election) == [([2, 1, 0], 1), ([0, 3, 10], 1)]


@pytest.mark.parametrize("type_and_order", [("soi", "2,1"), ("toi", "{2,3},1"), ("toi", "{}")])
def test_preflib_is_read_with_colons_in_names(type_and_order: tuple[str, str]) -> None:
    data_type, second = type_and_order
    election = read(SOI.format(type=data_type, second=second))
    assert (election.source.format, election.title) == ("preflib", "Halls: where?")
    assert election.ballots.options == ("Le Parc", "École: la cour", "Halle")
    expected = {"2,1": [2, 1, 0], "{2,3},1": [2, 1, 1], "{}": [0, 0, 0]}[second]
    assert rows(election) == [([1, 2, 3], 3), (expected, 2), ([0, 0, 1], 1)]


@pytest.mark.parametrize("complete_type", ["soc", "toc"])
def test_complete_preflib_orders_are_read(complete_type: str) -> None:
    text = SOI.format(type=complete_type, second="3,2,1").replace("1: 3\n", "1: 2,1,3\n")
    assert rows(read(text)) == [([1, 2, 3], 3), ([3, 2, 1], 2), ([2, 1, 3], 1)]


def test_a_grade_csv_has_the_ballot_number_in_a_column_without_heading() -> None:
    election = read(CSV)
    assert election.source.format == "grade_csv"
    assert election.ballots.options == ("Parc", "École")
    assert rows(election) == [([5, 0], 1), ([0, 3], 1), ([1, 5], 1)]
    without = read("Parc;École\n5;0\n", "x.csv")
    assert without.ballots.options == ("Parc", "École")
    named = with_grades(election, GRADES)
    assert evidence_of(tally(named.ballots, "majority_judgment"))["grades"] == list(GRADES)


@pytest.mark.parametrize(
    ("ballots", "marks"),
    [
        ([{"approvals": ["A", "C"]}], [1, 0, 1]),
        ([{"scores": {"A": 3, "B": 0}}], [4, 1, 0]),
        ([{"ranking": ["B", "A"]}], [2, 1, 0]),
    ],
)
def test_our_json_holds_rankings_approvals_and_scores(
    ballots: list[dict[str, object]], marks: list[int]
) -> None:
    election = read(json.dumps(OWN | {"ballots": ballots}))
    assert election.source.format == "own"
    assert rows(election) == [(marks, 1)]


def test_our_json_holds_tallies_of_any_size() -> None:
    text = json.dumps(
        {"grades": ["bad", "good"], "tallies": {"A": [0, 10**12], "B": [3, 4]}, "judges": 10**12}
    )
    election = read(text)
    assert election.received == 10**12
    outcome = tally(election.ballots, "majority_judgment")
    assert outcome.winners == ("A",)
    assert evidence_of(outcome)["profile"]["B"] == [10**12 - 4, 4]
    assert digest(read(write(election, "own")).ballots) == outcome.digest


MALFORMED = [
    ("abif", "27:A>\n", "unexpected_end", 1, 6),
    ("abif", "2:A>B\nfive:A\n", "bad_count", 2, 1),
    ("abif", "-5:A>B\n", "negative_count", 1, 1),
    ("abif", "1.5:A>B\n", "bad_count", 1, 1),
    ("abif", "5:A>B>A\n", "repeated_option", 1, 7),
    ("abif", "5:A,B\n", "unexpected_text", 1, 4),
    ("abif", "5:A/x,B/2\n", "bad_number", 1, 5),
    ("abif", "5:A/300,B/2\n", "mark_out_of_range", 1, 5),
    ("abif", "=A:[Anne\n5:A\n", "unclosed_quote", 1, 4),
    ("abif", "=A:[Anne]\n5:A>B\n", "unknown_option", 2, 1),
    ("abif", "5:A>B}\n", "unexpected_text", 1, 6),
    ("abif", "hello\n", "unexpected_text", 1, 1),
    ("debian", "Option 1-->: A\nOption 2-->: B\nV: 1 h\n", "ballot_length", 3, 4),
    ("debian", "Option 1-->: A\nOption 2-->: B\nV: 1? h\n", "bad_number", 3, 5),
    ("debian", "Option 1-->: A\nOption 4-->: B\n", "bad_number", 2, 8),
    ("debian", "V: 1\n", "ballot_length", 1, 4),
    ("debian", "nothing\n", "missing_header", 1, 1),
    ("preflib", "# TITLE: x\n1: 1\n", "missing_header", 1, 1),
    ("preflib", SOI.format(type="soi", second="2,4"), "unknown_number", 11, 6),
    ("preflib", SOI.format(type="soi", second="2,2"), "repeated_option", 11, 6),
    ("preflib", SOI.format(type="soi", second="2,x"), "bad_number", 11, 6),
    ("preflib", SOI.format(type="soi", second="{2,1"), "unexpected_text", 11, 4),
    ("preflib", SOI.format(type="soi", second="2,"), "unexpected_text", 11, 4),
    ("preflib", SOI.format(type="soi", second="{2,1}"), "not_of_type", 11, 1),
    ("preflib", SOI.format(type="soc", second="2,1,3"), "not_of_type", 12, 1),
    ("preflib", SOI.format(type="soi", second="1,2,3"), "repeated_order", 11, 1),
    ("preflib", SOI.format(type="soi", second="2").replace("1: 3", "9: 3"), "wrong_total", 5, 18),
    ("preflib", SOI.format(type="soi", second="2").replace("1: 3", "1 3"), "unexpected_end", 12, 4),
    ("blt", "", "empty_file", 1, 1),
    ("blt", "3\n", "missing_header", 1, 1),
    ("blt", "99999999 1\n1 1 0\n0\n", "too_many_options", 1, 1),
    ("blt", "x 1\n1 1 0\n0\n", "bad_number", 1, 1),
    ("blt", '2 1\n5 1 3 0\n0\n"A"\n"B"\n"t"\n', "unknown_number", 2, 5),
    ("blt", '2 1\n5 1=1 0\n0\n"A"\n"B"\n"t"\n', "repeated_option", 2, 5),
    ("blt", '2 1\n5.5 1 0\n0\n"A"\n"B"\n"t"\n', "bad_count", 2, 1),
    ("blt", '2 1\n5 1 2\n"A"\n"B"\n', "missing_terminator", 2, 6),
    ("blt", '2 1\n5 1 0\n"A"\n"B"\n', "missing_terminator", 3, 2),
    ("blt", '2 1\n5 1 0\n0\n"A"\n', "wrong_total", 4, 1),
    ("blt", '2 1\n5 1 0\n0\n"A"\n"B\n', "unclosed_quote", 5, 1),
    ("blt", '2 1\n-7\n5 1 0\n0\n"A"\n"B"\n', "unknown_number", 2, 1),
    ("blt", '2 1\n5 1 0\n0\n"A"\n"B"\n"t"\n"u"\n', "unexpected_text", 7, 1),
    ("grade_csv", ",A,B\n1,2\n", "ballot_length", 2, 2),
    ("grade_csv", ",A,B\n1,2,x\n", "bad_number", 2, 3),
    ("grade_csv", ",A,B\n1,2,-3\n", "bad_number", 2, 3),
    ("grade_csv", ",A,B\n1,2,NaN\n", "bad_number", 2, 3),
    ("grade_csv", ",A,B\n1,2,1.5\n", "bad_number", 2, 3),
    ("grade_csv", ",A,B\n1,2,900\n", "mark_out_of_range", 2, 3),
    ("grade_csv", ",A,B\n1,2,3\n1,4,4\n", "repeated_ballot", 3, 1),
    ("grade_csv", ",A,A\n1,2,3\n", "duplicate_option", 1, 3),
    ("grade_csv", "", "empty_file", 1, 1),
    ("own", '{"candidates": ["A"]\n "ballots": []}', "bad_json", 2, 2),
    ("own", "[1]", "bad_json", 1, 1),
    ("own", '{"ballots": []}', "missing_field", 1, 1),
    ("own", '{"candidates": ["A"],\n"ballotz": []}', "unknown_field", 2, None),
]


@pytest.mark.parametrize(("format", "text", "reason", "line", "column"), MALFORMED)
def test_a_malformed_file_is_refused_with_its_reason_line_and_column(
    format: str, text: str, reason: str, line: int | None, column: int | None
) -> None:
    error = refusal(text, format)
    assert (error.reason, error.line, error.column) == (reason, line, column)


@pytest.mark.parametrize(
    ("ballot", "reason"),
    [
        ('{"count": -1, "ranking": [["A"]]}', "negative_count"),
        ('{"count": 1.5, "ranking": [["A"]]}', "bad_count"),
        ('{"count": NaN, "ranking": [["A"]]}', "bad_count"),
        ('{"count": true, "ranking": [["A"]]}', "bad_count"),
        ('{"ranking": [["Z"]]}', "unknown_option"),
        ('{"ranking": [["A"], ["A"]]}', "repeated_option"),
        ('{"ranking": 3}', "bad_field"),
        ('{"approvals": ["A"]}', "mixed_ballots"),
        ('{"count": 3}', "missing_field"),
        ("7", "missing_field"),
    ],
)
def test_an_error_in_a_json_ballot_names_the_line_where_it_begins(ballot: str, reason: str) -> None:
    text = (
        '{"candidates": ["A", "B"],\n "ballots": [\n  {"ranking": [["B"]]},\n  ' + ballot + "\n]}"
    )
    error = refusal(text)
    assert (error.reason, error.row, error.line, error.column) == (reason, 1, 4, 3)


def test_text_that_is_not_utf_8_is_refused_or_read_as_spreadsheets_write_when_tolerant() -> None:
    data = SHEET.replace("Jeanne", "L’Œil d’Hélène").encode("cp1252")
    error = refusal(data)
    assert (error.reason, error.line) == ("not_text", 2)
    election = read(data, strict=False)
    assert election.ballots.options[0] == "L’Œil d’Hélène"
    note = election.source.notes[0]
    assert (note.reason, note.values) == ("read_as", {"encoding": "Windows-1252"})
    assert read("voter\tÉcole\n1\t2\n".encode("utf-16")).ballots.options == ("École",)


def test_the_content_decides_the_format_before_the_name() -> None:
    assert read(CSV, "ballots.blt").source.format == "grade_csv"
    assert refusal("hello world").reason == "unknown_format"
    assert refusal("  \n").reason == "empty_file"
    assert refusal("x", "word").values["valid"] == sorted(FORMATS)


def test_a_name_decides_when_the_content_does_not() -> None:
    assert read(",A\n", "ballots.csv").received == 0


@pytest.mark.parametrize(
    ("format", "ballots"),
    [
        ("debian", approvals({"A": 1})),
        ("belenios", approvals({"A": 1})),
        ("cef", approvals({"A": 1})),
        ("cvr", approvals({"A": 1})),
        ("rank_csv", approvals({"A": 1})),
        ("hill", approvals({"A": 1})),
        ("preflib_cat", rankings({"A": 1})),
        ("preflib_old", rankings({"A": 1})),
        ("abif", approvals({"A": 1})),
        ("blt", grades([[1]])),
        ("preflib", grades([[1]])),
        ("grade_csv", from_tallies(["A"], GRADES, [[1, 1, 1, 1, 1]], 9)),
        ("preflib_cat_old", rankings({"A": 1})),
    ],
)
def test_a_format_refuses_ballots_it_cannot_hold(format: str, ballots: Ballots) -> None:
    with pytest.raises(InvalidBallots, match="cannot_write"):
        write(Election(ballots, "", 1, Source("own")), format)


def usable(names: list[str]) -> bool:
    try:
        check_names(names)
    except InvalidBallots:
        return False
    return all(name == name.strip() for name in names)


NAMES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9),
    min_size=4,
    max_size=4,
).filter(usable)

ROUND_TRIPS = [
    ("abif", "rankings"),
    ("preflib", "rankings"),
    ("blt", "rankings"),
    ("own", "rankings"),
    ("own", "grades"),
    ("own", "approvals"),
    ("grade_csv", "grades"),
    ("belenios", "rankings"),
    ("cef", "rankings"),
    ("debian", "rankings"),
    ("hill", "strict rankings"),
    ("cvr", "strict rankings"),
    ("rank_csv", "rankings"),
    ("preflib_cat", "approvals"),
    ("preflib_cat", "grades"),
    ("score_csv", "scores"),
    ("pabulib", "approvals"),
    ("pabulib", "strict rankings"),
    ("pabulib", "scores"),
]
# These do not keep the title.
NO_TITLE = {"rank_csv", "score_csv", "belenios", "cef", "cvr", "debian", "grade_csv"}


@pytest.mark.parametrize(("format", "kind"), ROUND_TRIPS)
@examples(150)
@given(data=st.data())
def test_what_is_written_is_read_back(format: str, kind: str, data: st.DataObject) -> None:
    fewest = 1 if format in ("abif", "grade_csv", "belenios", "cvr", "debian") else 0
    strict = kind == "strict rankings"
    ballots = data.draw(drawn(kind.removeprefix("strict "), strict=strict, fewest_ballots=fewest))
    names = data.draw(NAMES)[: len(ballots.options)]
    if format in ("blt", "hill"):
        names = [name.replace('"', "'") + str(i) for i, name in enumerate(names)]
    if format == "cef":
        plain = ["".join(c for c in name if c not in cef.RESERVED).strip() for name in names]
        names = [name + str(i) for i, name in enumerate(plain)]
    if format in ("score_csv", "rank_csv", "grade_csv"):
        # "Voter" and "count" are columns of their own there.
        names = [name + str(i) for i, name in enumerate(names)]
    if format == "belenios":
        names = [str(i) for i in range(1, len(names) + 1)]
    if format == "cvr":
        # Some words mean something in a cast vote record, which names only what somebody ranks.
        names = [name + str(i) for i, name in enumerate(names)]
        everybody = np.zeros((1, len(names)), np.uint8)
        everybody[0] = range(1, len(names) + 1)
        ranks = np.vstack([matrix_of(ballots), everybody])
        ballots = with_rows(ballots, ranks, np.append(ballots.counts, 1))
    ballots = renamed(ballots, names)
    title = data.draw(st.sampled_from(["", "Where: \u00ab here \u00bb?"]))
    budget, costs = None, {}
    if format == "pabulib":
        names = [re.sub('[,"]', "-", name) + str(i) for i, name in enumerate(names)]
        ballots = renamed(ballots, names)
        budget, costs = 90, {name: 5 * i for i, name in enumerate(names)}
    seats = data.draw(st.integers(1, 3))
    election = Election(ballots, title, seats, Source("own"), budget, costs)
    text = write(election, format)
    again = read(text.encode(), format=format)
    if isinstance(ballots, Grades) and format == "grade_csv":
        again = with_grades(again, GRADES)
    if format not in NO_TITLE:
        assert again.title == title
    assert digest(again.ballots) == digest(ballots)
    assert (again.budget, again.costs) == (budget, costs)
    if format in ("blt", "cef", "hill", "own"):
        assert again.seats == election.seats
    # A heading of numbers could be anything, and numbers may be ranks or marks.
    if format not in ("grade_csv", "rank_csv") and not (format == "score_csv" and asks(text)):
        assert read(text.encode()).source.format == format


def asks(text: str) -> bool:
    """Whether a table is refused until somebody says what its numbers are."""
    try:
        read(text)
    except InvalidBallots as error:
        return error.reason == "ranks_or_marks"
    return False


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["A", "B", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("AB"), inner),
    max_leaves=6,
)
FIELDS = ("candidates", "ballots", "grades", "tallies", "judges", "seats", "title", "max_score")


@examples(400)
@given(
    st.dictionaries(st.sampled_from(FIELDS), ANY_JSON),
    st.lists(
        st.dictionaries(
            st.sampled_from(["count", "ranking", "approvals", "scores", "grades"]), ANY_JSON
        ),
        max_size=2,
    ),
    st.booleans(),
)
def test_any_json_is_read_or_refused_never_anything_else(
    fields: dict[str, object], ballots: list[object], replaced: bool
) -> None:
    document = {"candidates": ["A", "B"], "ballots": ballots} | (fields if replaced else {})
    with suppress(InvalidBallots):
        read(json.dumps(document), format="own")
