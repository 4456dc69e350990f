"""Columns and labels that a reader does not understand are refused or reported; never skipped."""

from __future__ import annotations

import pytest

from tests.voting.test_ballot_files import refusal, rows
from voting.ballots import Rankings
from voting.formats import Election, read, write
from voting.tally import tally

NUMBERED = """\
votant;Parc;École
1;2;5
2;3;4
3;2;5
4;3;4
5;2;5
"""
STAMPED = """\
Horodateur,Parc,École
2026/03/11 10:01:00,2,5
2026/03/11 10:04:00,3,4
2026/03/12 09:00:00,2,5
"""


def winners(election: Election) -> tuple[str, ...]:
    method = "schulze" if isinstance(election.ballots, Rankings) else "majority_judgment"
    return tally(election.ballots, method).winners


@pytest.mark.parametrize("text", [NUMBERED, STAMPED])
def test_f03_the_ballots_numbers_and_times_do_not_stand_for_election(text: str) -> None:
    election = read(text)
    assert election.ballots.options == ("Parc", "École")
    assert winners(election) == ("École",)


@pytest.mark.parametrize(
    "heading",
    ["Votante", "ÉLECTEUR", "N° de bulletin", "Bulletin n°", "Identifiant", "voter_id", "BallotID"],
)
def test_f03_french_and_english_headings_of_numbers_are_known(heading: str) -> None:
    election = read(NUMBERED.replace("votant", heading))
    assert election.ballots.options == ("Parc", "École")


def test_f03_columns_that_hold_no_choice_are_passed_over_and_told() -> None:
    text = "Bureau;Électrice;Parc;École;Effectif\n7;1;2;5;10\n7;2;4;1;3\n"
    error = refusal(text.replace("Bureau;Électrice", "Prénom;Électrice").replace("7;", "Ana;"))
    assert (error.reason, error.line, error.column) == ("unknown_column", 1, 1)
    assert "votant" in str(error.values["valid"])
    election = read("Électrice;Bureau;Parc;École;Effectif\n1;7;2;5;10\n2;7;4;1;3\n")
    assert rows(election) == [([3, 6], 10), ([5, 2], 3)]
    assert [(note.reason, note.line, note.values) for note in election.source.notes] == [
        ("columns_passed_over", 1, {"names": ["Bureau"]})
    ]


def test_f03_a_column_that_numbers_the_lines_is_no_option() -> None:
    text = NUMBERED.replace("votant", "Matricule de la personne")
    error = refusal(text)
    assert (error.reason, error.line, error.column) == ("numbers_the_lines", 1, 1)
    assert error.values["name"] == "Matricule de la personne"


def test_a_text_column_among_options_is_refused_at_its_cell() -> None:
    error = refusal("votant;Parc;Remarque\n1;2;bien\n", "grade_csv")
    assert (error.reason, error.line, error.column) == ("bad_number", 2, 3)


@pytest.mark.parametrize(("strict", "party"), [(True, "Liste verte"), (False, "Liste verte")])
def test_f04_a_second_name_on_each_line_is_the_party(strict: bool, party: str) -> None:
    text = (
        "3 1\n2 1 2 0\n5 2 3 0\n1 3 2 0\n0\n"
        '"Ana MOREL" "Liste verte"\n"Bruno PETIT" "Liste bleue"\n'
        '"Carla ROUX" "Liste bleue"\n"Canton"\n'
    )
    election = read(text, strict=strict)
    assert election.ballots.options == ("Ana MOREL", "Bruno PETIT", "Carla ROUX")
    assert election.title == "Canton"
    assert election.source.metadata["party of Ana MOREL"] == party
    assert [note.reason for note in election.source.notes] == ["second_names"]
    assert tally(election.ballots, "stv_scottish").winners == ("Bruno PETIT",)


@pytest.mark.parametrize("strict", [True, False])
def test_f04_names_beyond_the_title_are_refused_where_they_stand(strict: bool) -> None:
    text = '2 1\n2 1 2 0\n0\n"Ana" "Verte"\n"Bruno"\n"Canton"\n"rest"\n'
    error = refusal(text, strict=strict)
    assert (error.reason, error.line) == ("unexpected_text", 6)


def test_f04_a_doubled_quote_at_the_end_of_a_name_stays() -> None:
    text = '2 1\n2 1 2 0\n0\n"Ana ""Verte"""\n"Bruno"\n"Canton"\n'
    assert read(text, strict=False).ballots.options == ('Ana "Verte"', "Bruno")


WITHDRAWN = '3 1\n{said}\n4 1 2 0\n2 2 3 0\n1 3 2 0\n0\n"Ana"\n"Bruno"\n"Carla"\n'


@pytest.mark.parametrize("said", ["-1", "[withdrawn 1]", "[Withdrawn: 1]", "[withdrawn 1,3]"])
@pytest.mark.parametrize("strict", [True, False])
def test_f05_a_withdrawn_candidate_is_not_elected(said: str, strict: bool) -> None:
    election = read(WITHDRAWN.format(said=said), strict=strict)
    assert election.source.withdrawn[0] == "Ana"
    assert winners(election) == ("Bruno",)


def test_f05_what_stands_in_square_brackets_is_applied_told_or_refused() -> None:
    tied = read(WITHDRAWN.format(said="[tie 3 2 1]"))
    assert [(note.reason, note.line) for note in tied.source.notes] == [("not_applied", 2)]
    error = refusal(WITHDRAWN.format(said="[nicks a b c]"))
    assert (error.reason, error.line, error.column) == ("bad_header", 2, 1)
    error = refusal(WITHDRAWN.format(said="[withdrawn 9]"))
    assert (error.reason, error.line) == ("unknown_number", 2)
    numbered = read(WITHDRAWN.format(said="-1").replace("4 1 2", "[17] 4 1 2"))
    assert numbered.received == 7


COUNTED = "rank1,rank2,{count}\nAna,Bruno,3\nAna,Carla,2\nBruno,Carla,10\n"


@pytest.mark.parametrize("count", ["count", "Count", "Nombre", "effectif", "#", "nb bulletins"])
def test_f06_a_column_of_counts_is_counted_in_every_table(count: str) -> None:
    election = read(COUNTED.format(count=count))
    assert (election.received, winners(election)) == (15, ("Bruno",))
    text = f"votant;Parc;École;{count}\n1;1;5;2\n2;7;3;9\n"
    graded = read(text, format="grade_csv")
    assert rows(graded) == [([1, 5], 2), ([7, 3], 9)]


def test_f06_other_columns_of_cast_vote_records_are_told() -> None:
    election = read("Precinct,Style,rank1,rank2\nP1,7,Ana,Bruno\n")
    assert [note.values for note in election.source.notes] == [{"names": ["Precinct", "Style"]}]
    error = refusal(COUNTED.format(count="count").replace("Carla,2", "Carla,deux"))
    assert (error.reason, error.line, error.column) == ("bad_count", 3, 3)


@pytest.mark.parametrize(
    "heading",
    [
        "Precinct,1st Choice,2nd Choice,Count",
        "bureau,rang 1,rang 2,nombre",
        "Bureau,1er choix,2e choix,Effectif",
        "Precinct,choice_1,choice_2,count",
    ],
)
def test_f18_choices_are_known_by_their_heading(heading: str) -> None:
    election = read(f"{heading}\nP1,Ana,Bruno,3\nP2,Bruno,undervote,10\n")
    assert (election.source.format, election.received) == ("cvr", 13)
    assert winners(election) == ("Bruno",)
    error = refusal("rank1,rank 1,rank2\nAna,Bruno,Carla\n")
    assert (error.reason, error.column) == ("bad_header", 2)


COMMAS = "#/Candidates: Ana, Bruno, Carla\nAna > Bruno * 3\n"


@pytest.mark.parametrize("strict", [True, False])
def test_f08_commas_between_candidates_are_refused_where_they_stand(strict: bool) -> None:
    error = refusal(COMMAS, strict=strict)
    assert (error.reason, error.line, error.column) == ("unexpected_text", 1, 18)
    assert error.values["found"] == ","


def test_f09_without_implicit_ranking_unranked_options_take_part_in_no_contest() -> None:
    text = (
        "#/Candidates: Ana ; Bruno ; Carla\n#/Implicit Ranking: {said}\n"
        "Ana * 6\nBruno > Carla > Ana * 5\n"
    )
    said = read(text.format(said="false"))
    assert said.settings == {"unranked": "no_opinion"}
    assert tally(said.ballots, "schulze", said.settings).winners == ("Bruno",)
    assert read(write(said, "cef")).settings == said.settings
    implied = read(text.format(said="true"))
    assert tally(implied.ballots, "schulze", implied.settings).winners == ("Ana",)
    error = refusal(text.format(said="perhaps"))
    assert (error.reason, error.line, error.column) == ("bad_field", 2, 21)
    told = read(text.format(said="true") + "#/Colour: red\n").source.notes
    assert [(note.reason, note.line) for note in told] == [("unknown_parameter", 5)]


PB = """\
META
key;value
budget;100
vote_type;{kind}
num_projects;2
num_votes;2
PROJECTS
project_id;cost;name
p1;60;{name}
p2;50;"Un arbre; un chêne"
VOTES
voter_id;vote;points
v1;p2,p1,p2;3,1,9
v2;p1;2
"""


def test_f16_quotes_inside_a_project_name_are_part_of_it() -> None:
    text = PB.format(kind="approval", name='"Le potager" de la gare').replace("p1,p2;3", "p1;3")
    election = read(text.replace(",9", ""))
    assert election.titles == {"p1": '"Le potager" de la gare', "p2": "Un arbre; un chêne"}
    error = refusal(text.replace('potager"', "potager"))
    assert (error.reason, error.line, error.column) == ("unclosed_quote", 9, 7)


def test_f16_a_project_named_twice_counts_once_when_tolerant_and_is_told() -> None:
    text = PB.format(kind="scoring", name="Un banc")
    error = refusal(text)
    assert (error.reason, error.line, error.values["name"]) == ("repeated_option", 13, "p2")
    election = read(text, strict=False)
    assert rows(election) == [([2, 4], 1), ([3, 0], 1)]
    assert [(note.reason, note.line) for note in election.source.notes] == [("repeated_option", 13)]


RESULTS = '{"result":[[[1,2],[2,1],[1,2]],[[2,1],[2,1],[1,2]]]}'


def test_f17_a_question_of_a_belenios_result_is_chosen_by_its_number() -> None:
    assert refusal(RESULTS).reason == "many_questions"
    first, second = (read(RESULTS, rules={"question": number}) for number in "12")
    assert (winners(first), winners(second)) == (("1",), ("2",))
    with pytest.raises(ValueError, match="bad_option_value") as refused:
        read(RESULTS, rules={"question": "3"})
    assert "valid=['1', '2']" in str(refused.value)


RANKED = "VoterID,Ana,Bruno,Carla\n1,1,2,3\n2,1,3,2\n3,2,1,3\n"


@pytest.mark.parametrize(
    "text",
    [
        RANKED,
        RANKED.replace("VoterID", ""),
        "Ana,Bruno,Carla,#\n1,2,3,2\n1,3,2,1\n2,1,3,1\n",
    ],
)
def test_f19_numbers_that_may_be_ranks_or_marks_are_asked_about(text: str) -> None:
    error = refusal(text)
    assert (error.reason, error.line) == ("ranks_or_marks", 1)
    election = read(text, format="rank_csv")
    assert winners(election) == ("Ana",)
    other = str(error.values["format"])
    assert winners(read(text, format=other)) != ("Ana",)


def test_f19_no_opinion_says_that_cells_are_ranks_and_joins_no_contest() -> None:
    text = "Ana,Bruno,Carla\n1,2,No opinion\n1,2,3\n2,1,no opinion\n"
    election = read(text)
    assert (election.source.format, election.settings) == ("rank_csv", {"unranked": "no_opinion"})
    assert rows(election) == [([1, 2, 0], 1), ([1, 2, 3], 1), ([2, 1, 0], 1)]
    assert read(write(election, "rank_csv")).settings == election.settings
    error = refusal(text.replace("2,1,no", "0,1,no"))
    assert (error.reason, error.line, error.column) == ("rank_out_of_range", 4, 1)


def test_marks_that_no_ballot_could_mean_as_ranks_are_read_at_once() -> None:
    assert read("votant;Parc;École\n1;2;5\n2;4;4\n").source.format == "score_csv"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_files_are_read_as_spreadsheets_write_them(encoding: str) -> None:
    data = NUMBERED.replace("\n", ";;\r\n").encode(encoding)
    election = read(data, strict=encoding != "cp1252")
    assert election.ballots.options == ("Parc", "École")
    assert election.received == 5
