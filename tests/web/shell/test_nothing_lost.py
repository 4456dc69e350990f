"""Nothing typed is lost; what was clicked before signing in is done after it. Without script."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from deliberation.core.context import AppContext
from deliberation.core.errors import Conflict, TooMany
from deliberation.core.rate_limits import LIMITS, WIDER
from deliberation.network.sessions.kept_forms import (
    forget_form,
    forget_old_forms,
    keep_form,
    kept_form,
)
from deliberation.network.sessions.model import KeptForm
from deliberation.notices.mails.commands import remind_drafts
from deliberation.process.proposals.commands import propose, publish
from deliberation.process.proposals.structs import ProposalDraft
from tests.builders import (
    a_consultation,
    a_member,
    a_person,
    a_proposal,
    an_authority,
    mailed_code,
    redate,
    request_context,
    unique,
)
from tests.site import Visitor, VisitorOf, forms

WRITTEN: dict[str, Any] = {
    "title": "Des arceaux devant la gare",
    "body": "Il n’y a que six places à vélo devant la gare.",
}


async def signs_in(app: AppContext, visitor: Visitor, email: str) -> None:
    """From the page that asks for an address to what follows the code."""
    await visitor.send("/identite", email=email)
    await visitor.send("/identite/code", code=await mailed_code(app, email))


async def supporters(app: AppContext, slug: str, number: int) -> int:
    async with request_context(app) as ctx:
        query = text(
            "SELECT support_count FROM proposal JOIN subject USING (id) JOIN consultation"
            " ON consultation.id = consultation_id WHERE slug = :slug AND number = :number"
        )
        return int((await ctx.db.scalars(query, {"slug": slug, "number": number})).one())


async def test_p1_a_support_clicked_before_signing_in_is_counted(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    slug = page.card.slug
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{slug}/p/{number}")
    await visitor.follow("Soutenir cette proposition")
    assert f"Votre soutien à la proposition {number} sera compté" in visitor.text
    await signs_in(app, visitor, f"{unique('nouvelle')}@example.org")
    assert "Votre soutien est compté." in visitor.text  # and no name was asked for
    assert visitor.page.url.path == f"/fr/c/{slug}/p/{number}"
    assert await supporters(app, slug, number) == 1


async def test_p1_an_address_alone_supports_nothing(app: AppContext, visitor_of: VisitorOf) -> None:
    """The gesture is done by whoever types the code, for the page named beside it, and no other."""
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    slug = page.card.slug
    known: Visitor = await visitor_of(await a_person(app))
    await known.open(f"/fr/identite?geste=soutenir&suite=/c/{slug}/p/{number}")
    stranger: Visitor = await visitor_of(None)
    await stranger.open(f"/fr/identite?geste=soutenir&suite=/c/{slug}/p/{number}/versions")
    assert "Votre soutien à la proposition" not in stranger.text
    await signs_in(app, stranger, f"{unique('autre')}@example.org")
    assert await supporters(app, slug, number) == 0


async def test_p1_a_support_that_comes_too_late_is_told(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app, proposals=(-5, 5))
    number = await a_proposal(app, page)
    slug = page.card.slug
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/identite?geste=soutenir&suite=/c/{slug}/p/{number}")
    await redate(app, page, "closes_at = clock_now()")
    await signs_in(app, visitor, f"{unique('tard')}@example.org")
    assert visitor.page.status_code == 200
    assert "Votre soutien est compté" not in visitor.text
    assert await supporters(app, slug, number) == 0


async def test_p2_the_name_is_asked_in_the_form_itself(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    visitor: Visitor = await visitor_of(await a_person(app, name=""))
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    await visitor.send("/arguments", stance="for", body="C’est utile à tout le quartier.")
    assert visitor.page.status_code == 422
    assert "Votre nom : Ce champ est nécessaire." in visitor.text
    assert "C’est utile à tout le quartier." in visitor.page.text
    await visitor.send("/arguments", signature="Amina Delcourt")
    assert "Votre message est publié." in visitor.text
    assert "Amina Delcourt" in visitor.text
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    assert 'name="signature"' not in visitor.page.text  # known from now on


async def test_a_proposal_is_written_before_its_author_signs_in(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    await visitor.send("/proposer", **WRITTEN)
    assert "Votre texte est gardé" in visitor.text
    assert page.card.authority.name in visitor.text  # the town's look stays (A5)
    await signs_in(app, visitor, f"{unique('auteur')}@example.org")
    assert "Votre texte vous attend" in visitor.text
    assert WRITTEN["body"] in visitor.text
    await visitor.send("/proposer", signature="Nadia Lepoutre")
    assert "n’est pas encore publiée" in visitor.text
    assert WRITTEN["title"] in visitor.text


@pytest.mark.parametrize("ended", ["signed out elsewhere", "signed in again elsewhere"])
async def test_p3_a_session_that_ended_while_writing_loses_nothing(
    app: AppContext, visitor_of: VisitorOf, ended: str
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    person = await a_person(app)
    visitor: Visitor = await visitor_of(person)
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    written = visitor.page
    if ended == "signed out elsewhere":
        await visitor.open("/fr/compte")
        await visitor.send("/compte/deconnexion")
    else:
        other: Visitor = await visitor_of(person)
        visitor.http.cookies.set("session", other.http.cookies["session"])
    visitor.page = written
    body = "Un argument de mille signes, " * 30
    await visitor.send("/arguments", stance="against", body=body)
    if ended == "signed out elsewhere":
        assert "Votre texte est gardé" in visitor.text
        await signs_in(app, visitor, person.email)
        assert "Votre texte vous attend" in visitor.text
        await visitor.send("/arguments")
    assert "Votre message est publié." in visitor.text
    assert body.strip() in visitor.text


async def test_a_kept_form_is_its_browser_s_for_an_hour(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    async with request_context(app) as ctx:
        kept = await keep_form(ctx, "one browser", "/c/x/proposer", {"body": "un texte secret"})
        assert (await kept_form(ctx, "one browser", kept)).fields == {"body": "un texte secret"}
        with pytest.raises(Conflict):
            await kept_form(ctx, "another browser", kept)
        stored = (await ctx.db.get_one(KeptForm, kept)).content
        assert b"secret" not in stored
    async with request_context(app) as ctx:
        row = await ctx.db.get_one(KeptForm, kept)
        row.saved_at = ctx.now - timedelta(minutes=61)
        await ctx.db.flush()
        with pytest.raises(Conflict):
            await kept_form(ctx, "one browser", kept)
        await forget_old_forms(ctx)
        assert await ctx.db.get(KeptForm, kept) is None


async def kept_by(app: AppContext, visitor: Visitor) -> int:
    """Number of forms kept for a browser."""
    async with request_context(app) as ctx:
        count = text("SELECT count(*) FROM kept_form WHERE browser = sha256(:cookie)")
        cookie = visitor.http.cookies["browser"].encode()
        return int((await ctx.db.scalars(count, {"cookie": cookie})).one())


async def takes_up(app: AppContext, visitor_of: VisitorOf, address: str, **values: str) -> Visitor:
    """A form is sent after its writer signed out elsewhere, and waits for them to sign in again."""
    person = await a_person(app, name="")
    visitor: Visitor = await visitor_of(person)
    await visitor.open(address.removesuffix("/arguments"))
    written = visitor.page
    await signs_out(visitor)
    visitor.page = written
    await visitor.send(address, **values)
    await signs_in(app, visitor, person.email)
    assert "Votre texte vous attend" in visitor.text
    assert await kept_by(app, visitor) == 1
    return visitor


async def signs_out(visitor: Visitor) -> None:
    await visitor.open("/fr/compte")
    await visitor.send("/compte/deconnexion")


async def test_a_kept_form_is_gone_once_it_has_been_sent(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor = await takes_up(app, visitor_of, f"/fr/c/{page.card.slug}/proposer", **WRITTEN)
    there = visitor.page.url.path
    await visitor.send("/proposer")  # without the name that it is signed with
    assert visitor.page.status_code == 422
    assert WRITTEN["body"] in visitor.text  # the page holds it now
    assert await kept_by(app, visitor) == 0
    await visitor.send("/proposer", signature="Nadia Lepoutre")
    assert "n’est pas encore publiée" in visitor.text
    await visitor.open(there)  # the browser's "back"
    assert visitor.page.status_code == 409
    assert "il a été envoyé, ou plus d’une heure a passé" in visitor.text


async def test_a_kept_form_that_is_kept_again_is_kept_once(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    here = f"/fr/c/{page.card.slug}/proposer"
    visitor = await takes_up(app, visitor_of, here, **WRITTEN)
    waiting = visitor.page
    await signs_out(visitor)
    visitor.page = waiting
    await visitor.send(here)
    await signs_in(app, visitor, f"{unique('auteur')}@example.org")
    assert visitor.page.url.path != waiting.url.path
    assert await kept_by(app, visitor) == 1
    await visitor.send(here, signature="Nadia Lepoutre")
    assert "n’est pas encore publiée" in visitor.text
    assert await kept_by(app, visitor) == 0


async def test_a_kept_form_is_forgotten_by_its_own_browser_only(app: AppContext) -> None:
    async with request_context(app) as ctx:
        kept = await keep_form(ctx, "its writer", "/c/x/proposer", {"body": "un texte"})
        await forget_form(ctx, "somebody else", kept)
        assert (await kept_form(ctx, "its writer", kept)).fields == {"body": "un texte"}


@pytest.mark.parametrize("later", [False, True], ids=["two clicks", "the browser's back"])
@pytest.mark.parametrize("what", ["proposer", "arguments"])
async def test_a_kept_form_that_is_sent_twice_is_done_once(
    app: AppContext, visitor_of: VisitorOf, what: str, *, later: bool
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    slug, words = page.card.slug, {"stance": "for", "body": "Oui, pour tout le quartier."}
    address = f"/fr/c/{slug}/proposer" if what == "proposer" else f"/fr/c/{slug}/p/{number}/{what}"
    written = WRITTEN if what == "proposer" else words
    visitor = await takes_up(app, visitor_of, address, **written)
    form = next(form for form in forms(visitor.page.text) if form.action == address)
    data = {**form.values, "signature": "Nadia Lepoutre"}
    if later:
        answers = [await visitor.http.post(address, data=data) for _ in range(2)]
    else:
        answers = await asyncio.gather(*(visitor.http.post(address, data=data) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await kept_by(app, visitor) == 0


async def test_a_browser_keeps_its_five_latest_forms(app: AppContext) -> None:
    async with request_context(app) as ctx:
        for number in range(7):
            await keep_form(ctx, "a writer", "/c/x/proposer", {"body": f"texte {number}"})
        count = text("SELECT count(*) FROM kept_form WHERE browser = sha256('a writer')")
        assert (await ctx.db.scalars(count)).one() == 5


@pytest.mark.parametrize("address", ["/fr/identite", "/fr/c/{slug}/voter/1", "/api/v1/session"])
async def test_steps_of_signing_in_and_of_a_vote_are_not_kept(
    app: AppContext, visitor_of: VisitorOf, address: str
) -> None:
    page = await a_consultation(app, vote=(-1, 3))
    visitor: Visitor = await visitor_of(None)
    await visitor.http.post(address.format(slug=page.card.slug), data={"email": "a" * 40})
    async with request_context(app) as ctx:
        cookie = visitor.http.cookies.get("browser") or ""
        count = text("SELECT count(*) FROM kept_form WHERE browser = sha256(:cookie)")
        kept = (await ctx.db.scalars(count, {"cookie": cookie.encode()})).one()
    assert kept == 0


async def test_a_form_from_another_site_is_not_kept(app: AppContext, visitor_of: VisitorOf) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(None)
    sent = await visitor.http.post(
        f"/fr/c/{page.card.slug}/proposer", data=WRITTEN, headers={"sec-fetch-site": "cross-site"}
    )
    assert sent.status_code == 403
    assert "browser" not in visitor.http.cookies


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://["])
async def test_a_form_from_another_site_is_not_kept_for_an_old_browser_either(
    app: AppContext, visitor_of: VisitorOf, origin: str
) -> None:
    """Without `Sec-Fetch-Site`, a browser says where the form was by `Origin`."""
    page = await a_consultation(app)
    address = f"/fr/c/{page.card.slug}/proposer"
    visitor: Visitor = await visitor_of(None)
    del visitor.http.headers["sec-fetch-site"]
    sent = await visitor.http.post(address, data=WRITTEN, headers={"origin": origin})
    assert sent.status_code == 403
    assert "browser" not in visitor.http.cookies
    own = {"origin": app.settings.origin}
    assert (await visitor.http.post(address, data=WRITTEN, headers=own)).status_code == 303


async def test_kept_forms_of_all_networks_of_a_subscriber_are_counted_together(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "kept-form", LIMITS["kept-form"]._replace(most=1))

    async def kept(near: str) -> None:
        async with request_context(app) as ctx:
            somebody = replace(ctx, network=near, wider_network="one /48")
            await keep_form(somebody, near, "/c/x/proposer", {"body": "un texte"})

    for number in range(WIDER):
        await kept(f"/64 number {number}")
    with pytest.raises(TooMany):
        await kept("one more")


async def test_p7_a_form_sent_twice_makes_one_draft(app: AppContext, visitor_of: VisitorOf) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    written = visitor.page
    await visitor.send("/proposer", **WRITTEN)
    first = visitor.page.url.path
    visitor.page = written  # the browser's "back"
    await visitor.send("/proposer", **{**WRITTEN, "body": "Il n’y a que huit places à vélo."})
    assert visitor.page.url.path == first
    assert "huit places" in visitor.text
    await visitor.send("/publier")
    visitor.page = written
    await visitor.send("/proposer", **WRITTEN)
    assert visitor.page.url.path == first
    assert "huit places" in visitor.text  # what is public changes by its own form only


async def test_p7_two_clicks_at_once_make_one_draft(app: AppContext, visitor_of: VisitorOf) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    data = {**forms(visitor.page.text)[-1].values, **WRITTEN}
    answers = await asyncio.gather(
        *(visitor.http.post(f"/fr/c/{page.card.slug}/proposer", data=data) for _ in range(4))
    )
    assert len({answer.headers["location"] for answer in answers}) == 1


async def test_p7_a_draft_can_be_deleted_by_its_author_alone(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    await visitor.send("/proposer", **WRITTEN)
    draft = visitor.page.url.path
    stranger: Visitor = await visitor_of(await a_person(app))
    assert (await stranger.open(f"{draft}/supprimer")).status_code == 404
    await visitor.follow("Supprimer le brouillon")
    await visitor.send("/supprimer")
    assert (await visitor.open(draft)).status_code == 404


async def test_p7_after_the_phase_a_draft_promises_nothing(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    await visitor.send("/proposer", **WRITTEN)
    await redate(app, page, "closes_at = clock_now()")
    await visitor.open(visitor.page.url.path)
    assert "n’a pas été publiée" in visitor.text
    assert "Publier ma proposition" not in visitor.text
    assert "Vous pourrez la modifier" not in visitor.text


async def test_p5_a_withdrawal_is_asked_once_and_can_be_undone(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    author = await a_person(app)
    number = await a_proposal(app, page, author)
    here = f"/fr/c/{page.card.slug}/p/{number}"
    neighbour: Visitor = await visitor_of(await a_person(app))
    await neighbour.open(here)
    await neighbour.send("/soutenir")
    visitor: Visitor = await visitor_of(author)
    await visitor.open(here)
    await visitor.follow("Retirer ma proposition")
    assert "Elle a 1 soutien." in visitor.text
    await neighbour.open(here)
    assert "retirée" not in neighbour.text  # asking changes nothing
    await visitor.send("/retirer")
    assert "a été retirée" in visitor.text
    await visitor.send("/retablir")
    assert "1 soutien" in visitor.text
    assert "a été retirée" not in visitor.text
    assert (await neighbour.http.post(f"{here}/retablir")).status_code == 403


async def test_p15_two_writers_see_both_versions(app: AppContext, visitor_of: VisitorOf) -> None:
    page = await a_consultation(app)
    author = await a_person(app)
    number = await a_proposal(app, page, author)
    here = f"/fr/c/{page.card.slug}/p/{number}/modifier"
    one: Visitor = await visitor_of(author)
    two: Visitor = await visitor_of(author)
    await one.open(here)
    await two.open(here)
    await one.send("/modifier", body="Il faudrait trente places à vélo.")
    assert "Vos changements sont enregistrés." in one.text
    await two.send("/modifier", body="Il faudrait quarante places à vélo.")
    assert two.page.status_code == 409
    assert "trente places" in two.text
    assert "quarante places" in two.page.text
    await one.open(here.removesuffix("/modifier"))
    assert "trente places" in one.text  # nothing was overwritten
    await two.send("/modifier")  # seen, and preferred
    assert "quarante places" in two.text


async def test_p8_a_text_over_its_limit_is_refused_whole_and_told_by_how_much(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    assert "maxlength" not in visitor.page.text  # a browser would cut what is pasted
    assert "De 20 à 1 500 caractères." in visitor.text
    body = "Un mot de plus. " * 102  # 1,631 characters
    await visitor.send("/proposer", title=WRITTEN["title"], body=body)
    assert visitor.page.status_code == 422
    assert "131 de trop" in visitor.text
    assert body.strip() in visitor.page.text


async def test_p9_each_missing_answer_is_named(app: AppContext, visitor_of: VisitorOf) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    await visitor.send("/arguments", body="")
    assert "Vous écrivez : Ce champ est nécessaire." in visitor.text
    assert "Votre message : Ce champ est nécessaire." in visitor.text
    # In the order of the form.
    assert visitor.text.index("Vous écrivez : Ce") < visitor.text.index("Votre message : Ce")
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    await visitor.send("/proposer")
    assert "Votre idée en une phrase : Ce champ est nécessaire." in visitor.text
    assert "Expliquez-la : Ce champ est nécessaire." in visitor.text


async def test_v13_a_poster_that_comes_too_late_leads_somewhere(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app, proposals=(-9, -2), vote=(3, 9))
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    assert visitor.page.status_code == 200
    assert "Les propositions sont closes" in visitor.text
    assert "Le vote ouvre le" in visitor.text
    assert page.card.authority.name in visitor.text
    assert "Erreur" not in visitor.text


async def test_f23_the_same_message_sent_at_once_is_one(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    form = next(form for form in forms(visitor.page.text) if form.action.endswith("/arguments"))
    data = {**form.values, "stance": "for", "body": "C’est une très bonne idée."}
    answers = await asyncio.gather(*(visitor.http.post(form.action, data=data) for _ in range(3)))
    assert len({urlsplit(answer.headers["location"]).fragment for answer in answers}) == 1
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    assert visitor.text.count("C’est une très bonne idée.") == 1


async def test_f23_the_same_words_elsewhere_are_another_message(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    numbers = [await a_proposal(app, page) for _ in range(2)]
    visitor: Visitor = await visitor_of(await a_person(app))
    for number in numbers:
        await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
        await visitor.send("/arguments", stance="for", body="Merci de cette idée.")
        assert visitor.text.count("Merci de cette idée.") == 1


async def test_a_reply_begun_before_signing_in_is_taken_up(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    await visitor.follow("S’identifier pour écrire")
    suite = parse_qs(visitor.page.url.query.decode())["suite"]
    assert suite == [f"/c/{page.card.slug}/p/{number}#ecrire"]


async def test_prof_20_two_agents_see_both_versions(app: AppContext, visitor_of: VisitorOf) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority, opened=False)
    here = f"/fr/gestion/c/{page.card.slug}"
    one: Visitor = await visitor_of(await a_member(app, authority, "agent"))
    two: Visitor = await visitor_of(await a_member(app, authority, "agent"))
    await one.open(here)
    await two.open(here)
    await one.send(here, summary="Le plan vélo, relu par la première personne.")
    assert one.page.status_code == 200
    await two.send(here, summary="Le plan vélo, relu par la seconde.")
    assert two.page.status_code == 409
    assert "Résumé Le plan vélo, relu par la première personne." in two.text
    assert "Le plan vélo, relu par la seconde." in two.page.text
    await two.send(here)
    await one.open(here)
    assert "relu par la seconde" in one.page.text


async def test_prof_20_kind_two_people_write_the_authority_s_page(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    here = f"/fr/gestion/a/{authority.slug}/identite"
    one: Visitor = await visitor_of(await a_member(app, authority, "administrator"))
    two: Visitor = await visitor_of(await a_member(app, authority, "administrator"))
    await one.open(here)
    await two.open(here)
    await one.send("/identite", phone="03 20 00 00 01")
    await two.send("/identite", phone="03 20 00 00 02")
    assert two.page.status_code == 409
    assert "03 20 00 00 01" in two.text
    await two.send("/identite")
    await one.open(here)
    assert "03 20 00 00 02" in one.page.text


async def test_prof_20_kind_two_officials_answer_the_same_proposal(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    number = await a_proposal(app, page)
    here = f"/fr/elus/c/{page.card.slug}/p/{number}/repondre"
    one: Visitor = await visitor_of(await a_member(app, authority, "official"))
    two: Visitor = await visitor_of(await a_member(app, authority, "official"))
    await one.open(here)
    await two.open(here)
    await one.send("/repondre", decision="accepted", body="Nous le ferons au printemps prochain.")
    await two.send("/repondre", decision="declined", body="Nous ne le ferons pas, faute de place.")
    assert two.page.status_code == 409
    assert "Nous le ferons au printemps prochain." in two.text
    assert "faute de place" in two.page.text


async def test_prof_31_an_empty_new_form_names_what_is_missing_only(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    agent: Visitor = await visitor_of(await a_member(app, authority, "agent"))
    await agent.open(f"/fr/gestion/a/{authority.slug}/nouvelle")
    await agent.send("/nouvelle")
    assert agent.page.status_code == 422
    assert "Adresse de la page :" not in agent.text
    assert "Titre : Ce champ est nécessaire." in agent.text


async def test_prof_32_an_empty_answer_names_each_field(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority)
    number = await a_proposal(app, page)
    official: Visitor = await visitor_of(await a_member(app, authority, "official"))
    await official.open(f"/fr/elus/c/{page.card.slug}/p/{number}/repondre")
    await official.send("/repondre")
    assert "Ce qui est décidé : " in official.text
    assert "Votre réponse : Ce champ est nécessaire." in official.text


async def test_p7_an_author_is_told_once_that_a_draft_is_not_public(app: AppContext) -> None:
    page = await a_consultation(app, proposals=(-5, 2))
    author = await a_person(app)
    async with request_context(app, author) as ctx:
        await propose(ctx, page.ref, ProposalDraft(**WRITTEN))
    for _ in range(2):
        async with request_context(app) as ctx:
            await remind_drafts(ctx)
    async with request_context(app) as ctx:
        mails = text("SELECT subject, body FROM mail WHERE recipient = :email")
        sent = (await ctx.db.execute(mails, {"email": author.email})).all()
    assert len(sent) == 1
    assert "n’est pas publiée" in sent[0].subject
    assert WRITTEN["title"] in sent[0].body
    assert f"/c/{page.card.slug}/p/1" in sent[0].body


async def test_p7_no_reminder_long_before_the_close_nor_of_what_is_public(
    app: AppContext,
) -> None:
    early = await a_consultation(app, proposals=(-5, 20))
    late = await a_consultation(app, proposals=(-5, 2))
    author = await a_person(app)
    async with request_context(app, author) as ctx:
        await propose(ctx, early.ref, ProposalDraft(**WRITTEN))
        await publish(ctx, late.ref, await propose(ctx, late.ref, ProposalDraft(**WRITTEN)))
    async with request_context(app) as ctx:
        await remind_drafts(ctx)
        mails = text("SELECT count(*) FROM mail WHERE recipient = :email")
        assert (await ctx.db.scalars(mails, {"email": author.email})).one() == 0


async def test_a_withdrawn_consultation_can_be_taken_up_again(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(app, authority, opened=False)
    here = f"/fr/gestion/c/{page.card.slug}"
    agent: Visitor = await visitor_of(await a_member(app, authority, "agent"))
    await agent.open(f"{here}/retirer")
    reason = "Le conseil a changé d’avis. " * 16  # 448 characters: refused, never cut
    await agent.send("/retirer", reason=reason)
    assert agent.page.status_code == 422
    assert reason.strip() in agent.page.text
    await agent.send("/retirer", reason=reason[:300])
    await agent.open(here)
    await agent.send("/reprendre")
    assert "Seule votre équipe voit cette consultation" in agent.text
