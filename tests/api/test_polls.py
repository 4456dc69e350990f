"""Programs read polls, cast ballots and check receipts by the same rules as people."""

import csv
import io

import pytest

from deliberation.core.context import AppContext
from tests.builders import (
    a_ballot,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_result,
    an_authority,
)
from tests.site import ProgramOf
from voting.records.recount import recount

pytestmark = pytest.mark.usefixtures("no_floor")

DRAFT = {
    "question": "Par où commencer ?",
    "method": "schulze",
    "compared": "instant_runoff",
    "options": [{"title": "La gare"}, {"title": "Le port", "description": "Côté quai."}],
}


async def test_agents_write_polls_and_everybody_reads_them(
    app: AppContext, program_of: ProgramOf
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, vote=(1, 2))
    polls = f"consultations/{page.card.slug}/polls"
    program = await program_of(agent)
    made = await program.post(polls, json=DRAFT)
    assert (made.status_code, made.json()["number"]) == (201, 1)
    assert (await program.put(f"{polls}/1", json={**DRAFT, "method": "nope"})).status_code == 422
    other = {**DRAFT, "question": "Par où finir ?"}
    assert (await program.put(f"{polls}/1", json=other)).status_code == 422  # it was announced
    reason = "La rue de la Gare est en travaux."
    changed = await program.put(f"{polls}/1", json={**other, "reason": reason})
    assert changed.json()["question"] == "Par où finir ?"
    visitor = await program_of()
    (poll,) = (await visitor.get(polls)).json()
    assert (poll["ballot"], poll["state"], poll["secrecy"]) == ("rankings", "coming", "plain")
    citizen = await program_of(await a_person(app))
    assert (await citizen.post(polls, json=DRAFT)).status_code == 404
    assert (await citizen.delete(f"{polls}/1")).status_code == 404
    assert (await program.delete(f"{polls}/1")).status_code == 422
    gone = await program.delete(f"{polls}/1", params={"reason": reason})
    assert gone.status_code == 204
    told = (await visitor.get(f"consultations/{page.card.slug}/versions")).json()
    assert [one["reason"] for one in told["items"]] == [reason, reason]
    assert (await visitor.get(f"{polls}/1")).status_code == 404


async def test_a_ballot_is_cast_by_its_owner_and_its_receipt_shows_no_choice(
    app: AppContext, program_of: ProgramOf
) -> None:
    page, _ = await a_poll(app)
    ballot = f"consultations/{page.card.slug}/polls/1/ballot"
    voter = await program_of(await a_person(app))
    body = {"choice": {"1": 7, "3": 2}, "submission": "form-number-one"}
    first = await voter.put(ballot, json=body)
    again = await voter.put(ballot, json=body)
    assert first.status_code == 200
    assert first.json() == again.json()
    assert "version" not in first.json()  # finding L10
    own = (await voter.get(ballot)).json()
    assert (own["voted"], own["choice"]) == (True, {"1": 7, "3": 2})
    other = await program_of(await a_person(app))
    theirs = (await other.get(ballot)).json()
    assert (theirs["voted"], theirs["voted_on"], theirs["choice"]) == (False, None, {})
    visitor = await program_of()
    assert (await visitor.get(ballot)).status_code == 401
    assert (await visitor.put(ballot, json=body)).status_code == 401
    receipt = (await visitor.get(f"receipts/{first.json()['reference']}")).json()
    assert (receipt["replaced"], receipt["counted"], receipt["voted_on"]) == (False, False, None)
    assert "choice" not in receipt


async def test_a_wrong_ballot_is_refused_at_its_option(
    app: AppContext, program_of: ProgramOf
) -> None:
    page, _ = await a_poll(app)
    ballot = f"consultations/{page.card.slug}/polls/1/ballot"
    voter = await program_of(await a_person(app))
    for choice, pointer in (
        ({"9": 1}, "/choice/9"),
        ({"1": 12}, "/choice/1"),
        ({"1": "beaucoup"}, "/choice/1"),
        ({}, "/choice"),
        ([1, 2], "/choice"),
    ):
        answer = await voter.put(ballot, json={"choice": choice, "submission": "x" * 12})
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("method", "choice", "wrong", "pointer"),
    [
        ("score", {"1": 0, "2": 5}, {"1": 6}, "/choice/1"),
        ("star", {"3": 1}, {"3": -1}, "/choice/3"),
        ("cumulative", {"1": 9, "2": 1}, {"1": 9, "2": 2}, "/choice"),
        ("quadratic", {"1": 6}, {"1": 6, "2": 1}, "/choice"),
        ("plurality", {"2": 1}, {"1": 1, "2": 1}, "/choice/2"),
    ],
)
async def test_a_program_casts_scores_points_and_one_choice(
    app: AppContext,
    program_of: ProgramOf,
    method: str,
    choice: dict[str, int],
    wrong: dict[str, int],
    pointer: str,
) -> None:
    page, _ = await a_poll(app, method=method)
    ballot = f"consultations/{page.card.slug}/polls/1/ballot"
    voter = await program_of(await a_person(app))
    refused = await voter.put(ballot, json={"choice": wrong, "submission": "x" * 12})
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    cast = await voter.put(ballot, json={"choice": choice, "submission": "y" * 12})
    assert cast.status_code == 200, cast.text
    own = (await voter.get(ballot)).json()
    assert own["choice"] == choice
    assert {str(one["option"]): one["mark"] for one in own["says"]} == choice


async def test_votes_outside_the_dates_are_refused_with_their_code(
    app: AppContext, program_of: ProgramOf
) -> None:
    for vote, code in (((1, 2), "voting-not-open"), ((-2, -1), "voting-closed")):
        page, _ = await a_poll(app, vote=vote)
        voter = await program_of(await a_person(app))
        answer = await voter.put(
            f"consultations/{page.card.slug}/polls/1/ballot",
            json={"choice": {"1": 1}, "submission": "x" * 12},
        )
        assert (answer.status_code, answer.json()["code"]) == (403, code)


async def test_results_are_hidden_at_every_address_until_they_are_published(
    app: AppContext, program_of: ProgramOf
) -> None:
    page, poll = await a_poll(app)
    for choice in ({"1": 7}, {"1": 6, "2": 7}):
        await a_ballot(app, page, poll, choice)
    program = await program_of()
    result = f"consultations/{page.card.slug}/polls/1/result"
    for address in (result, f"{result}/recount", f"{result}.csv"):
        answer = await program.get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "results-not-yet")
        assert "Rue de la Gare" not in answer.text
    await a_result(app, page, poll)
    published = (await program.get(result)).json()
    assert published["outcome"]["winners"] == ["Rue de la Gare"]
    assert (published["ballots"], published["electors"]) == (2, 2)
    file = await program.get(f"{result}/recount")
    assert "attachment" in file.headers["content-disposition"]
    assert recount(file.content).same
    table = list(csv.reader(io.StringIO((await program.get(f"{result}.csv")).text)))
    assert table[1][:3] == ["1", "Rue de la Gare", "Très bien"]


async def test_what_is_not_public_has_no_polls_for_others(
    app: AppContext, program_of: ProgramOf
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, opened=False, vote=(1, 2))
    polls = f"consultations/{page.card.slug}/polls"
    await (await program_of(agent)).post(polls, json=DRAFT)
    for viewer in (
        None,
        await a_person(app),
        await a_member(app, await an_authority(app), "agent"),
    ):
        program = await program_of(viewer)
        for address in (polls, f"{polls}/1", f"{polls}/1/result"):
            assert (await program.get(address)).status_code == 404
