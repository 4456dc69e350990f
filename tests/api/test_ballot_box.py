"""API for agents who prepare a ballot box: the same rules as their pages."""

import base64
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from deliberation.core.context import AppContext
from deliberation.elections.sealed_protocol.canonical import canonical
from deliberation.elections.sealed_protocol.signatures import sign_minutes
from tests.api.test_management import API, Program, program_of
from tests.builders import a_poll, an_authority, request_context
from tests.sealed import (
    TRUSTEES,
    a_sealed_ballot,
    a_sealed_vote,
    close_sealed,
    counted,
    countersigned,
    two_agents,
)
from tests.web.staff.test_ballot_box_pages import shares_of

ROLL = "identifiant;nom;courriel\n12;Élodie;elodie@example.org\n34;Jean;\n"
CODE = re.compile(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){4}")


async def raw(program: Program, method: str, path: str, data: bytes) -> Any:
    """Send a file as the body of a request."""
    return await program.http.request(method, API + path, content=data)


async def a_box(app: AppContext, visitor_of: Any) -> tuple[str, Program]:
    authority = await an_authority(app)
    page, _ = await a_poll(
        app, authority=authority, vote=(2, 4), secrecy="sealed", eligibility="code"
    )
    first, _ = await countersigned(app, page)
    agent = await program_of(visitor_of, first)
    return f"/consultations/{page.card.slug}/ballot-box", agent


async def an_open_box(app: AppContext, visitor_of: Any) -> tuple[str, Any, list[Program]]:
    authority = await an_authority(app)
    vote = await a_sealed_vote(app, authority=authority)
    agents = [await program_of(visitor_of, one) for one in await two_agents(app, vote)]
    return f"/consultations/{vote.page.card.slug}", vote, agents


async def test_a_sealed_vote_is_prepared_until_nothing_lacks(
    app: AppContext, visitor_of: Any, tmp_path: Path
) -> None:
    box, agent = await a_box(app, visitor_of)
    answer = (await agent.send("GET", box)).json()
    assert [one["code"] for one in answer["opening_requirements"]] == ["trustees", "roll"]
    assert (await raw(agent, "PUT", box + "/roll", ROLL.encode())).json() == {"electors": 2}
    letters = await agent.send("POST", box + "/codes")
    assert letters.headers["cache-control"] == "no-store"
    assert [one["number"] for one in letters.json()] == ["12", "34"]
    assert all(CODE.fullmatch(one["code"]) for one in letters.json())
    for key in TRUSTEES[:3]:
        shown = await raw(agent, "POST", box + "/trustees", canonical(key.public))
    assert [one["fingerprint"] for one in shown.json()] == [
        key.public.fingerprint for key in TRUSTEES[:3]
    ]
    archive = (await agent.send("POST", box + "/rehearsal")).content
    assert (await agent.send("GET", box + "/rehearsal")).content == archive
    for place in range(3):
        shares = shares_of(archive, place, tmp_path)
        proven = await raw(agent, "POST", box + "/rehearsal/shares", shares)
    assert proven.json() == {"trustees": [1, 2, 3]}
    assert (await agent.send("GET", box)).json()["opening_requirements"] == []
    assert (await agent.send("DELETE", box + "/trustees/2")).status_code == 204
    left = (await agent.send("GET", box + "/trustees")).json()
    assert [(one["number"], one["rehearsed_at"]) for one in left] == [(1, None), (2, None)]


async def test_a_rolls_faults_are_a_problem_by_line(app: AppContext, visitor_of: Any) -> None:
    box, agent = await a_box(app, visitor_of)
    await raw(agent, "PUT", box + "/roll", ROLL.encode())
    answer = await raw(agent, "PUT", box + "/roll", f"{ROLL}12;X;\n;Y;\n".encode())
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    found = [(one["pointer"], one["code"]) for one in answer.json()["errors"]]
    assert found == [("/lines/4", "roll-number-twice"), ("/lines/5", "roll-no-number")]
    assert (await agent.send("GET", box)).json()["electors"] == 2


async def test_what_two_must_decide_one_does_not(app: AppContext, visitor_of: Any) -> None:
    at, vote, (first, second) = await an_open_box(app, visitor_of)
    box = at + "/ballot-box"
    refused = await raw(first, "PUT", box + "/roll", ROLL.encode())
    assert (refused.status_code, refused.json()["code"]) == (409, "urn-open")
    lost = {"number": "3", "reason": "Courrier jamais reçu."}
    made = (await first.send("POST", box + "/code-requests", lost)).json()
    grant = f"{box}/code-requests/{made['id']}/grant"
    assert (await first.send("POST", grant)).json()["code"] == "needs-another-person"
    code = (await second.send("POST", grant)).json()["code"]
    await a_sealed_ballot(app, vote, code, {"1": 2})
    (one,) = (await first.send("GET", box + "/code-requests")).json()
    assert one["state"] == "granted"
    assert code not in str(one)

    async with request_context(app) as ctx:
        later = ctx.now + timedelta(days=5)
    wish = {"closes_at": later.isoformat(), "reason": "Le site est en panne."}
    (asked,) = (await first.send("POST", box + "/extensions", wish)).json()
    grant = f"{box}/extensions/{asked['id']}/grant"
    assert (await first.send("POST", grant)).status_code == 403
    assert (await second.send("POST", grant)).status_code == 204
    assert (await second.send("POST", grant)).json()["code"] == "already-decided"


async def test_papers_are_typed_twice_and_voters_marked_together_or_not_at_all(
    app: AppContext, visitor_of: Any
) -> None:
    at, _, (first, second) = await an_open_box(app, visitor_of)
    poll = at + "/polls/1"
    wrong = {"channel": "paper", "voters": ["1", "nobody"]}
    answer = await first.send("POST", poll + "/paper-voters", wrong)
    assert answer.json()["errors"][0]["pointer"] == "/voters/1"
    right = {"channel": "paper", "voters": ["1", "2"]}
    assert (await first.send("POST", poll + "/paper-voters", right)).status_code == 204
    batch = {"channel": "paper", "ballots": [{"1": 7}, {}]}
    assert (await first.send("POST", poll + "/papers", batch)).json()[0]["state"] == "typed"
    other = {"channel": "paper", "ballots": [{"1": 7}, {"1": 1}]}
    differing = (await second.send("PUT", poll + "/papers/1", other)).json()
    assert (differing["state"], differing["places"]) == ("differs", [2])
    assert (await second.send("PUT", poll + "/papers/1", batch)).json()["state"] == "agreed"


async def test_a_count_is_published_when_the_board_the_signatures_and_the_recount_agree(
    app: AppContext, visitor_of: Any
) -> None:
    at, vote, (agent, _) = await an_open_box(app, visitor_of)
    poll = at + "/polls/1"
    for place, code in enumerate(vote.codes):
        await a_sealed_ballot(app, vote, code, {"1": 1 + place % 7})
    assert (await agent.send("GET", poll + "/archive")).json()["code"] == "urn-not-closed"
    await close_sealed(app, vote)
    count = counted((await agent.send("GET", poll + "/archive")).content)
    signatures = [
        msgspec.json.encode(sign_minutes(TRUSTEES[place], count.minutes)) for place in (0, 1)
    ]

    def body(**changed: Any) -> dict[str, Any]:
        files = {"minutes": count.minutes, "recount": count.recount or b"", "pdf": b"%PDF-1.7"}
        texts = {name: base64.b64encode(data).decode() for name, data in files.items()}
        signed = [base64.b64encode(one).decode() for one in signatures]
        return {**texts, "signatures": signed, **changed}

    for changed, field in (
        ({"minutes": "é"}, "/minutes"),
        ({"signatures": ["e30="]}, "/signatures"),
        ({"pdf": "R0lG"}, "/pdf"),
        ({"recount": "e30="}, "/recount"),
    ):
        answer = await agent.send("POST", poll + "/count", body(**changed))
        assert answer.status_code == 422, changed
        assert field in [one["pointer"] for one in answer.json()["errors"]], answer.text
    assert (await agent.send("POST", poll + "/count", body())).status_code == 204
    again = await agent.send("POST", poll + "/count", body())
    assert (again.status_code, again.json()["code"]) == (409, "already-counted")
