"""Agents' and administrators' resources: the same rules as their pages, for programs."""

from datetime import timedelta
from typing import Any

import msgspec

from deliberation.core.context import AppContext, Viewer
from deliberation.process.consultations.commands import draft_of
from deliberation.process.consultations.queries import consultation_page
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_poll_draft,
    an_authority,
    request_context,
    unique,
)
from tests.site import Visitor, VisitorOf

API = "/api/v1"


class Program:
    """A program of somebody: JSON in, JSON out."""

    def __init__(self, visitor: Visitor) -> None:
        self.http = visitor.http

    async def send(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a request."""
        return await self.http.request(method, API + path, json=body)


async def program_of(visitor_of: VisitorOf, viewer: Viewer | None) -> Program:
    """The program of somebody signed in."""
    return Program(await visitor_of(viewer))


async def a_draft(app: AppContext, slug: str, **changed: Any) -> dict[str, Any]:
    """The JSON of a consultation whose proposals open tomorrow."""
    async with request_context(app) as ctx:
        now = ctx.now
    return {
        "slug": slug,
        "title": "La place du marché",
        "question": "Quel projet pour la place ?",
        "summary": "La place sera refaite en 2028.",
        "promise": "Le conseil suivra le résultat.",
        "phases": [
            {
                "kind": "proposals",
                "opens_at": (now + timedelta(days=1)).isoformat(),
                "closes_at": (now + timedelta(days=20)).isoformat(),
            }
        ],
        **changed,
    }


async def test_a_consultation_lives_by_its_resources(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    agent = await program_of(visitor_of, await a_member(app, authority, "agent"))
    public = await program_of(visitor_of, None)
    slug = unique("place")
    body = await a_draft(app, slug)
    made = await agent.send("POST", "/consultations", {**body, "authority": authority.slug})
    assert made.status_code == 201, made.text
    assert made.json()["card"]["state"] == "draft"
    assert (await public.send("GET", f"/consultations/{slug}")).status_code == 404
    advice = await agent.send("GET", f"/consultations/{slug}/concerns")
    assert "no-answer-phase" in [one["code"] for one in advice.json()]

    changed = await agent.send(
        "PUT", f"/consultations/{slug}", {**body, "title": "La place du marché aux grains"}
    )
    assert changed.json()["card"]["title"] == "La place du marché aux grains"

    opened = await agent.send("POST", f"/consultations/{slug}/opening")
    assert opened.json()["card"]["state"] == "open"
    assert (await public.send("GET", f"/consultations/{slug}")).status_code == 200
    moved = await agent.send("PUT", f"/consultations/{slug}", {**body, "slug": "ailleurs"})
    assert moved.json()["errors"][0]["code"] == "slug-stays"
    again = await agent.send("POST", f"/consultations/{slug}/opening")
    assert (again.status_code, again.json()["code"]) == (409, "already-open")
    gone = await agent.send("POST", f"/consultations/{slug}/withdrawal", {"reason": "Reportée."})
    assert gone.json()["card"]["state"] == "withdrawn"
    assert (await public.send("GET", f"/consultations/{slug}")).status_code == 404


async def test_what_has_begun_is_not_withdrawn(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app)
    viewer = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=viewer)
    agent = await program_of(visitor_of, viewer)
    answer = await agent.send("POST", f"/consultations/{page.card.slug}/withdrawal", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "not-draft")


async def test_every_wrong_field_is_named_at_once(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app)
    agent = await program_of(visitor_of, await a_member(app, authority, "agent"))
    answer = await agent.send(
        "POST", "/consultations", {"authority": authority.slug, "title": "Non", "phases": []}
    )
    assert answer.status_code == 422
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert {"/slug", "/title", "/question", "/summary", "/promise", "/phases"} <= pointers


async def test_a_draft_read_and_sent_back_changes_nothing(app: AppContext) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    page = await a_consultation(app, authority, agent=agent, vote=(-2.5, 3), themes=["Vélo"])
    async with request_context(app, agent) as ctx:
        draft = draft_of(page)
        sent_back = msgspec.json.decode(msgspec.json.encode(draft), type=type(draft))
        assert sent_back == draft
        assert draft_of(await consultation_page(ctx, page.card.slug)) == draft


async def test_a_program_writes_two_votes_and_their_phases_keep_their_ids(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    viewer = await a_member(app, authority, "agent")
    agent = await program_of(visitor_of, viewer)
    page = await a_consultation(app, authority, agent=viewer, opened=False, vote=(5, 9))
    item = f"/consultations/{page.card.slug}"
    draft = msgspec.to_builtins(draft_of(page))
    second = {
        "kind": "vote",
        "opens_at": (page.card.phases[0].closes_at + timedelta(days=5)).isoformat(),
        "closes_at": (page.card.phases[0].closes_at + timedelta(days=9)).isoformat(),
    }
    draft["phases"].append(second)
    answer = await agent.send("PUT", item, draft)
    phases = answer.json()["card"]["phases"]
    assert phases[0]["id"] == str(page.card.phases[0].id)
    for one in phases:
        poll = msgspec.to_builtins(a_poll_draft(phase=one["id"]))
        assert (await agent.send("POST", f"{item}/polls", poll)).json()["phase"] == one["id"]
    polls = (await agent.send("GET", f"{item}/polls")).json()
    assert [one["opens_at"] for one in polls] == [one["opens_at"] for one in phases]
    for sent in (draft, {**draft, "phases": [{**one, "id": None} for one in draft["phases"]]}):
        again = (await agent.send("PUT", item, sent)).json()
        assert again["card"]["phases"] == phases
    draft["phases"][0]["id"] = phases[1]["id"]
    draft["phases"][1]["id"] = "0" * 32
    wrong = await agent.send("PUT", item, draft)
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/phases/1/id"]


async def test_members_come_and_go_and_one_administrator_remains(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    viewer = await a_member(app, authority, "administrator")
    boss = await program_of(visitor_of, viewer)
    members = f"/authorities/{authority.slug}/members"
    person = await a_person(app)
    invitee = await program_of(visitor_of, person)
    wish = {"email": person.email, "name": "Alix Vermeersch", "role": "agent"}
    for answer in ("refusal", "acceptance"):
        (pending,) = (await boss.send("POST", members, wish)).json()["items"]
        assert (pending["name"], pending["role"]) == ("Alix Vermeersch", "agent")
        assert (
            len((await boss.send("GET", members)).json()["items"]) == 1
        )  # nobody has accepted yet
        (offer,) = (await invitee.send("GET", "/invitations")).json()
        path = f"/invitations/{offer['id']}/{answer}"
        assert (await boss.send("POST", path)).status_code == 404
        assert (await invitee.send("POST", path)).status_code == 204
    listed = (await boss.send("GET", members)).json()["items"]
    assert [one["role"] for one in listed] == ["administrator", "agent"]
    assert (await boss.send("POST", members, wish)).json()["code"] == "already-in-the-team"
    waiting = await boss.send("GET", f"/authorities/{authority.slug}/invitations")
    assert waiting.json() == {"items": [], "next": ""}
    alix = listed[1]["person_id"]
    assert (await boss.send("DELETE", f"{members}/{alix}/agent")).status_code == 204
    assert len((await boss.send("GET", members)).json()["items"]) == 1
    last = await boss.send("DELETE", f"{members}/{viewer.id}/administrator")
    assert (last.status_code, last.json()["code"]) == (409, "last-administrator")


async def test_an_authority_changes_what_it_says_and_keeps_its_slug(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    boss = await program_of(visitor_of, await a_member(app, authority, "administrator"))
    body = {
        "slug": authority.slug,
        "kind": "commune",
        "name": "Zoetebecque",
        "contact_email": "mairie@example.org",
        "accent": "#7A2F4B",
        "population": 6754,
    }
    path = f"/authorities/{authority.slug}"
    changed = await boss.send("PUT", path, body)
    assert changed.json()["card"]["name"] == "Zoetebecque"
    assert changed.json()["population"] == 6754
    wrong = await boss.send("PUT", path, {**body, "logo": "<svg onload=x></svg>", "slug": "autre"})
    assert wrong.status_code == 422


async def test_the_todo_holds_what_each_role_may_see(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    viewer = await a_member(app, authority, "agent")
    draft = await a_consultation(app, authority, agent=viewer, opened=False)
    (mine,) = (await (await program_of(visitor_of, viewer)).send("GET", "/todo")).json()
    assert [card["slug"] for card in mine["drafts"]] == [draft.card.slug]
    assert (mine["runs"], mine["administers"], mine["reports"]) == (True, False, 0)
    assert mine["answers"] is None
    official = await program_of(visitor_of, await a_member(app, authority, "official"))
    (theirs,) = (await official.send("GET", "/todo")).json()
    assert (theirs["runs"], theirs["drafts"], theirs["reports"]) == (False, [], None)
    assert theirs["answers"] == []


async def test_everybody_else_is_kept_out(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    draft = await a_consultation(app, authority, agent=agent, opened=False)
    slug, members = draft.card.slug, f"/authorities/{authority.slug}/members"
    body = await a_draft(app, slug)
    wish = {"email": "qui@example.org", "name": "Quelqu’un", "role": "administrator"}
    identity = {
        "slug": authority.slug,
        "kind": "commune",
        "name": "Prise",
        "contact_email": "a@example.org",
    }
    run = [
        ("POST", "/consultations", {**body, "slug": unique("x"), "authority": authority.slug}),
        ("PUT", f"/consultations/{slug}", body),
        ("GET", f"/consultations/{slug}/concerns", None),
        ("POST", f"/consultations/{slug}/opening", None),
        ("POST", f"/consultations/{slug}/withdrawal", {}),
    ]
    administer = [
        ("GET", members, None),
        ("POST", members, wish),
        ("DELETE", f"{members}/{agent.id}/agent", None),
        ("PUT", f"/authorities/{authority.slug}", identity),
    ]
    foreign = await a_member(app, await an_authority(app), "administrator")
    moderator = await a_member(app, authority, "moderator")
    official = await a_member(app, authority, "official")
    citizen = await a_person(app)
    matrix = [(one, run + administer) for one in (foreign, moderator, official, citizen)]
    for viewer, requests in [*matrix, (agent, administer)]:
        program = await program_of(visitor_of, viewer)
        for method, path, data in requests:
            answer = await program.send(method, path, data)
            assert answer.status_code == 404, (viewer.name, method, path, answer.text)
    nobody = await program_of(visitor_of, None)
    for method, path, data in run + administer:
        answer = await nobody.send(method, path, data)
        assert answer.status_code in (401, 403), (method, path, answer.text)
    async with request_context(app, agent) as ctx:
        assert (await consultation_page(ctx, slug)).card.state == "draft"
