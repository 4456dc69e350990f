"""Error pages, and the well-known addresses that programs ask for."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar, get
from sqlalchemy import text as sql
from structlog.testing import capture_logs

from deliberation.core.context import AppContext
from deliberation.core.settings import read_settings
from deliberation.i18n import formats
from deliberation.network.sessions.devices import device_token
from tests.builders import a_consultation, a_person, a_proposal, request_context
from tests.site import ORIGIN, Visitor, VisitorOf, running
from web.app import create_site
from web.shell import csp_reports


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/fr/nulle-part", "Cette page n’existe pas"),
        ("/nulle-part", "Cette page n’existe pas"),
        ("/fr/c/nulle-part", "Cette page n’existe pas"),
        ("/nulle/part/du/tout", "Cette page n’existe pas"),
    ],
)
async def test_an_unknown_address_says_so_and_how_to_go_on(
    visitor_of: VisitorOf, path: str, words: str
) -> None:
    visitor: Visitor = await visitor_of()
    await visitor.open(path)
    assert visitor.page.status_code == 404
    assert words in visitor.text
    assert "Chercher une consultation" in visitor.text
    # A phase of another test may end this second: nobody keeps it then, but anybody may have it.
    assert visitor.page.headers["cache-control"] != "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/fr/c/%00",
        "/fr/a/commune%00/mentions-legales",
        "/a/%00/logo.svg",
        "/embed/c/%00",
        "/fr/consultations?q=haie%00",
        "/api/v1/consultations/%00",
        "/api/v1/consultations?q=%00",
        "/fr/c/{slug}/p/2147483648",
        "/fr/c/{slug}/signaler?proposition=2147483648",
        "/fr/c/{slug}/voter/99999999999999999999",
        "/fr/c/{slug}/resultats/-9999999999",
        "/api/v1/consultations/{slug}/proposals/2147483648",
        "/api/v1/consultations/{slug}/polls/2147483648/result.csv",
    ],
)
async def test_a_nul_character_or_a_number_without_end_names_nothing(
    app: AppContext, visitor_of: VisitorOf, path: str
) -> None:
    slug = (await a_consultation(app)).card.slug
    visitor: Visitor = await visitor_of(await a_person(app))
    assert (await visitor.open(path.format(slug=slug))).status_code == 404


async def test_a_request_for_no_path_at_all_is_unknown_too(site: Litestar) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: Any = {
        "type": "http",
        "http_version": "1.1",
        "method": "OPTIONS",
        "scheme": "http",
        "path": "*",
        "raw_path": b"*",
        "query_string": b"",
        "headers": [(b"host", b"localhost:8000"), (b"referer", b"http://[")],
        "client": ("192.0.2.1", 50000),
        "server": ("localhost", 8000),
    }
    await site(scope, receive, send)
    assert sent[0]["status"] == 404


async def test_head_is_answered_as_get_without_its_body(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    slug = (await a_consultation(app)).card.slug
    visitor: Visitor = await visitor_of()
    for path in (f"/fr/c/{slug}", "/sante", f"/api/v1/consultations/{slug}", "/fr/nulle-part"):
        whole, head = await visitor.http.get(path), await visitor.http.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]


async def test_a_page_needing_somebody_leads_to_identity_and_back(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    visitor: Visitor = await visitor_of()
    answer = await visitor.http.get("/fr/compte")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/fr/identite?suite=/compte"


async def test_a_text_sent_after_signing_out_is_not_lost(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    await visitor.open("/fr/identite")
    await visitor.open(f"/fr/c/{page.card.slug}/proposer")
    form = visitor.page
    visitor.http.cookies.clear()
    visitor.page = form
    text = "Planter des saules le long du watergang, et les tailler chaque hiver."
    await visitor.send("/proposer", title="Planter des saules", body=text)
    assert "Votre texte est gardé" in visitor.text  # and sent after signing in


async def test_a_hidden_proposal_is_gone_not_unknown(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    number = await a_proposal(app, page)
    async with request_context(app) as ctx:
        await ctx.db.execute(
            sql(
                "UPDATE subject SET state = 'hidden', hidden_reason = 'off_topic'"
                " WHERE consultation_id = :id AND number = :number"
            ),
            {"id": page.card.id, "number": number},
        )
    visitor: Visitor = await visitor_of()
    await visitor.open(f"/fr/c/{page.card.slug}/p/{number}")
    assert visitor.page.status_code == 410
    assert "Hors sujet" in visitor.text


async def test_f25_a_refusal_for_haste_tells_one_true_waiting_time(
    app: AppContext, site: Litestar, one_window: None
) -> None:
    visitor, email = Visitor(site), "presse@example.org"
    async with request_context(app) as ctx:
        known = device_token(app, email, ctx.now + timedelta(days=1))
    visitor.http.cookies.set("device", known)
    for _ in range(6):
        await visitor.open("/fr/identite")
        await visitor.send("/identite", email=email)
    assert visitor.page.status_code == 429
    wait = int(visitor.page.headers["retry-after"])
    assert 0 < wait <= 3600
    told = f"Réessayez dans {formats.wait('fr', wait)}.".replace("\u00a0", " ")
    assert told in visitor.text
    title = visitor.page.text.partition("<title>")[2].partition("</title>")[0]
    assert told in title.replace("\u00a0", " ")
    assert visitor.text.count("minutes") == 1
    headers = {"authorization": "Bearer x", "accept-language": "en"}
    answer = await visitor.http.post(
        "/api/v1/sign-in-codes", json={"email": email}, headers=headers
    )
    wait = int(answer.headers["retry-after"])
    assert answer.status_code == 429
    assert f"Try again in {formats.wait('en', wait)}." in answer.json()["title"]
    await visitor.http.aclose()


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "1 seconde"),
        (59, "59 secondes"),
        (61, "2 minutes"),
        (3479, "58 minutes"),
        (3541, "1 heure"),
        (3601, "2 heures"),
        (86400, "1 jour"),
    ],
)
def test_a_waiting_time_is_never_told_shorter_than_it_is(seconds: int, told: str) -> None:
    assert formats.wait("fr", seconds).replace("\u00a0", " ") == told


async def test_a_failure_is_told_without_its_details(site: Litestar) -> None:
    @get("/fr/panne", sync_to_thread=False)
    def broken() -> str:
        raise RuntimeError("secret detail")

    app = create_site(site.state.app.settings)
    app.register(broken)
    async with running(app):
        visitor = Visitor(app)
        await visitor.open("/fr/panne")
        assert visitor.page.status_code == 500
        assert "Ce n’est pas de votre fait" in visitor.text
        assert "secret detail" not in visitor.page.text
        await visitor.http.aclose()


async def test_an_address_printed_without_its_language_leads_to_the_reader_s(
    app: AppContext, site: Litestar
) -> None:
    page = await a_consultation(app)
    for lang in ("fr", "en"):
        visitor = Visitor(site, lang=lang)
        await visitor.open(f"/c/{page.card.slug}?origine=affiche")
        assert str(visitor.page.url) == f"{ORIGIN}/{lang}/c/{page.card.slug}?origine=affiche"
        await visitor.http.aclose()


async def test_programs_find_robots_favicon_and_the_security_contact(visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of()
    robots = (await visitor.open("/robots.txt")).text
    assert "Disallow: /fr/compte" in robots
    assert "Disallow: /\n" not in robots
    icon = await visitor.open("/favicon.ico")
    assert icon.headers["content-type"].startswith("image/svg+xml")
    security = (await visitor.open("/.well-known/security.txt")).text
    assert "Contact: http://localhost:8000/fr/aide#securite" in security
    assert "Expires: " in security
    assert "Policy: http://localhost:8000/fr/aide#securite" in security


async def test_i5_the_operators_contact_stands_in_security_txt_and_on_the_help_page(
    site: Litestar,
) -> None:
    own = read_settings({"BEFFROI_SECURITY_CONTACT": "Securite@exploitant.example.org"})
    contact = own.security_contact
    assert contact == "mailto:securite@exploitant.example.org"
    settings = replace(site.state.app.settings, security_contact=contact)
    async with running(create_site(settings)) as app:
        visitor = Visitor(app)
        told = (await visitor.open("/.well-known/security.txt")).text
        assert f"Contact: {contact}\n" in told
        assert f'href="{contact}"' in (await visitor.open("/fr/aide")).text
        await visitor.http.aclose()


async def test_i6_answers_are_for_this_site_alone_and_say_where_reports_go(
    visitor_of: VisitorOf,
) -> None:
    visitor: Visitor = await visitor_of()
    for path in ("/fr", "/sante", "/api/v1/consultations", "/fr/nulle-part"):
        headers = (await visitor.open(path)).headers
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["reporting-endpoints"] == 'site="/rapports"'
        assert headers["content-security-policy"].count("; report-to site;") == 1


async def test_i6_reports_are_counted_by_directive_and_quote_nothing(visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of()
    csp_reports._next[0] = 0.0
    csp_reports._seen.clear()
    told = [
        {"type": "csp-violation", "body": {"effectiveDirective": name, "sample": "secret"}}
        for name in ("script-src-elem", "style-src", "secret-src")
    ]
    with capture_logs() as logs:
        deep = '[{"x":' + "[" * 20_000  # an unknown field, nested too deep to be skipped
        for body in (json.dumps(told), json.dumps(told), "not json", "[1]", '{"type": "x"}', deep):
            answer = await visitor.http.post("/rapports", content=body)
            assert (answer.status_code, answer.content) == (204, b"")
    (line,) = [one for one in logs if one["event"] == "content-policy-broken"]
    assert {name: line.get(name) for name in ("script-src-elem", "style-src", "other")} == {
        "script-src-elem": 1,
        "style-src": 1,
        "other": 1,
    }
    assert "secret" not in str(logs)
    assert csp_reports._seen.total() == 3  # the second sending waits for the next minute's line
