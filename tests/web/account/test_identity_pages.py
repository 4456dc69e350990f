"""Signing in by a mailed code: the same for everybody, once, in one browser, for ten minutes."""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest
from litestar import Litestar
from sqlalchemy import select

from deliberation.core import clock, secrets
from deliberation.core.context import AppContext
from deliberation.core.settings import Settings
from deliberation.demo.reading import demo_people
from deliberation.elections.ballots.drafts import commit_draft, save_draft
from deliberation.network.people.commands import person_of
from deliberation.network.people.model import Person
from deliberation.network.sessions.devices import device_token
from deliberation.operations.mail import Mail
from tests.builders import a_consultation, a_person, a_poll, a_proposal, request_context, unique
from tests.site import Visitor, VisitorOf, running, words
from tests.web.shell.test_query_counts import statements
from web.app import create_site
from web.shell.paths import local_path

WRONG = "Ce code n’est pas le bon, ou il a expiré."
ASKED = "Recopiez votre code"
addresses = count(1)


# Makes a browser: of another site, or at an address of its own, where they are given.
Stranger = Callable[..., Visitor]


@pytest.fixture
async def stranger(site: Litestar) -> AsyncIterator[Stranger]:
    """Makes browsers of nobody, each on a network of its own, since networks are limited."""
    opened: list[Visitor] = []

    def make(app: Litestar = site, address: str = "") -> Visitor:
        visitor = Visitor(app, address=address or f"2001:db8:{next(addresses):x}::1")
        opened.append(visitor)
        return visitor

    yield make
    for visitor in opened:
        await visitor.http.aclose()


async def mails_to(app: AppContext, email: str) -> list[Mail]:
    """All mails to an address, the oldest first."""
    async with request_context(app) as ctx:
        query = select(Mail).where(Mail.recipient == email).order_by(Mail.id)
        return list((await ctx.db.scalars(query)).all())


def an_address() -> str:
    """An address that nobody has used."""
    return f"{unique('lise')}@example.org"


async def code_for(app: AppContext, email: str) -> str:
    """The newest code mailed to an address."""
    async with request_context(app) as ctx:
        query = select(Mail).where(Mail.recipient == email).order_by(Mail.id.desc())
        mail = (await ctx.db.scalars(query)).first()
    assert mail is not None
    found = re.search(r"\b\d{6}\b", mail.body)
    assert found is not None
    return found[0]


async def ask(visitor: Visitor, email: str, suite: str = "/") -> None:
    """Ask for a code, as the page invites to."""
    await visitor.open(f"/fr/identite?suite={quote(suite)}")
    await visitor.send("/identite", email=email)


async def test_a_newcomer_signs_in_says_a_name_and_goes_on(
    app: AppContext, stranger: Stranger
) -> None:
    page = await a_consultation(app)
    visitor, email = stranger(), an_address()
    await visitor.open(f"/fr/identite?suite=/c/{page.card.slug}/proposer")
    await visitor.send("/identite", email=email)
    assert ASKED in visitor.text
    assert email in visitor.text
    await visitor.send("/identite/code", code=await code_for(app, email))
    assert visitor.page.url.path == f"/fr/c/{page.card.slug}/proposer"
    written = {"title": "Planter des saules", "body": "Le long du watergang, chaque hiver."}
    await visitor.send("/proposer", **written, signature="")
    assert visitor.page.status_code == 422
    await visitor.send("/proposer", signature="Lise Vanhove")
    assert "Lise Vanhove" in visitor.text
    await visitor.open("/fr/compte/nom?suite=/compte")
    await visitor.send("/compte/nom", name="")
    assert visitor.page.status_code == 422
    await visitor.send("/compte/nom", name="Lise V.")
    assert "Lise V." in visitor.text


async def test_whoever_has_no_name_says_it_then_sends_what_was_written(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    visitor: Visitor = await visitor_of(await a_person(app, ""))
    text = "Un argument assez long pour ne pas être perdu en route."
    visitor.page = await visitor.http.post(
        f"/fr/c/{page.card.slug}/p/{number}/arguments",
        data={"stance": "for", "body": text},
    )
    assert visitor.page.status_code == 422
    assert text in visitor.page.text
    await visitor.send("/arguments", signature="Lise Vanhove")
    assert text in visitor.text


async def test_whoever_has_a_name_is_not_asked_again(app: AppContext, stranger: Stranger) -> None:
    person = await a_person(app)
    visitor = stranger()
    await ask(visitor, person.email.upper(), "/compte")
    await visitor.send("/identite/code", code=await code_for(app, person.email))
    assert visitor.page.url.path == "/fr/compte"


async def test_known_and_unknown_addresses_get_the_same_answer(
    app: AppContext, stranger: Stranger
) -> None:
    pages = []
    for email in ((await a_person(app)).email, an_address()):
        visitor = stranger()
        await ask(visitor, email)
        pages.append((visitor.page.status_code, words(visitor.page.text).replace(email, "…")))
    assert pages[0] == pages[1]


async def test_known_and_unknown_addresses_cost_the_same_work(
    site: Litestar, app: AppContext, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same statements, and the same calls of hash and encryption: no time tells them apart."""
    works = []
    for email in ((await a_person(app)).email, an_address()):
        visitor, calls = stranger(), Counter[str]()
        await visitor.open("/fr/identite")
        async with statements(site) as sent:
            with monkeypatch.context() as patch:
                for owner, name in ((hmac, "digest"), (hashlib, "sha256"), (secrets, "HKDF")):
                    patch.setattr(owner, name, counted(calls, name, getattr(owner, name)))
                await visitor.send("/identite", email=email)
        works.append((sent, calls))
    assert works[0] == works[1]
    assert works[0][0]
    assert works[0][1]["digest"] > 0


def counted(calls: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself, each call of which is counted."""

    def call(*values: Any, **named: Any) -> Any:
        calls[name] += 1
        return function(*values, **named)

    return call


async def test_an_address_that_is_none_is_told_in_the_form(stranger: Stranger) -> None:
    visitor = stranger()
    await ask(visitor, "lise chez example")
    assert visitor.page.status_code == 422
    assert "Écrivez une adresse électronique" in visitor.text
    assert "lise chez example" in visitor.page.text


async def test_a_code_serves_once(app: AppContext, stranger: Stranger) -> None:
    visitor, email = stranger(), an_address()
    await ask(visitor, email)
    form = visitor.page
    code = await code_for(app, email)
    await visitor.send("/identite/code", code=code)
    visitor.http.cookies.delete("session")
    visitor.page = form
    await visitor.send("/identite/code", code=code)
    assert visitor.page.status_code == 422
    assert WRONG in visitor.text


async def test_a_code_lasts_ten_minutes(app: AppContext, stranger: Stranger) -> None:
    visitor, email = stranger(), an_address()
    await ask(visitor, email)
    async with request_context(app) as ctx:
        await clock.advance(ctx.db, timedelta(minutes=10))
    await visitor.send("/identite/code", code=await code_for(app, email))
    assert visitor.page.status_code == 422
    assert WRONG in visitor.text


async def test_after_five_wrong_tries_the_right_code_is_refused_too(
    app: AppContext, stranger: Stranger
) -> None:
    visitor, email = stranger(), an_address()
    await ask(visitor, email)
    code = await code_for(app, email)
    for _ in range(5):
        await visitor.send("/identite/code", code=f"{(int(code) + 1) % 1_000_000:06d}")
        assert WRONG in visitor.text
    await visitor.send("/identite/code", code=code)
    assert WRONG in visitor.text
    assert "session" not in visitor.http.cookies


async def test_four_wrong_tries_leave_the_right_one(app: AppContext, stranger: Stranger) -> None:
    visitor, email = stranger(), an_address()
    await ask(visitor, email, "/compte")
    code = await code_for(app, email)
    for _ in range(4):
        await visitor.send("/identite/code", code=f"{(int(code) + 1) % 1_000_000:06d}")
    await visitor.send("/identite/code", code=f" {code[:3]} {code[3:]} ")  # as it was pasted
    assert "session" in visitor.http.cookies


async def test_another_browser_cannot_use_the_code(app: AppContext, stranger: Stranger) -> None:
    visitor, other, email = stranger(), stranger(), an_address()
    await ask(visitor, email)
    await ask(other, an_address())
    number = visitor.page.url.params["demande"]
    await other.send("/identite/code", request=number, code=await code_for(app, email))
    assert WRONG in other.text
    await other.open(f"/fr/identite/code?demande={number}")
    assert email not in other.page.text
    assert "a expiré" in other.text


async def test_something_that_is_not_six_digits_is_told_without_costing_a_try(
    app: AppContext, stranger: Stranger
) -> None:
    visitor, email = stranger(), an_address()
    await ask(visitor, email, "/compte")
    for _ in range(6):
        await visitor.send("/identite/code", code="12")
        assert "Recopiez les six chiffres" in visitor.text
    await visitor.send("/identite/code", code=await code_for(app, email))
    assert "session" in visitor.http.cookies


async def test_after_five_codes_in_an_hour_a_link_makes_the_owners_browser_known(
    app: AppContext, stranger: Stranger, one_window: None
) -> None:
    visitor, email = stranger(), an_address()
    await ask(visitor, email)
    for _ in range(7):
        await visitor.send("/identite", email=email)
        assert ASKED in visitor.text  # the same answer, whether or not a code left
    mails = await mails_to(app, email)
    assert len(mails) == 6
    assert sum(bool(re.search(r"\b\d{6}\b", mail.body)) for mail in mails) == 5
    link = re.search(r"https?://\S+lien=(\S+)", mails[-1].body)
    assert link is not None
    owner = stranger()
    await owner.open("/fr/identite?lien=" + link[1])
    assert "Ce navigateur est reconnu" in owner.text
    assert link[1] not in str(owner.page.url)
    await owner.send("/identite", email=email)
    await owner.send("/identite/code", code=await code_for(app, email))
    assert "session" in owner.http.cookies
    await owner.open("/fr/compte")
    await owner.send("/deconnexion")
    assert "device" in owner.http.cookies  # signing out leaves the browser known
    await ask(owner, email)
    assert len(await mails_to(app, email)) == 8


async def test_a_link_that_is_over_or_forged_is_told(app: AppContext, stranger: Stranger) -> None:
    visitor, email = stranger(), an_address()
    async with request_context(app) as ctx:
        over = device_token(app, email, ctx.now - timedelta(seconds=1))
    for link in (over, "AAAA", "é" * 30, over[:-8] + "AAAAAAAA"):
        await visitor.open(f"/fr/identite?lien={quote(link)}")
        assert "Ce lien n’est plus valable" in visitor.text
        assert "device" not in visitor.http.cookies


async def test_i4_the_subject_of_a_mail_tells_no_code_and_the_mail_names_the_site(
    app: AppContext, stranger: Stranger
) -> None:
    visitor, email = stranger(), an_address()
    await ask(visitor, email)
    (mail,) = await mails_to(app, email)
    assert not re.search(r"\d", mail.subject)
    assert app.settings.network_name in mail.subject
    assert app.settings.origin in mail.body


async def test_signing_in_always_makes_a_new_session_and_ends_the_old_one(
    app: AppContext, stranger: Stranger, visitor_of: VisitorOf
) -> None:
    planter: Visitor = await visitor_of(await a_person(app))
    planted = planter.http.cookies["session"]
    visitor, email = stranger(), an_address()
    await ask(visitor, email)
    visitor.http.cookies.set("session", planted, domain="localhost.local")
    await visitor.send("/identite/code", code=await code_for(app, email))
    assert visitor.http.cookies["session"] != planted
    await planter.open("/fr/compte")
    assert planter.page.url.path == "/fr/identite"


async def test_signing_out_ends_the_session_on_the_server(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    visitor: Visitor = await visitor_of(await a_person(app))
    token = visitor.http.cookies["session"]
    await visitor.open("/fr/compte")
    await visitor.send("/compte/deconnexion")
    assert "Se connecter" in visitor.text
    visitor.http.cookies.clear()
    visitor.http.cookies.set("session", token)
    await visitor.open("/fr/compte")
    assert visitor.page.url.path == "/fr/identite"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/c/haies", "/c/haies"),
        ("/c/haies/propositions?q=a%20b&tri=hasard", "/c/haies/propositions?q=a%20b&tri=hasard"),
        ("/fr/c/haies", "/c/haies"),
        ("/en/", "/"),
        ("/english", "/english"),
        ("", "/"),
        ("c/haies", "/"),
        ("//example.com", "/"),
        ("///example.com", "/"),
        ("/\\example.com", "/"),
        ("\\\\example.com", "/"),
        ("/c/\\example.com", "/"),
        ("/fr//example.com", "/"),
        ("/c//example.com", "/"),
        ("/../../example.com", "/"),
        ("https://example.com/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/example.com", "/"),
        ("/c/x\r\nset-cookie: a=b", "/"),
        ("/c/\x00", "/"),
        (" /c/haies", "/"),
        ("/" + "a" * 600, "/"),
    ],
)
def test_only_a_path_of_this_site_is_followed(given: str, kept: str) -> None:
    assert local_path(given) == kept


@pytest.mark.parametrize("suite", ["//example.com/", "https://example.com/", "/\\example.com"])
async def test_nobody_is_sent_elsewhere_after_signing_in(
    app: AppContext, stranger: Stranger, suite: str
) -> None:
    visitor = stranger()
    email = (await a_person(app)).email
    await ask(visitor, email, suite)
    await visitor.send("/identite/code", code=await code_for(app, email), suite=suite)
    assert str(visitor.page.url) == "http://localhost:8000/fr/"
    await visitor.open(f"/fr/identite?suite={quote(suite)}")  # already signed in
    assert str(visitor.page.url) == "http://localhost:8000/fr/"


async def test_a_ballot_committed_before_is_cast_after_the_code(
    app: AppContext, stranger: Stranger
) -> None:
    page, poll = await a_poll(app)
    visitor, email = stranger(), an_address()
    suite = f"/c/{page.card.slug}/voter/{poll.number}/valider"
    await visitor.open(f"/fr/identite?suite={suite}")
    assert "n’est pas encore enregistré" not in visitor.text
    async with request_context(app) as ctx:
        visitor.http.cookies.set("browser", browser := "of the ballot page")
        choice = {str(option.number): 1 for option in poll.options}
        await save_draft(ctx, page.ref, poll, browser, choice)
        await commit_draft(ctx, poll, browser)
    await visitor.open(f"/fr/identite?suite={suite}")
    assert "Votre vote n’est pas encore enregistré étape 3 sur 3" in visitor.text
    await visitor.send("/identite", email=email)
    assert "Votre vote n’est pas encore enregistré étape 3 sur 3" in visitor.text
    await visitor.send("/identite/code", code=await code_for(app, email))
    assert visitor.page.url.path.startswith("/fr/recu/")  # and no name was asked
    async with request_context(app) as ctx:
        person = (await ctx.db.scalars(select(Person).where(Person.email == email))).one()
        assert person.name == ""


@asynccontextmanager
async def a_demo(settings: Settings) -> AsyncIterator[Litestar]:
    """The same site, as a demo."""
    async with running(create_site(settings)) as app:
        app.state.app = replace(app.state.app, kind="demo")
        yield app


DEMO = ("/fr/demo", "/fr/demo/courriels", "/fr/dev/motifs")


@pytest.mark.parametrize("path", DEMO)
async def test_demo_pages_do_not_exist_outside_a_demo(stranger: Stranger, path: str) -> None:
    visitor = stranger(address="127.0.0.1")
    await visitor.open(path)
    assert visitor.page.status_code == 404


async def test_nobody_becomes_somebody_outside_a_demo(app: AppContext, stranger: Stranger) -> None:
    visitor = stranger(address="127.0.0.1")
    person = await a_person(app)
    answer = await visitor.http.post("/fr/demo/identite", data={"person": str(person.id)})
    assert answer.status_code == 404
    assert "session" not in visitor.http.cookies


async def test_a_demo_is_for_its_own_machine_only(settings: Settings, stranger: Stranger) -> None:
    async with a_demo(settings) as app:
        here, away = stranger(app, "127.0.0.1"), stranger(app, "192.0.2.7")
        for path in DEMO:
            assert (await here.open(path)).status_code == 200, path
            assert (await away.open(path)).status_code == 404, path
            for headers in ({"host": "evil.example"}, {"x-forwarded-for": "127.0.0.1"}):
                assert (await here.http.get(path, headers=headers)).status_code == 404, headers


async def test_in_a_demo_one_click_makes_somebody_of_the_story(
    app: AppContext, settings: Settings, stranger: Stranger
) -> None:
    first = demo_people()[0]
    async with request_context(app) as ctx:
        await person_of(ctx, first.email, first.name)
    outsider = await a_person(app)
    async with a_demo(settings) as demo:
        visitor = stranger(demo, "127.0.0.1")
        await visitor.open("/fr/demo?suite=/compte")
        assert first.who in visitor.text
        form = visitor.page
        await visitor.send("/demo/identite", person=str(outsider.id))
        assert visitor.page.status_code == 404  # only those of the story
        visitor.page = form
        await visitor.send("/demo/identite")
        assert visitor.page.url.path == "/fr/compte"
        assert first.email in visitor.text


async def test_a_live_site_without_a_mail_server_says_so_before_and_after(
    settings: Settings,
) -> None:
    async with running(create_site(settings)) as app:
        app.state.app = replace(app.state.app, kind="live")
        visitor = Visitor(app, address="2001:db8:aaaa::1")
        await visitor.open("/fr/identite")
        assert "Ce site n’envoie pas encore de courriel" in visitor.text
        await visitor.send("/identite", email="camille@example.org")
        assert visitor.page.status_code == 403
        assert "Ce site n’envoie pas encore de courriel" in visitor.text
        assert "Un code" not in visitor.text
        asked = await visitor.http.post(
            "/api/v1/sign-in-codes",
            json={"email": "camille@example.org"},
            headers={"authorization": "Bearer x"},
        )
        assert (asked.status_code, asked.json()["code"]) == (403, "no-mail-server")
        await visitor.http.aclose()
