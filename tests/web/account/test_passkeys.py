"""Passkeys, step-up and sessions of people with roles (security M5, L9)."""

import asyncio
import html
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text, update

from deliberation.core.context import AppContext, Viewer
from deliberation.core.errors import ConfirmationNeeded, Invalid
from deliberation.core.settings import Settings
from deliberation.network.authorities.model import Authority
from deliberation.network.people import passkeys
from deliberation.network.people.commands import delete_account
from deliberation.network.people.inviting import invite
from deliberation.network.people.passkeys import (
    creation_options,
    person_of_passkey,
    request_options,
)
from deliberation.network.people.queries import account_at
from deliberation.network.people.roles import require_passkeys, withdraw_role
from deliberation.network.sessions.commands import open_session
from deliberation.network.sessions.model import Session
from tests.builders import a_member, a_person, an_authority, mailed_code, request_context
from tests.passkeys import Device, b64
from tests.site import Visitor, VisitorOf, served

if TYPE_CHECKING:
    from playwright.async_api import Browser

if TYPE_CHECKING:
    pass


def options_of(visitor: Visitor, kind: str) -> str:
    """Options that the open page gives to the browser's passkey dialog."""
    found = re.search(rf'data-passkey="{kind}" data-options="([^"]*)"', visitor.page.text)
    assert found
    return html.unescape(found[1])


async def with_passkey(visitor: Visitor) -> Device:
    """The visitor's account, with a passkey registered on its page."""
    device = Device()
    await visitor.open("/fr/compte/securite")
    credential = device.create(options_of(visitor, "create"))
    await visitor.send("/cles", credential=credential, name="Téléphone")
    assert "Votre clé d’accès est enregistrée." in visitor.text
    return device


async def tire(app: AppContext, viewer: Viewer, column: str, ago: timedelta) -> None:
    """Move a moment of all sessions of somebody into the past."""
    async with request_context(app) as ctx:
        earlier = update(Session).where(Session.person_id == viewer.id)
        await ctx.db.execute(earlier.values({column: getattr(Session, column) - ago}))


async def test_a_passkey_is_registered_and_signs_in_without_a_mail(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    person = await a_person(app, "Inès Carlier")
    visitor: Visitor = await visitor_of(person)
    device = await with_passkey(visitor)
    newcomer: Visitor = await visitor_of(None)
    await newcomer.open("/fr/identite?suite=/compte/securite")
    answer = device.get(options_of(newcomer, "get"))
    await newcomer.send("/identite/cle", credential=answer)
    assert newcomer.page.url.path == "/fr/compte/securite"
    assert "Téléphone" in newcomer.text
    assert "Avec une clé d’accès." in newcomer.text


async def test_signing_in_with_a_passkey_ends_the_session_of_before(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    visitor: Visitor = await visitor_of(await a_person(app))
    device = await with_passkey(visitor)
    stranger: Visitor = await visitor_of(None)  # whose browser holds the same session
    stranger.http.cookies.set("session", visitor.http.cookies["session"])
    async with request_context(app) as ctx:
        options = request_options(app, ctx.now)
    await visitor.send_unoffered("/fr/identite/cle", credential=device.get(options))
    await visitor.open("/fr/compte")
    assert visitor.page.url.path == "/fr/compte"
    await stranger.open("/fr/compte")
    assert stranger.page.url.path == "/fr/identite"


@pytest.mark.parametrize("fault", ["replayed", "other site", "unverified", "unknown", "late"])
async def test_a_passkey_that_proves_nothing_opens_nothing(
    app: AppContext, visitor_of: VisitorOf, fault: str
) -> None:
    visitor: Visitor = await visitor_of(await a_person(app))
    device = await with_passkey(visitor)
    async with request_context(app) as ctx:
        made = ctx.now - timedelta(minutes=6) if fault == "late" else ctx.now
        options = request_options(app, made)
    if fault == "other site":
        device.origin = "https://beffroi.example.net"
    if fault == "unverified":
        device.verified = False
    if fault == "unknown":
        device.credential = b"x" * 32
    answer = device.get(options)
    if fault == "replayed":
        async with request_context(app) as ctx:
            await person_of_passkey(ctx, answer)
    with pytest.raises(Invalid) as refused:
        async with request_context(app) as ctx:
            await person_of_passkey(ctx, answer)
    late = fault == "late"
    said = "passkey-too-late" if late else "passkey-not-valid"
    assert refused.value.errors["credential"][0] == said


@pytest.mark.parametrize(
    "garbage", ["", "{}", "[]", "null", "{" * 5000, '{"id": 1}', '{"response": {}}', "x" * 30_000]
)
async def test_garbage_is_refused_by_both_doors(
    app: AppContext, visitor_of: VisitorOf, garbage: str
) -> None:
    visitor: Visitor = await visitor_of(None)
    await visitor.open("/fr/identite")
    await visitor.send("/identite/cle", credential=garbage)
    assert visitor.page.status_code in (413, 422)


async def test_a_challenge_from_the_end_of_time_is_refused(app: AppContext) -> None:
    device = Device()
    forged = json.dumps({"challenge": b64(b"\xff" * 40)})
    with pytest.raises(Invalid):
        async with request_context(app) as ctx:
            await person_of_passkey(ctx, device.get(forged))


async def test_one_answer_sent_twice_at_once_opens_one_session(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    person = await a_person(app)
    device = await with_passkey(await visitor_of(person))
    async with request_context(app) as ctx:
        answer = device.get(request_options(app, ctx.now))

    async def shown() -> Any:
        async with request_context(app) as ctx:
            return await person_of_passkey(ctx, answer)

    found = await asyncio.gather(*(shown() for _ in range(5)), return_exceptions=True)
    assert sum(not isinstance(one, Invalid) for one in found) == 1


async def test_a_challenge_of_another_purpose_or_site_is_not_ours(app: AppContext) -> None:
    person = await a_person(app)
    device = Device()
    async with request_context(app, person) as ctx:
        made = device.create(await creation_options(ctx))
        await passkeys.add_passkey(ctx, made, "Clé")
        with pytest.raises(Invalid):
            await person_of_passkey(ctx, device.get(await creation_options(ctx)))
        with pytest.raises(Invalid):
            await passkeys.add_passkey(ctx, made, "La même")


async def test_m5_roles_are_asleep_without_a_passkey_where_it_is_asked_for(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    boss = await a_member(app, authority, "administrator")
    agent = await a_member(app, authority, "agent")
    there = f"/fr/gestion/a/{authority.slug}/nouvelle"
    admin: Visitor = await visitor_of(boss)
    await admin.open(f"/fr/gestion/a/{authority.slug}/equipe")
    assert "Connectez-vous d’abord avec une clé d’accès" in admin.text
    space = f"/fr/gestion/a/{authority.slug}"
    answer = await admin.send_unoffered(f"{space}/cles", passkeys_required="1")
    assert answer.status_code == 409  # it would lock out whoever asks
    await with_passkey(admin)
    await admin.open(f"/fr/gestion/a/{authority.slug}/equipe")
    await admin.send("/cles", passkeys_required="1")
    assert "est enregistré" in admin.text

    by_mail: Visitor = await visitor_of(agent)
    await by_mail.open(there)
    assert by_mail.page.url.path == "/fr/compte/securite"
    assert "Vos rôles demandent une clé d’accès" in by_mail.text
    device = await with_passkey(by_mail)
    assert (await by_mail.open(there)).status_code == 200

    again: Visitor = await visitor_of(agent)  # by a code: the mailbox alone is not enough
    assert (await again.open(there)).url.path == "/fr/compte/securite"
    stranger: Visitor = await visitor_of(None)
    await stranger.open("/fr/identite")
    await stranger.send("/identite/cle", credential=device.get(options_of(stranger, "get")))
    assert (await stranger.open(there)).status_code == 200


async def test_m5_a_mailbox_adds_no_passkey_to_those_that_wake_its_roles(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    device = await with_passkey(await visitor_of(agent))
    async with request_context(app) as ctx:
        (await ctx.db.get_one(Authority, authority.id)).passkeys_required = True
    thief: Visitor = await visitor_of(agent)  # signed in by a code a moment ago
    await thief.open("/fr/compte/securite")
    assert 'data-passkey="create"' not in thief.page.text
    kept = (await thief.http.get("/api/v1/account/passkeys")).json()
    removed = await thief.http.delete(f"/api/v1/account/passkeys/{kept[0]['id']}")
    assert removed.status_code == 403
    async with request_context(app, agent) as ctx:
        made = Device().create(await creation_options(ctx))
    added = await thief.http.post(
        "/fr/compte/securite/cles", data={"credential": made, "name": "La mienne"}
    )
    assert added.status_code == 403
    there = f"/fr/gestion/a/{authority.slug}/nouvelle"
    assert (await thief.open(there)).url.path == "/fr/compte/securite"

    owner = thief  # with the passkey, the same session is theirs
    await owner.follow("Confirmer avec ma clé d’accès")
    await owner.send("/identite/confirmer", credential=device.get(options_of(owner, "get")))
    await with_passkey(owner)
    assert (await owner.open(there)).status_code == 200


async def test_m5_the_same_by_program(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app)
    agent: Visitor = await visitor_of(await a_member(app, authority, "administrator"))
    async with request_context(app) as ctx:
        (await ctx.db.get_one(Authority, authority.id)).passkeys_required = True
    answer = await agent.http.get(f"/api/v1/authorities/{authority.slug}/members")
    assert answer.status_code == 403
    assert answer.json()["code"] == "passkey-needed"


async def test_another_authority_s_rule_is_not_ours(app: AppContext, visitor_of: VisitorOf) -> None:
    ours, theirs = await an_authority(app), await an_authority(app)
    async with request_context(app) as ctx:
        (await ctx.db.get_one(Authority, theirs.id)).passkeys_required = True
    agent: Visitor = await visitor_of(await a_member(app, ours, "agent"))
    assert (await agent.open(f"/fr/gestion/a/{ours.slug}/nouvelle")).status_code == 200
    assert (await agent.open(f"/fr/gestion/a/{theirs.slug}/nouvelle")).status_code == 404


GRAVE = {
    "a role given": lambda ctx, authority: invite(ctx, authority.id, None),  # type: ignore[arg-type]
    "a role withdrawn": lambda ctx, authority: withdraw_role(
        ctx, authority.id, ctx.person.id, "administrator"
    ),
    "the account deleted": lambda ctx, authority: delete_account(ctx),
    "passkeys asked for": lambda ctx, authority: require_passkeys(ctx, authority.id, wanted=False),
    "a passkey added": lambda ctx, authority: passkeys.add_passkey(ctx, "{}", "Clé"),
    "a passkey removed": lambda ctx, authority: passkeys.remove_passkey(ctx, ctx.person.id),
}


@pytest.mark.parametrize("act_of", GRAVE)
async def test_grave_acts_need_a_fresh_proof(app: AppContext, act_of: str) -> None:
    authority = await an_authority(app)
    viewer = await a_member(app, authority, "administrator")
    tired = Viewer(
        viewer.id, viewer.voter_id, viewer.name, viewer.email, viewer.roles, confirmed=False
    )
    with pytest.raises(ConfirmationNeeded):
        async with request_context(app, tired) as ctx:
            await GRAVE[act_of](ctx, authority)


async def test_an_invitation_waits_for_the_proof_and_is_not_lost(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    boss = await a_member(app, authority, "administrator")
    visitor: Visitor = await visitor_of(boss)
    await visitor.open(f"/fr/gestion/a/{authority.slug}/equipe")
    await tire(app, boss, "confirmed_at", timedelta(minutes=11))
    await visitor.send("/equipe", name="Noé Lambert", email="noe@example.org", role="agent")
    assert visitor.page.url.path == "/fr/identite/confirmer"
    await visitor.send("/confirmer/code")
    await visitor.send("/identite/confirmer", code="000000")
    assert visitor.page.status_code == 422
    await visitor.send("/identite/confirmer", code=await mailed_code(app, boss.email))
    assert "Votre texte vous attend" in visitor.text
    assert "noe@example.org" in visitor.text
    await visitor.send("/equipe")
    assert "noe@example.org" in visitor.text
    assert visitor.page.url.path.endswith("/equipe")


async def test_who_has_a_passkey_confirms_with_it_and_not_by_mail(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    person = await a_person(app)
    visitor: Visitor = await visitor_of(person)
    device = await with_passkey(visitor)
    await tire(app, person, "confirmed_at", timedelta(minutes=11))
    await visitor.open("/fr/compte/supprimer")
    assert visitor.page.url.path == "/fr/identite/confirmer"
    assert "Recevoir un code" not in visitor.text
    await visitor.send("/identite/confirmer", credential="{}")
    assert visitor.page.status_code == 422
    other: Visitor = await visitor_of(await a_person(app))
    others = await with_passkey(other)
    await visitor.send("/identite/confirmer", credential=others.get(options_of(visitor, "get")))
    assert visitor.page.status_code == 422  # somebody else's
    await visitor.send("/identite/confirmer", credential=device.get(options_of(visitor, "get")))
    await visitor.send("/compte/supprimer")
    assert visitor.page.url.path == "/fr/compte/supprime"


async def test_l9_sessions_are_listed_and_closed(app: AppContext, visitor_of: VisitorOf) -> None:
    person = await a_person(app)
    here: Visitor = await visitor_of(person)
    async with request_context(app) as ctx:
        lost = await open_session(ctx, person, browser="Firefox, Android")
    await here.open("/fr/compte/securite")
    assert "Firefox, Android" in here.text
    bearer = {"authorization": f"Bearer {lost}"}
    assert (await here.http.get("/api/v1/account", headers=bearer)).status_code == 200
    await here.send("/sessions/fermer")
    stranger: Visitor = await visitor_of(None)
    assert (await stranger.http.get("/api/v1/account", headers=bearer)).status_code == 401
    assert (await here.open("/fr/compte/securite")).url.path == "/fr/compte/securite"


async def test_l9_nobody_closes_a_session_of_somebody_else(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    theirs: Visitor = await visitor_of(await a_person(app))
    session = (await theirs.http.get("/api/v1/account/sessions")).json()[0]["id"]
    mine: Visitor = await visitor_of(await a_person(app))
    await mine.http.delete(f"/api/v1/account/sessions/{session}")
    assert (await theirs.http.get("/api/v1/account")).status_code == 200


@pytest.mark.parametrize(
    ("column", "ago"),
    [("seen_at", timedelta(hours=26)), ("created_at", timedelta(days=8))],
)
async def test_l9_a_session_of_somebody_with_a_role_ends_sooner(
    app: AppContext, visitor_of: VisitorOf, column: str, ago: timedelta
) -> None:
    authority = await an_authority(app)
    member, person = await a_member(app, authority, "agent"), await a_person(app)
    agent, citizen = await visitor_of(member), await visitor_of(person)
    for viewer in (member, person):
        await tire(app, viewer, column, ago)
    assert (await agent.http.get("/api/v1/account")).status_code == 401
    assert (await citizen.http.get("/api/v1/account")).status_code == 200


async def test_a_session_s_use_is_kept_to_the_hour(app: AppContext, visitor_of: VisitorOf) -> None:
    person = await a_person(app)
    visitor: Visitor = await visitor_of(person)
    await tire(app, person, "seen_at", timedelta(hours=3))
    await visitor.open("/fr/compte")
    async with request_context(app) as ctx:
        query = text("SELECT seen_at FROM session WHERE person_id = :person")
        seen = (await ctx.db.scalars(query, {"person": person.id})).one()
        assert ctx.now - seen < timedelta(hours=1)
        assert (seen.minute, seen.second, seen.microsecond) == (0, 0, 0)


@pytest.mark.browser
async def test_a_real_browser_makes_a_passkey_and_signs_in_with_it(
    app: AppContext, settings: Settings, browser: "Browser"
) -> None:
    person = await a_person(app, "Louis Debruyne")
    async with request_context(app) as ctx:
        token = await open_session(ctx, person)
    async with served(settings, name="localhost") as address:
        context = await browser.new_context()
        tab = await context.new_page()
        device = await context.new_cdp_session(tab)
        await device.send("WebAuthn.enable")
        abilities = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        await device.send("WebAuthn.addVirtualAuthenticator", {"options": abilities})
        await context.add_cookies([{"name": "session", "value": token, "url": address}])
        await tab.goto(f"{address}/fr/compte/securite")
        await tab.get_by_label("Nom de la clé").fill("Ordinateur de la mairie")
        await tab.get_by_role("button", name="Ajouter une clé d’accès").click()
        await tab.get_by_text("Votre clé d’accès est enregistrée.").wait_for()
        await context.clear_cookies()
        await tab.goto(f"{address}/fr/identite?suite=/compte/securite")
        await tab.get_by_role("button", name="Me connecter avec une clé d’accès").click()
        await tab.get_by_text("Ordinateur de la mairie", exact=True).first.wait_for()
        await tab.get_by_text("Chrome, Linux").first.wait_for()
        await context.close()


async def test_an_operator_forgets_lost_passkeys(app: AppContext, visitor_of: VisitorOf) -> None:
    person = await a_person(app)
    visitor: Visitor = await visitor_of(person)
    device = await with_passkey(visitor)
    async with request_context(app) as ctx:
        assert await passkeys.forget_passkeys(ctx, await account_at(ctx, person.email)) == 1
        with pytest.raises(Invalid):
            await person_of_passkey(ctx, device.get(request_options(app, ctx.now)))
