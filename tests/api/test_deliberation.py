"""Programs argue, report, decide, answer and read figures by the same rules as people."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from litestar import Litestar

from deliberation.core.context import AppContext, Viewer
from deliberation.network.people.model import Person
from deliberation.network.sessions.commands import open_session
from deliberation.notices.mails.tokens import unsubscribe_token
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll_row,
    a_proposal,
    a_result_row,
    an_authority,
    request_context,
    supports,
)
from tests.site import ORIGIN, in_process

Program = Callable[..., Awaitable[httpx.AsyncClient]]
ANSWER = {"decision": "partly", "body": "Nous ferons la moitié cette année."}


@pytest.fixture
async def program(site: Litestar, app: AppContext) -> AsyncIterator[Program]:
    """Makes a program that speaks for a person, or for nobody."""
    opened: list[httpx.AsyncClient] = []

    async def make(viewer: Viewer | None = None) -> httpx.AsyncClient:
        transport = in_process(site)
        client = httpx.AsyncClient(transport=transport, base_url=f"{ORIGIN}/api/v1")
        opened.append(client)
        if viewer is not None:
            async with request_context(app) as ctx:
                token = await open_session(ctx, await ctx.db.get_one(Person, viewer.id))
            client.headers["authorization"] = f"Bearer {token}"
        return client

    yield make
    for client in opened:
        await client.aclose()


async def test_a_program_argues_and_reads_the_thread(app: AppContext, program: Program) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    where = f"/consultations/{page.card.slug}/proposals/{number}"
    client = await program(await a_person(app))
    first = await client.post(f"{where}/comments", json={"stance": "for", "body": "Utile."})
    assert first.status_code == 201
    reply = {"parent": first.json()["id"], "body": "Très utile."}
    assert (await client.post(f"{where}/comments", json=reply)).status_code == 201
    anybody = await program()
    thread = (await anybody.get(f"{where}/comments")).json()
    assert thread["for"]["items"][0]["replies"][0]["body"] == "Très utile."
    assert thread["against"] == {"total": 0, "items": [], "next": ""}
    whole = (await anybody.get(f"{where}/page")).json()
    assert whole["thread"]["for"]["total"] == 1
    assert whole["answer"] is None

    wrong = await client.post(f"{where}/comments", json={"body": ""})
    assert wrong.status_code == 422
    assert "/body" in [error["pointer"] for error in wrong.json()["errors"]]
    refused = await anybody.post(f"{where}/comments", json={"stance": "for", "body": "Utile."})
    assert refused.status_code == 401
    cursor = await anybody.get(f"{where}/comments", params={"side": "for", "cursor": "%"})
    assert cursor.status_code == 422


async def test_reports_and_decisions_by_program_and_nothing_for_others(
    app: AppContext, program: Program
) -> None:
    authority, other = await an_authority(app), await an_authority(app)
    page = await a_consultation(app, authority)
    number = await a_proposal(app, page)
    bad = await a_comment(app, page, number, body="Des mots inacceptables.")
    person = await program(await a_person(app))
    report = {"subject": "comment", "subject_id": str(bad.id), "reason": "personal_attack"}
    where = f"/consultations/{page.card.slug}"
    assert (await person.post(f"{where}/reports", json=report)).json() == {"first": True}
    assert (await person.post(f"{where}/reports", json=report)).json() == {"first": False}

    inbox = f"/authorities/{authority.slug}/reports"
    choice = {
        "subject": "comment",
        "subject_id": str(bad.id),
        "decision": "hidden",
        "reason": "personal_attack",
    }
    for viewer in (await a_member(app, other, "moderator"), await a_person(app)):
        foreign = await program(viewer)
        assert (await foreign.get(inbox)).status_code == 404
        sent = await foreign.post(f"/authorities/{authority.slug}/decisions", json=choice)
        assert sent.status_code == 404
        sent = await foreign.post(f"/authorities/{other.slug}/decisions", json=choice)
        assert sent.status_code == 404
    assert (await (await program()).get(inbox)).status_code == 401

    moderator = await program(await a_member(app, authority, "moderator"))
    assert [item["body"] for item in (await moderator.get(inbox)).json()] == [
        "Des mots inacceptables."
    ]
    decided = f"/authorities/{authority.slug}/decisions"
    assert (await moderator.post(decided, json=choice)).status_code == 204
    assert (await moderator.post(decided, json=choice)).status_code == 409
    anybody = await program()
    log = (await anybody.get(f"{where}/moderation")).json()
    assert [entry["reason"] for entry in log["decisions"]] == ["personal_attack"]
    for path in ("comments", "page"):
        shown = await anybody.get(f"{where}/proposals/{number}/{path}")
        assert "inacceptables" not in shown.text


async def test_answers_by_program(app: AppContext, program: Program) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority, proposals=(-9, 6), vote=(-5, -1))
    number = await a_proposal(app, page)
    await a_result_row(app, await a_poll_row(app, page))
    where = f"/consultations/{page.card.slug}"
    official = await program(await a_member(app, authority, "official"))
    agent = await program(await a_member(app, authority, "agent"))
    for path in (f"proposals/{number}", "polls/1"):
        assert (await official.get(f"{where}/{path}/answer")).status_code == 404
        assert (await agent.put(f"{where}/{path}/answer", json=ANSWER)).status_code == 404
        given = await official.put(f"{where}/{path}/answer", json=ANSWER)
        assert given.status_code == 200
        assert given.json()["body"] == ANSWER["body"]
    listed = (await (await program()).get(f"{where}/answers")).json()["items"]
    assert {item["kind"] for item in listed} == {"proposal", "poll"}


async def test_figures_by_program_agree_and_dashboards_are_for_officials(
    app: AppContext, program: Program
) -> None:
    authority = await an_authority(app, population=5000)
    page = await a_consultation(app, authority)
    await supports(app, page, await a_proposal(app, page), 12)
    anybody = await program()
    where = f"/consultations/{page.card.slug}"
    public = (await anybody.get(f"{where}/figures")).json()
    assert public["participants"] == 13
    codes = [item["code"] for item in (await anybody.get("/figures")).json()]
    assert [*codes, "at_least", "day_late", "counted_at", "counting"] == list(public)
    official = await program(await a_member(app, authority, "official"))
    insight = (await official.get(f"{where}/insight")).json()
    assert insight["figures"] == public
    board = (await official.get("/dashboard")).json()
    assert [item["figures"] for item in board["consultations"]] == [public]
    foreign = await program(await a_member(app, await an_authority(app), "official"))
    assert (await foreign.get(f"{where}/insight")).status_code == 404
    assert (await foreign.get("/dashboard")).json() == {
        "consultations": [],
        "next": "",
        "waiting": [],
    }
    agent = await program(await a_member(app, authority, "agent"))
    for path in (f"{where}/insight", "/dashboard"):
        assert (await agent.get(path)).status_code == 404
        assert (await anybody.get(path)).status_code == 401


async def test_an_unsubscribe_token_is_no_session(app: AppContext, program: Program) -> None:
    authority = await an_authority(app)
    official = await a_member(app, authority, "official")
    client = await program()
    client.headers["authorization"] = f"Bearer {unsubscribe_token(app, official.id)}"
    assert (await client.get("/session")).json()["signed_in"] is False
    assert (await client.get("/dashboard")).status_code == 401


async def test_what_somebody_reads_is_stored_by_no_cache(app: AppContext, program: Program) -> None:
    slug = (await a_consultation(app)).card.slug
    anybody, somebody = await program(), await program(await a_person(app))
    for path in ("/account", f"/consultations/{slug}", "/account/data"):
        answer = await somebody.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
    public = await anybody.get(f"/consultations/{slug}")
    # A phase of another test may end this second: nobody keeps it then, but anybody may have it.
    assert public.headers["cache-control"] != "no-store"


async def test_a_body_that_cannot_be_read_is_refused_not_failed(program: Program) -> None:
    client = await program()
    for body in (b"{", b"[]", b"\xff", b'{"email":' + b"[" * 5000):
        answer = await client.post(
            "/sign-in-codes",
            content=body,
            headers={"content-type": "application/json", "authorization": "Bearer none"},
        )
        assert answer.status_code == 422, body[:20]
        assert answer.json()["errors"][0]["code"] == "not-json"
