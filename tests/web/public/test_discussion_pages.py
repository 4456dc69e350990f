"""Arguing, replying, reporting, moderating and unsubscribing, without any script."""

import html
import re
from uuid import UUID

import httpx
from litestar import Litestar
from sqlalchemy import event

from deliberation.core.context import AppContext
from deliberation.network.people.model import Person
from deliberation.notices.mails.tokens import unsubscribe_token
from deliberation.process.comments.queries import FIRST_SIZE
from tests.builders import (
    a_comment,
    a_consultation,
    a_member,
    a_person,
    a_proposal,
    an_authority,
    redate,
    request_context,
    supports,
)
from tests.site import ORIGIN, Visitor, VisitorOf, forms, in_process


async def test_a_person_argues_and_another_replies(app: AppContext, visitor_of: VisitorOf) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    place = f"/fr/c/{page.card.slug}/p/{number}"
    person: Visitor = await visitor_of(await a_person(app, "Amina Delcroix"))
    await person.open(place)
    await person.send("/arguments", body="Oui")
    assert person.page.status_code == 422
    assert "Oui" in person.page.text
    await person.send("/arguments", stance="against", body="Le sol est **pollué** <b>ici</b>.")
    assert "Amina Delcroix" in person.text
    assert "<strong>pollué</strong>" in person.page.text
    assert "<b>ici" not in person.page.text
    assert "1 argument" in person.text

    neighbour: Visitor = await visitor_of(await a_person(app, "Karim Vasseur"))
    await neighbour.open(place)
    link = neighbour.page.text.split("?repondre=")[1].split("#")[0]
    await neighbour.open(f"{place}?repondre={link}")
    assert "Répondre à Amina Delcroix" in neighbour.text
    await neighbour.send("/arguments", body="Il a été assaini en 2019.")
    assert "Il a été assaini en 2019." in neighbour.text
    assert "1 argument, 1 réponse" in neighbour.text


async def test_a_long_discussion_begins_shortly_and_shows_what_is_answered_or_written(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    author = await a_person(app, "Karim Vasseur")
    for order in range(FIRST_SIZE + 2):
        await a_comment(app, page, number, author, body=f"L’argument {order}.")
    await a_comment(app, page, number, stance="against", body="Le contraire.")
    place = f"/fr/c/{page.card.slug}/p/{number}"
    person: Visitor = await visitor_of(await a_person(app, "Amina Delcroix"))
    await person.open(place)
    last = f"L’argument {FIRST_SIZE + 1}."
    assert last not in person.text
    assert "Le contraire." in person.text
    (more,) = re.findall(r'href="([^"]*cote=pour[^"]*)"', person.page.text)
    await person.open(html.unescape(more))
    assert last in person.text
    answered = person.page.text.split("?repondre=")[2].split("#")[0]
    await person.open(f"{place}?repondre={answered}")
    assert "Répondre à Karim Vasseur" in person.text
    assert (last in person.text, "Le contraire." in person.text) == (True, False)
    await person.send("/arguments", body="")
    assert "Répondre à Karim Vasseur" in person.text  # with what is to be corrected
    await person.send("/arguments", body="Je ne crois pas.")
    assert person.page.url.params["message"] == answered
    assert (last in person.text, "Je ne crois pas." in person.text) == (True, True)
    await person.open(f"{place}?repondre={UUID(int=7)}")
    assert "Le contraire." in person.text


async def test_a_visitor_reads_without_form_or_cookie(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    await a_comment(app, page, number)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    assert forms(visitor.page.text) == []
    assert "set-cookie" not in visitor.page.headers
    assert "S’identifier pour écrire" in visitor.text


async def test_a_closed_discussion_offers_no_form(app: AppContext, visitor_of: VisitorOf) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    await a_comment(app, page, number)
    await redate(app, page, "closes_at = clock_now()")
    person: Visitor = await visitor_of(await a_person(app))
    await person.open(f"/fr/c/{page.card.slug}/p/{number}")
    assert not [form for form in forms(person.page.text) if form.action.endswith("/arguments")]
    assert "La discussion n’est pas ouverte" in person.text


async def test_a_proposal_page_takes_few_statements(
    app: AppContext, site: Litestar, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    number = await a_proposal(app, page)
    await supports(app, page, number, 3)
    for stance in ("for", "against", "question"):
        first = await a_comment(app, page, number, stance=stance)
        await a_comment(app, page, number, parent=first.id)
    official: Visitor = await visitor_of(await a_member(app, authority, "official"))
    await official.open(f"/fr/elus/c/{page.card.slug}/p/{number}/repondre")
    await official.send("/repondre", decision="studied", body="Nous regardons cela de près.")
    person: Visitor = await visitor_of(await a_person(app))
    said: list[str] = []

    def count(_c: object, _k: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine = site.state.app.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        await person.open(f"/fr/c/{page.card.slug}/p/{number}")
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert "Nous regardons cela de près" in person.text
    assert len(said) <= 5


async def test_a_report_reaches_the_moderators_who_hide_the_text(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    number = await a_proposal(app, page)
    bad = await a_comment(app, page, number, body="Ce sont tous des imbéciles.")
    place, report = f"/fr/c/{page.card.slug}/p/{number}", f"/fr/c/{page.card.slug}/signaler"
    nobody: Visitor = await visitor_of(None)
    await nobody.open(f"{report}?argument={bad.id}")
    assert nobody.page.url.path == "/fr/identite"
    assert str(bad.id) in str(nobody.page.url)

    person: Visitor = await visitor_of(await a_person(app))
    await person.open(f"{report}?argument={bad.id}")
    await person.send(f"signaler?argument={bad.id}")
    assert person.page.status_code == 422
    await person.send(f"signaler?argument={bad.id}", reason="personal_attack", note="Une insulte")
    assert "Votre signalement est transmis" in person.text
    await person.open(f"{report}?argument={bad.id}")
    await person.send(f"signaler?argument={bad.id}", reason="personal_attack")
    assert "déjà signalé" in person.text

    inbox = f"/fr/gestion/a/{authority.slug}/signalements"
    others = [await a_member(app, await an_authority(app), "moderator"), await a_person(app)]
    for viewer in others:
        visitor: Visitor = await visitor_of(viewer)
        for path in (inbox, f"{inbox}/{bad.id}"):
            assert (await visitor.open(path)).status_code == 404
    await nobody.open(inbox)
    assert nobody.page.url.path == "/fr/identite"

    moderator: Visitor = await visitor_of(await a_member(app, authority, "moderator"))
    await moderator.open(inbox)
    assert "1 texte attend votre décision" in moderator.text
    await moderator.open(f"{inbox}/{bad.id}")
    assert "Une insulte" in moderator.text
    hide = [form for form in forms(moderator.page.text) if form.values.get("decision") == "hidden"]
    sent = {**hide[0].values, "note": "Une insulte."}
    moderator.page = await moderator.http.post(hide[0].action, data=sent, follow_redirects=True)
    assert moderator.page.status_code == 422
    sent["reason"] = "personal_attack"
    moderator.page = await moderator.http.post(hide[0].action, data=sent, follow_redirects=True)
    assert "Le texte est masqué" in moderator.text

    for path in (place, f"/fr/c/{page.card.slug}/moderation"):
        await nobody.open(path)
        assert "imbéciles" not in nobody.page.text
        assert "Attaque personnelle" in nobody.text
    assert nobody.page.status_code == 200


async def test_a_proposal_is_reported_by_its_number(app: AppContext, visitor_of: VisitorOf) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    person: Visitor = await visitor_of(await a_person(app))
    await person.open(f"/fr/c/{page.card.slug}/signaler?proposition={number}")
    await person.send(f"?proposition={number}", reason="off_topic")
    assert "Votre signalement est transmis" in person.text
    for wrong in ("proposition=99", "argument=x", "argument=", ""):
        assert (await person.open(f"/fr/c/{page.card.slug}/signaler?{wrong}")).status_code == 404


async def test_the_link_of_a_mail_shows_a_button_and_stops_only_when_pressed(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    told = await a_person(app)
    path = f"/fr/desinscription/{unsubscribe_token(app, told.id)}"
    visitor: Visitor = await visitor_of(None)
    await visitor.open(path)
    assert "set-cookie" not in visitor.page.headers
    async with request_context(app) as ctx:
        assert (await ctx.db.get_one(Person, told.id)).notify
    await visitor.send(path)
    assert "Vous ne recevrez plus de messages" in visitor.text
    async with request_context(app) as ctx:
        assert not (await ctx.db.get_one(Person, told.id)).notify
    assert (await visitor.open("/fr/desinscription/nimporte-quoi")).status_code == 404


async def test_a_mail_program_stops_on_one_post_without_cookie(
    app: AppContext, site: Litestar
) -> None:
    told = await a_person(app)
    path = f"/fr/desinscription/{unsubscribe_token(app, told.id)}"
    transport = in_process(site)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        answer = await client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    async with request_context(app) as ctx:
        assert not (await ctx.db.get_one(Person, told.id)).notify


async def test_an_unsubscribe_token_opens_nothing_else(app: AppContext, site: Litestar) -> None:
    authority = await an_authority(app)
    official = await a_member(app, authority, "official")
    page = await a_consultation(app, authority)
    number = await a_proposal(app, page)
    token = unsubscribe_token(app, official.id)
    transport = in_process(site)
    async with httpx.AsyncClient(
        transport=transport, base_url=ORIGIN, cookies={"session": token}
    ) as client:
        assert (await client.get("/fr/elus")).status_code == 303
        bearer = {"authorization": f"Bearer {token}"}
        place = f"/fr/c/{page.card.slug}/p/{number}"
        assert (await client.post(f"{place}/soutenir", headers=bearer)).status_code == 401
        assert (await client.post(f"{place}/soutenir")).status_code == 403


def test_no_other_route_is_authorised_by_its_address(site: Litestar) -> None:
    from api.core.csrf import IN_ADDRESS

    exempt = {
        route.path
        for route in site.routes
        for handler in getattr(route, "route_handlers", [])
        if handler.opt.get(IN_ADDRESS)
    }
    assert exempt == {f"/{lang}/desinscription/{{token:str}}" for lang in ("fr", "en")}
