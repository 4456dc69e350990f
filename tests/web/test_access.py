"""Every route x every actor, generated from the router and held to the table of `access.py`.

Let in means: the route did its work, or refused for a reason other than who asks (the hour, a
missing field). Kept out means: asked to sign in, told that it is not theirs, or that there is
nothing there; another authority's people get 404 for what is not public.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from deliberation.core.context import AppContext, Viewer
from deliberation.elections.ballot_box.early_ends import EndDraft, ask_end
from deliberation.elections.ballot_box.extensions import ExtensionDraft, ask_extension
from deliberation.elections.electorate.roll import ask_code
from deliberation.elections.paper.paper_ballots import BatchDraft, enter_batch, mark_voters
from deliberation.elections.paper.undoing import UndoingDraft, ask_undoing
from deliberation.elections.polls.commands import draft_poll
from deliberation.elections.polls.queries import poll_view
from deliberation.elections.trustees.model import Rehearsal
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.network.authorities.model import Authority
from deliberation.network.people.inviting import invite, pending_offers
from deliberation.network.people.roles import Invitation
from deliberation.notices.mails.tokens import unsubscribe_token
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.consultations.commands import consultation_row, open_consultation
from deliberation.process.consultations.queries import consultation_page, place_of
from deliberation.process.moderation.commands import ReportDraft, report
from deliberation.process.moderation.measure_queries import measures
from deliberation.process.moderation.measures import hide, text_of
from deliberation.process.proposals.commands import proposal_row, propose, publish
from deliberation.process.proposals.structs import ProposalDraft
from deliberation.process.subjects.commands import add_subject
from deliberation.process.subjects.kinds import SubjectRef, that
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_poll_draft,
    a_result,
    an_authority,
    cast,
    request_context,
    unique,
)
from tests.sealed import a_sealed_ballot, a_sealed_result, a_sealed_vote
from tests.site import ORIGIN, Visitor, in_process
from tests.web.access import ACCESS, LET_IN
from web.shell.assets import assets

ALL_OPEN: dict[str, Any] = dict.fromkeys(
    ("information", "proposals", "discussion", "vote", "decision", "follow_up"), (-1, 10)
)
# What ends the actor's own session or account: each time with a new person.
LEAVES = ("DELETE /api/v1/account", "DELETE /api/v1/session", "/compte/supprimer", "/deconnexion")
NOT_YOURS = ("not-yours", "Seule la personne qui a écrit ce texte")


@dataclass
class World:
    """One authority with all that a route can name, its people, and a neighbour."""

    names: dict[str, str]
    actors: dict[str, Viewer | None]
    draft: str
    elsewhere: dict[str, dict[str, str]]
    app: AppContext

    def address(self, path: str, names: dict[str, str]) -> str:
        """A route's address with its gaps filled."""
        filled = path
        for mark, other in self.elsewhere.items():
            if mark in path:
                names = {**names, **other} if names["slug"] != self.draft else names
                break
        if path.startswith(("/a/{slug}", "/fr/a/{slug}", "/api/v1/authorities/{slug}")):
            filled = filled.replace("{slug}", names["authority"])
        for name, value in names.items():
            filled = filled.replace("{" + name + "}", value)
        assert "{" not in filled, filled
        return filled


@pytest.fixture(scope="module")
async def world(app: AppContext) -> World:
    authority, other = (
        await an_authority(app, logo="<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
        await an_authority(app),
    )
    agent = await a_member(app, authority, "agent")
    page, draft = [
        await a_consultation(app, authority, agent=agent, opened=False, **ALL_OPEN)
        for _ in range(2)
    ]
    async with request_context(app, agent) as ctx:
        await draft_poll(ctx, page.ref, a_poll_draft())
        await draft_poll(ctx, draft.ref, a_poll_draft())
        await open_consultation(ctx, await consultation_row(ctx, page.card.slug))
    author, voter = await a_person(app), await a_person(app)
    async with request_context(app) as ctx:
        page = await consultation_page(ctx, page.card.slug)
    async with request_context(app, author) as ctx:
        for title in ("À retirer d’ici", "À retirer de là", "À masquer"):
            spare = ProposalDraft(title=title, body="Un texte qui sera retiré.")
            await publish(ctx, page.ref, await propose(ctx, page.ref, spare))
        row = await propose(
            ctx, page.ref, ProposalDraft(title="Des bancs", body="Au bord du canal, à l’ombre.")
        )
        await publish(ctx, page.ref, row)
        spoken = await comment(
            ctx,
            page.ref,
            SubjectRef("proposal", row.number),
            CommentDraft(body="Oui !", stance="for"),
        )
    async with request_context(app, voter) as ctx:
        wish = ReportDraft(subject="comment", subject_id=spoken.id, reason="off_topic")
        await report(ctx, page.ref, wish)
    async with request_context(app, voter) as ctx:
        poll = await poll_view(ctx, page.ref, 1)
        receipt = await cast(ctx, page.ref, poll, {"1": 1}, b"matrix-1")
    for kind in that("plain"):
        async with request_context(app, author) as ctx:
            where = place_of(page.ref)
            await add_subject(ctx, kind, "Un titre", "Un texte.", row.number, **where)
    official = await a_member(app, authority, "official")
    over, counted = await a_poll(app, authority=authority)
    await a_result(app, over, counted)
    async with request_context(app, official) as ctx:
        past = await consultation_page(ctx, over.card.slug)
        words = AnswerDraft(decision="accepted", body="Nous le ferons dès le printemps.")
        await answer(ctx, page.ref, SubjectRef("proposal", row.number), words)
        await answer(ctx, past.ref, SubjectRef("poll", 1), words)
    members = [await a_member(app, authority, "moderator") for _ in range(2)]
    async with request_context(app, members[0]) as ctx:
        hidden = await text_of(ctx, authority.id, (await proposal_row(ctx, page.ref, 3)).id)
        await hide(ctx, hidden, "off_topic", "", reports=0)
        (measure,) = await measures(ctx, authority.id)
    spam = await a_comment(app, page, row.number, await a_person(app))
    ballot_box = await a_ballot_box(app, authority, agent)
    administrator = await a_member(app, authority, "administrator")
    offers = await two_offers(app, authority, administrator)
    async with request_context(app, await a_member(app, authority, "agent")) as ctx:
        sooner = EndDraft(
            ending="shorten",
            kind="vote",
            closes_at=page.card.phases[0].closes_at - timedelta(hours=1),
            reason="La salle est prise.",
        )
        end = {"request_id": str((await ask_end(ctx, page.ref, sooner)).id)}
    result = {"slug": past.card.slug, "number": "1"}
    vote = await a_sealed_vote(app)
    for code in vote.codes:
        await a_sealed_ballot(app, vote, code, {"1": 7})
    await a_sealed_result(app, vote)
    sealed = {"slug": vote.page.card.slug, "number": "1"}
    return World(
        names={
            "session_id": "0190a6e0-0000-7000-8000-000000000001",
            "passkey_id": "0190a6e0-0000-7000-8000-000000000002",
            "form_id": "0190a6e0-0000-7000-8000-000000000000",  # nobody's: told once signed in
            "slug": page.card.slug,
            "authority": authority.slug,
            "number": str(row.number),
            "kind": "proposal",
            "person_id": str(members[0].id),
            "role": "moderator",
            "subject_id": str(spoken.id),
            "measure_id": str(measure.id),
            "spam_id": str(spam.id),
            "reference": receipt.reference,
            **dict.fromkeys(("request_id", "extension_id", "undoing_id", "offer_id"), str(row.id)),
            "batch": "1",
            "token": unsubscribe_token(app, voter.id),
            "name": next(name for name in assets() if name.endswith(".css")),
            "path": "nothing-here",
        },
        draft=draft.card.slug,
        elsewhere={
            **dict.fromkeys(
                (
                    *("/urne", "/ballot-box", "/paper-voters", "/papers", "/undoings", "/archive"),
                    "/count",
                ),
                ballot_box,
            ),
            "/suspendre": {"subject_id": str(spam.id)},
            **dict.fromkeys(("/fins/", "/ends/"), end),
            "/theme/": {"name": "0b5a5e.css"},
            "/p/{number}/retirer": {"number": "1"},
            "/withdrawal": {"number": "2"},
            "/members/": {"person_id": str(members[1].id)},
            "/equipe/invitations/": {"offer_id": offers[0]},
            "/authorities/{slug}/invitations/": {"offer_id": offers[1]},
            "/polls/{number}/board": sealed,
            "/polls/{number}/minutes": sealed,
            "/polls/{number}/signatures": sealed,
            "/polls/{number}/result": result,
            "/polls/{number}/answer": result,
            "/resultats/{number}": result,
            "/polls/{number}": {"number": "1"},
            "/voter/{number}": {"number": "1"},
        },
        actors={
            "visitor": None,
            "citizen": await a_person(app),
            "author": author,
            "moderator": await a_member(app, authority, "moderator"),
            "official": official,
            "agent": agent,
            "administrator": administrator,
            "neighbour": await a_member(app, other, "administrator"),
        },
        app=app,
    )


@pytest.fixture(scope="module")
async def windows(
    world: World, site: Litestar, visitor_of: Callable[[Viewer | None], Awaitable[Visitor]]
) -> dict[str, Visitor]:
    """A browser for each actor."""
    return {name: await visitor_of(viewer) for name, viewer in world.actors.items()}


def routes(app: Litestar) -> list[str]:
    """`GET /fr/c/{slug}` for every route; English stands where French does."""
    return sorted(
        f"{method} {route.path_format}"
        for route in app.routes
        if hasattr(route, "methods") and not route.path_format.startswith("/en")
        for method in route.methods - {"OPTIONS", "HEAD"}
    )


def test_every_route_has_its_row_and_every_row_its_route(site: Litestar) -> None:
    assert set(routes(site)) == set(ACCESS)


def test_english_stands_wherever_french_does(site: Litestar) -> None:
    paths = {route.path_format for route in site.routes}
    french = {path[3:] for path in paths if path.startswith("/fr")}
    assert french == {path[3:] for path in paths if path.startswith("/en")}


@pytest.mark.parametrize("actor", sorted(LET_IN["everybody"]))
async def test_an_actor_reaches_what_the_table_says_and_nothing_else(
    actor: str,
    world: World,
    windows: dict[str, Visitor],
    visitor_of: Callable[[Viewer | None], Awaitable[Visitor]],
) -> None:
    wrong = []
    for route, audience in ACCESS.items():
        visitor = windows[actor]
        if world.actors[actor] is not None and any(mark in route for mark in LEAVES):
            visitor = await visitor_of(await a_person(world.app))
        answer = await ask(visitor, world, route, world.names)
        expected = actor in LET_IN[audience]
        # What is not public does not exist for people who have no business with it.
        hidden = not expected and world.actors[actor] is not None and audience not in ("author",)
        if let_in(answer) != expected or (hidden and answer.status_code != 404):
            wrong.append(f"{route}: {audience}, got {answer.status_code}")
    hint = "a new route may need its object in `world`, and its form in FORMS or BODIES"
    assert not wrong, f"as {actor} ({hint}):\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "actor", ["visitor", "citizen", "author", "moderator", "official", "neighbour"]
)
async def test_a_draft_consultation_exists_nowhere_for_those_who_do_not_write_it(
    actor: str, world: World, windows: dict[str, Visitor]
) -> None:
    names = {**world.names, "slug": world.draft}
    wrong = []
    for route in ACCESS:
        _, path = route.split()
        if "/c/{slug}" not in path and "/consultations/{slug}" not in path:
            continue
        answer = await ask(windows[actor], world, route, names)
        # A door leads on by its address alone; so does the way to sign in.
        if answer.status_code in (301, 302, 303, 307, 308):
            answer = await windows[actor].http.get(
                answer.headers["location"], follow_redirects=True
            )
            if answer.url.path.endswith("/identite"):
                continue
        if let_in(answer):
            wrong.append(f"{route}: {answer.status_code}")
    hint = "a new route may need its object in `world`, and its form in FORMS or BODIES"
    assert not wrong, f"as {actor} ({hint}):\n" + "\n".join(wrong)


FOREIGN = {
    "another site": {"sec-fetch-site": "cross-site"},
    "a sister host": {"sec-fetch-site": "same-site"},
    "another site, in an older browser": {"origin": "https://elsewhere.example"},
    "no place that it tells": {},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
async def test_nothing_is_changed_from_elsewhere(
    headers: dict[str, str], world: World, site: Litestar, windows: dict[str, Visitor]
) -> None:
    held = windows["administrator"].http.cookies
    visitor = httpx.AsyncClient(transport=in_process(site), base_url=ORIGIN, cookies=held)
    unguarded = []
    for route in ACCESS:
        method, path = route.split()
        # The one's address is its consent; the other changes nothing.
        if method == "GET" or "/desinscription/" in path or path == "/rapports":
            continue
        address = world.address(path, world.names)
        answer = await visitor.request(method, address, headers=headers)
        if answer.status_code != 403 or "ne vient pas d’une page de ce site" not in answer.text:
            unguarded.append(f"{route}: {answer.status_code}")
    assert not unguarded, "\n".join(unguarded)


async def a_ballot_box(app: AppContext, authority: Authority, agent: Viewer) -> dict[str, str]:
    """An open sealed vote with a lost code, a wished extension, papers and a dry run."""
    vote = await a_sealed_vote(app, authority=authority)
    async with request_context(app, agent) as ctx:
        ctx.db.add(
            Rehearsal(
                consultation_id=vote.page.card.id, archive=b"tar", expected=b"6", made_at=ctx.now
            )
        )
        lost = await ask_code(ctx, vote.page.ref, "1", "Jamais reçu.")
        later = ExtensionDraft(closes_at=ctx.now + timedelta(days=9), reason="Site en panne hier.")
        extension = await ask_extension(ctx, vote.page.ref, later)
        papers = BatchDraft(channel="paper", ballots=[{"1": 3}])
        batch = await enter_batch(ctx, vote.page.ref, vote.poll, papers)
        await mark_voters(ctx, vote.page.ref, vote.poll, "counter", ["2"])
        wrong = UndoingDraft(number="2", reason="Repartie sans voter.")
        undoing = await ask_undoing(ctx, vote.page.ref, vote.poll, wrong)
        return {
            "slug": vote.page.card.slug,
            "number": "1",
            "request_id": str(lost.id),
            "extension_id": str(extension.id),
            "undoing_id": str(undoing.id),
            "batch": str(batch.number),
        }


async def two_offers(app: AppContext, authority: Authority, administrator: Viewer) -> list[str]:
    """Roles that nobody has accepted yet."""
    async with request_context(app, administrator) as ctx:
        for name in ("Une", "Deux"):
            email = f"{unique('offer')}@example.org"
            wish = Invitation(email=email, name=name, role="agent")
            await invite(ctx, authority.id, wish)
        return [str(one.id) for one in (await pending_offers(ctx, authority.id)).items]


async def ask(visitor: Visitor, world: World, route: str, names: dict[str, str]) -> httpx.Response:
    """Send a route's request with a body that it can read."""
    method, path = route.split()
    address = world.address(path, names)
    if path.endswith("/signaler"):
        address += f"?argument={names['subject_id']}"
    if method == "GET" or method == "DELETE":
        return await visitor.http.request(method, address)
    if path.startswith("/api/"):
        body = BODIES.get(route, {})
        body = (
            {**body, "authority": names["authority"]} if route.endswith("/consultations") else body
        )
        filled = {
            name: names[value[1:-1]] if isinstance(value, str) and value[:1] == "{" else value
            for name, value in body.items()
        }
        return await visitor.http.request(method, address, json=filled)
    return await visitor.http.post(address, data=FORMS.get(route, PROPOSAL))


def let_in(answer: httpx.Response) -> bool:
    """Whether somebody was let in: not refused for who they are."""
    if answer.status_code in (401, 404):
        return False
    if answer.status_code == 303 and "/identite?suite" in answer.headers["location"]:
        # The voter's own last step, and the page of a code that nobody asked for.
        return answer.request.url.path.endswith(("/valider", "/identite/code"))
    return not (answer.status_code == 403 and any(mark in answer.text for mark in NOT_YOURS))


PAPERS: dict[str, Any] = {"channel": "counter", "ballots": [{"1": 2}]}
DECISION: dict[str, Any] = {
    "decision": "accepted",
    "body": "Nous le ferons dès le printemps prochain.",
}
COMMENT = {"body": "D’accord.", "stance": "for"}
PROPOSAL = {"title": "Des bancs", "body": "Au bord du canal, à l’ombre des saules."}
MOMENTS = {"opens_at": "2027-01-01T08:00:00Z", "closes_at": "2027-02-01T08:00:00Z"}
CONSULTATION = {
    "slug": "une-autre",
    "title": "Une autre question",
    "question": "Que faire de la place ?",
    "summary": "La place change l’an prochain.",
    "promise": "Le conseil répondra.",
    "phases": [{"kind": "proposals", **MOMENTS}],
}
POLL = {
    "question": "Quel projet ?",
    "method": "approval",
    "options": [{"title": "Un"}, {"title": "Deux"}],
}
BODIES: dict[str, dict[str, Any]] = {
    "PUT /api/v1/account": {"name": "Dominique Essai", "lang": "fr", "notify": False},
    "PUT /api/v1/authorities/{slug}": {
        "slug": "x-y",
        "kind": "commune",
        "name": "Commune",
        "contact_email": "a@example.org",
    },
    "POST /api/v1/authorities/{slug}/members": {
        "email": "b@example.org",
        "name": "Bé",
        "role": "agent",
    },
    "POST /api/v1/authorities/{slug}/decisions": {
        "subject": "comment",
        "subject_id": "{subject_id}",
        "decision": "kept",
    },
    "POST /api/v1/authorities/{slug}/suspensions": {
        "subject_id": "{spam_id}",
        "reason": "advertising",
        "note": "Douze fois le même texte.",
    },
    "POST /api/v1/authorities/{slug}/measures/{measure_id}/ending": {
        "decision": "lifted",
        "reply": "Relu : ce n’est pas hors sujet.",
    },
    "POST /api/v1/account/measures/{measure_id}/appeal": {"appeal": "Ce n’est pas hors sujet."},
    "POST /api/v1/consultations": CONSULTATION,
    "PUT /api/v1/consultations/{slug}": CONSULTATION,
    "POST /api/v1/consultations/{slug}/polls": POLL,
    "PUT /api/v1/consultations/{slug}/polls/{number}": POLL,
    "PUT /api/v1/consultations/{slug}/polls/{number}/answer": DECISION,
    "PUT /api/v1/consultations/{slug}/polls/{number}/ballot": {
        "choice": {"1": 1},
        "submission": "matrix-123",
    },
    "POST /api/v1/consultations/{slug}/proposals": PROPOSAL,
    "PUT /api/v1/consultations/{slug}/proposals/{number}": PROPOSAL,
    "PUT /api/v1/consultations/{slug}/proposals/{number}/answer": DECISION,
    "PUT /api/v1/consultations/{slug}/subjects/{kind}/{number}/answer": DECISION,
    "POST /api/v1/consultations/{slug}/proposals/{number}/comments": COMMENT,
    "POST /api/v1/consultations/{slug}/subjects/{kind}/{number}/comments": COMMENT,
    "POST /api/v1/consultations/{slug}/reports": {
        "subject": "comment",
        "subject_id": "{subject_id}",
        "reason": "off_topic",
    },
    "POST /api/v1/consultations/{slug}/ballot-box/code-requests": {
        "number": "2",
        "reason": "Courrier jamais reçu.",
    },
    "POST /api/v1/consultations/{slug}/ballot-box/extensions": {
        "closes_at": "2199-01-01T12:00:00Z",
        "reason": "Le site est en panne.",
    },
    "POST /api/v1/consultations/{slug}/ends": {
        "ending": "cancel",
        "reason": "Le site est en panne.",
    },
    "POST /api/v1/consultations/{slug}/polls/{number}/paper-voters": {
        "channel": "paper",
        "voters": ["nobody"],
    },
    "POST /api/v1/consultations/{slug}/ballot-box/countersigners": {
        "person": "00000000-0000-7000-8000-000000000000",
        "function": "Secrétaire",
    },
    "POST /api/v1/consultations/{slug}/polls/{number}/undoings": {
        "number": "2",
        "reason": "Repartie sans voter.",
    },
    "POST /api/v1/consultations/{slug}/polls/{number}/papers": PAPERS,
    "PUT /api/v1/consultations/{slug}/polls/{number}/papers/{batch}": PAPERS,
    "POST /api/v1/consultations/{slug}/polls/{number}/count": {
        "minutes": "e30=",
        "signatures": ["e30="],
        "pdf": "JVBERi0=",
    },
    "POST /api/v1/sign-in-codes": {"email": "c@example.org"},
}
FORMS: dict[str, dict[str, str]] = {
    "POST /fr/c/{slug}/proposer": PROPOSAL,
    "POST /fr/c/{slug}/p/{number}/modifier": PROPOSAL,
}
