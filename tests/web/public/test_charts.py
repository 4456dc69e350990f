"""Charts draw the outcome's own numbers, by attributes alone, and say the same as their tables."""

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.voting import ballot_builders
from voting.formats import own
from voting.methods import METHODS
from voting.outcome import Outcome
from web.charts import CHARTS, Chart, chart_of
from web.charts.profile import grade_class
from web.charts.svg import across

GRADES = ["À rejeter", "Passable", "Bien", "Excellent"]


def counted(
    document: dict[str, Any], method: str, options: Mapping[str, str] | None = None
) -> Outcome:
    """The outcome of ballots written as in a file."""
    return ballot_builders.counted(own.read(json.dumps(document)).ballots, method, options)


def ranked(*ballots: tuple[int, str]) -> dict[str, Any]:
    """Rankings of A, B, C, D by letters."""
    rows = [{"count": count, "ranking": [[name] for name in order]} for count, order in ballots]
    return {"candidates": list("ABCD"), "ballots": rows}


CYCLE = ranked((5, "ABCD"), (4, "BCDA"), (3, "CADB"))
JUDGED = {
    "grades": GRADES,
    "tallies": {"Parc": [1, 2, 3, 6], "Un <b>gymnase</b> & son parvis": [3, 3, 3, 3]},
    "judges": 12,
}
APPROVED = {
    "candidates": ["Parc", "Halle"],
    "ballots": [{"count": 3, "approvals": ["Parc", "Halle"]}, {"count": 2, "approvals": ["Parc"]}],
}
SCORED = {
    "candidates": ["Parc", "Halle", "Place"],
    "ballots": [{"count": 3, "scores": {"Parc": 5, "Halle": 4}}, {"scores": {"Halle": 2}}],
}
SHARED = {
    "candidates": ["Parc", "Halle", "Place"],
    "ballots": [{"count": 3, "points": {"Parc": 2, "Halle": 1}}, {"points": {"Place": 3}}],
}
DOCUMENTS = {
    "rankings": CYCLE,
    "grades": JUDGED,
    "approvals": APPROVED,
    "scores": SCORED,
    "points": SHARED,
}


def drawn(method: str, lang: str = "fr", key: str = "c1") -> Chart:
    """The chart of a small outcome of a method."""
    chart = chart_of(lang, counted(DOCUMENTS[METHODS[method].ballot], method), key)
    assert chart is not None
    return chart


def bars(chart: Chart, kind: str) -> list[ElementTree.Element]:
    """The rectangles of a class."""
    tree = ElementTree.fromstring(chart.picture)
    return [one for one in tree.iter("rect") if one.get("class") == kind]


def test_every_method_has_its_chart() -> None:
    assert set(CHARTS) == {method.chart for method in METHODS.values()}


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_picture_has_a_name_a_description_and_no_style_or_script(method: str) -> None:
    tree = ElementTree.fromstring(drawn(method).picture)
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "c1-t c1-d"
    assert {one.get("id"): one.tag for one in tree if one.get("id")} == {
        "c1-t": "title",
        "c1-d": "desc",
    }
    assert all(one.text for one in tree if one.tag in ("title", "desc"))
    for one in tree.iter():
        assert one.tag in ("svg", "title", "desc", "g", "rect", "line", "text")
        assert not {"style", "onload", "href"} & set(one.attrib)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_two_charts_on_a_page_share_no_id(method: str) -> None:
    found = [
        set(re.findall(r'id="([^"]+)"', drawn(method, key=key).picture)) for key in ("one", "two")
    ]
    assert not found[0] & found[1]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_option_stands_in_the_table_and_every_row_is_as_wide_as_its_head(method: str) -> None:
    chart = drawn(method)
    said = " ".join(cell for row in chart.rows for cell in row)
    names = counted(DOCUMENTS[METHODS[method].ballot], method).scores
    assert all(name in said for name in names)
    assert {len(row) for row in chart.rows} == {len(chart.columns)}


def test_a_profile_fills_its_width_in_the_order_of_the_grades() -> None:
    tree = ElementTree.fromstring(drawn("majority_judgment").picture)
    groups = [one for one in tree.iter("g") if (one.get("class") or "").startswith("grade-")]
    first = groups[:4]
    assert [one.get("class") for one in first] == [
        "grade-7-1",
        "grade-7-3",
        "grade-7-5",
        "grade-7-7",
    ]
    rects = [one.find("rect") for one in first]
    assert [rect.get("width") for rect in rects if rect is not None] == [
        "50%",
        "25%",
        "16.666%",
        "8.333%",
    ]
    assert [rect.get("x") for rect in rects if rect is not None] == ["0%", "50%", "75%", "91.666%"]
    # 1 judgment of 12 is 8 %: still written; less is not.
    assert [one.findtext("text") for one in first] == [
        "50\u202f%",
        "25\u202f%",
        "17\u202f%",
        "8\u202f%",
    ]


def test_the_words_of_a_bar_stand_beside_the_dashed_line() -> None:
    document = {"grades": ["Bien", "Très bien"], "tallies": {"A": [40, 60]}, "judges": 100}
    chart = chart_of("fr", counted(document, "majority_judgment"), "c")
    assert chart is not None
    tree = ElementTree.fromstring(chart.picture)
    at = [one.get("x") for group in tree.iter("g") for one in group.iter("text")]
    assert at == ["25%", "80%"]


def test_shares_below_8_per_cent_are_left_to_the_table() -> None:
    document = {"grades": ["Bien", "Très bien"], "tallies": {"A": [7, 93]}, "judges": 100}
    chart = chart_of("fr", counted(document, "majority_judgment"), "c")
    assert chart is not None
    assert "7\u202f%" not in chart.picture
    assert any("7\u202f%" in cell for cell in chart.rows[0])


def test_names_are_escaped_and_long_ones_wrapped() -> None:
    chart = drawn("majority_judgment")
    assert "&lt;b&gt;" in chart.picture
    assert "<b>" not in chart.picture
    long = "Une piste cyclable continue entre la gare, le collège et la zone d’activité " * 4
    document = {"candidates": [long.strip(), "B"], "ballots": [{"count": 2, "approvals": ["B"]}]}
    found = chart_of("fr", counted(document, "approval"), "c")
    assert found is not None
    lines = [one.text or "" for one in ElementTree.fromstring(found.picture).iter("text")]
    assert max(map(len, lines)) <= 45
    assert any(line.endswith("…") for line in lines)


def test_approval_bars_are_as_long_as_the_share_of_ballots() -> None:
    chart = drawn("approval")
    assert [bar.get("width") for bar in bars(chart, "bar")] == ["100%", "60%"]
    assert chart.rows[1] == ["Halle", "3", "60,0\u202f%"]


def test_the_matrix_of_a_cycle_shows_each_lead_once_each_way() -> None:
    chart = drawn("schulze")
    assert "Aucune option ne gagne tous ses duels" in chart.finding
    leads = re.findall(r">([+−]?\d+)</text>", chart.picture)
    assert set(leads) == {"1", "2", "3", "4", "+4", "−4", "+2", "−2", "+6", "−6", "+12", "−12"}
    assert len(leads) == 4 + 2 * 6
    assert len(chart.rows) == 6
    winner = [
        rect for rect in ElementTree.fromstring(chart.picture).iter("rect") if rect.get("fill")
    ]
    assert len(winner) == 1


def test_rounds_are_a_table_first_and_follow_every_transfer() -> None:
    chart = drawn("instant_runoff")
    assert chart.primary
    by_name = {row[0]: row[1:] for row in chart.rows}
    assert by_name["D"][0] == "0 quitte"
    assert by_name["C"][1] == "3 quitte"
    assert by_name["A"][2] == "8 (+3)"


def test_nothing_counted_means_no_chart() -> None:
    assert chart_of("fr", counted(ranked(), "schulze"), "c") is None
    assert chart_of("fr", counted(ranked((3, "")), "instant_runoff"), "c") is None


def test_a_tie_is_the_finding() -> None:
    outcome = counted(ranked((1, "AB"), (1, "BA")), "plurality")
    chart = chart_of("fr", outcome, "c")
    assert chart is not None
    assert "à égalité en tête" in chart.finding


@pytest.mark.parametrize("grades", range(1, 16))
def test_grades_of_any_number_have_colours_from_best_to_worst(grades: int) -> None:
    found = [grade_class(place, grades) for place in range(1, grades + 1)]
    tones = [int(one.rpartition("-")[2]) for one in found]
    assert tones == sorted(tones)
    assert found[0].endswith("-1")
    assert 1 <= min(tones) <= max(tones) <= 7


def test_shares_of_the_width_are_computed_from_integers() -> None:
    assert across(1, 3) == "33.333%"
    assert across(10**12, 2 * 10**12) == "50%"
    assert across(1, 0) == "0%"
