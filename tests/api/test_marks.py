"""F1: a mark means one grade, the same in the description, ballots, page, table and recount."""

import csv
import io
import json
import re
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any

import httpx
import pytest

from deliberation.core.context import AppContext, Viewer
from tests.builders import a_person, a_poll, a_result
from tests.site import Visitor

Visitors = Callable[[Viewer | None], Awaitable[Visitor]]
Programs = Callable[..., Awaitable[httpx.AsyncClient]]
TICKED = re.compile(
    r'<input type="radio" name="g-(\d+)" value="\d+"[^>]*? checked><span>([^<]*)</span>'
)

pytestmark = pytest.mark.usefixtures("no_floor")

TITLES = ("Un abri", "Une piste", "Un banc", "Un arbre", "Une haie", "Un puits", "Une halle")
SCALES: dict[str, list[str]] = {
    "usual": [],
    "own": ["Non", "Plutôt non", "Plutôt oui", "Oui"],
    "numbers": ["3", "2", "1", "0"],
}


def places(poll: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Option -> the grade that it is given: in the order of the description, over and over."""
    grades = poll["grades"]
    return {
        str(option["number"]): grades[place % len(grades)]
        for place, option in enumerate(poll["options"])
    }


@pytest.mark.parametrize("by", ["mark", "place", "name"])
@pytest.mark.parametrize("scale", SCALES)
async def test_f1_each_grade_sent_by_the_description_is_read_back_in_the_same_words(
    app: AppContext, program_of: Programs, visitor_of: Visitors, scale: str, by: str
) -> None:
    page, poll = await a_poll(app, TITLES, grades=SCALES[scale], whole_ballots=True)
    at = f"consultations/{page.card.slug}/polls/1"
    voters = [await a_person(app) for _ in range(3)]
    described = (await (await program_of()).get(at)).json()
    given = places(described)
    sent: dict[str, int | str] = {key: grade["mark"] for key, grade in given.items()}
    if by == "place":  # whoever takes the place in the list, from 1, sends the same
        sent = {key: described["grades"].index(grade) + 1 for key, grade in given.items()}
    if by == "name":
        sent = {key: grade["name"] for key, grade in given.items()}
    if (by, scale) == ("name", "numbers"):
        answer = await (await program_of(voters[0])).put(
            f"{at}/ballot", json={"choice": sent, "submission": "name or number"}
        )
        assert answer.status_code == 422, "a name that is also another grade's number is no mark"
        return
    for viewer in voters:
        program = await program_of(viewer)
        body = {"choice": sent, "submission": f"sent by {viewer.id}"}
        answer = await program.put(f"{at}/ballot", json=body)
        assert answer.status_code == 200, answer.text
        assert "choice" not in answer.json(), "a receipt says nothing of the ballot"
        said = (await program.get(f"{at}/ballot")).json()["says"]
        assert {str(one["option"]): one["grade"] for one in said} == {
            key: grade["name"] for key, grade in given.items()
        }
    visitor = await visitor_of(voters[0])
    await visitor.open(f"/fr/c/{page.card.slug}/voter/1")
    ticked = {key: unescape(name) for key, name in TICKED.findall(visitor.page.text)}
    assert ticked == {key: grade["name"] for key, grade in given.items()}
    await a_result(app, page, poll)
    reader = await program_of()
    for line in csv.DictReader(io.StringIO((await reader.get(f"{at}/result.csv")).text)):
        key = str(TITLES.index(line["option"]) + 1)
        assert line[given[key]["name"]] == "3"
        assert line["majority_grade"] == given[key]["name"]
    recount = json.loads((await reader.get(f"{at}/result/recount")).text)
    assert recount["grades"] == [grade["name"] for grade in described["grades"]]
    assert {title: recount["ballots"][0]["grades"][title] for title in TITLES} == {
        title: given[str(number)]["name"] for number, title in enumerate(TITLES, start=1)
    }


async def test_f26_a_mark_that_is_none_is_refused_with_those_that_are(
    app: AppContext, program_of: Programs
) -> None:
    page, _ = await a_poll(app, grades=["Non", "Bof", "Oui"])
    voter = await program_of(await a_person(app))
    for mark in (4, -1, "4", "Peut-être", "oui"):
        answer = await voter.put(
            f"consultations/{page.card.slug}/polls/1/ballot",
            json={"choice": {"1": mark}, "submission": "x" * 12},
        )
        (error,) = answer.json()["errors"]
        assert error["pointer"] == "/choice/1"
        assert error["code"] == ("out-of-range" if isinstance(mark, int) else "not-a-choice")
        assert "0, 1 (Non), 2 (Bof), 3 (Oui)" in error["message"]


@pytest.mark.parametrize("missing", ["worst", "median", "normalised"])
async def test_f9_judgments_in_a_table_add_up_to_the_ballots(
    app: AppContext, program_of: Programs, missing: str
) -> None:
    page, poll = await a_poll(app, missing=missing)
    at = f"consultations/{page.card.slug}/polls/1"
    for number, choice in enumerate([{"1": 7, "2": 2}, {"1": 6}, {"2": 1, "3": 4}, {}]):
        program = await program_of(await a_person(app))
        body = {"choice": choice, "submission": f"ballot no {number}", "blank": not choice}
        assert (await program.put(f"{at}/ballot", json=body)).status_code == 200
    await a_result(app, page, poll)
    reader = await program_of()
    described = (await reader.get(at)).json()
    grades = [grade["name"] for grade in described["grades"]]
    table = list(csv.DictReader(io.StringIO((await reader.get(f"{at}/result.csv")).text)))
    for line in table:
        counted = [int(line[name]) for name in (*grades, "no_judgment", "blank")]
        assert sum(counted) == int(line["ballots"]) == 4
    line = next(line for line in table if line["option"] == poll.options[0].title)
    expected = {"worst": grades[0], "median": line["majority_grade"], "normalised": ""}
    assert (line["no_judgment"], line["no_judgment_read_as"]) == ("1", expected[missing])


async def test_f22_a_result_for_people_opens_in_a_french_spreadsheet(
    app: AppContext, program_of: Programs, visitor_of: Visitors
) -> None:
    page, poll = await a_poll(app, ("Une allée", "=1+1"))
    at = f"consultations/{page.card.slug}/polls/1"
    program = await program_of(await a_person(app))
    await program.put(f"{at}/ballot", json={"choice": {"1": 7}, "submission": "x" * 12})
    await a_result(app, page, poll)
    file = (await program.get(f"{at}/result.csv?form=spreadsheet&lang=fr")).content
    assert file.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))
    assert table[0][:4] == ["Rang", "Option", "Mention majoritaire", "À rejeter"]
    assert table[0][-4:] == [
        "Sans avis",
        "Sans avis compté comme",
        "Bulletins blancs",
        "Bulletins reçus",
    ]
    assert {line[1] for line in table[1:]} == {"Une allée", "'=1+1"}
    english = (await program.get(f"{at}/result.csv?form=spreadsheet&lang=en")).text
    assert "Option;Majority grade;" in english
    assert (await program.get(f"{at}/result.csv?form=spread")).status_code == 400
    visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/resultats/1")
    assert f"{at}/result.csv?form=spreadsheet&lang=fr" in visitor.page.text.replace("&amp;", "&")
    assert "Sans avis compté comme" in visitor.text
