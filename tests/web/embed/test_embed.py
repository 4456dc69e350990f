"""A consultation shown in other sites: who may frame it, what it shows, what it never does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from deliberation.core.context import AppContext
from deliberation.core.settings import Settings
from deliberation.process.consultations.commands import consultation_row, withdraw_consultation
from tests.builders import (
    a_ballot,
    a_consultation,
    a_member,
    a_person,
    a_poll,
    a_proposal,
    a_result,
    an_authority,
    request_context,
    supports,
)
from tests.site import Visitor, VisitorOf, served

if TYPE_CHECKING:
    from playwright.async_api import Browser

TOWN = "https://www.ville.example.org"


async def test_only_the_listed_origins_may_frame_a_consultation(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app, frame_ancestors=[TOWN, "https://intra.example.org:8443"])
    visitor: Visitor = await visitor_of(None)
    answer = await visitor.open(f"/embed/c/{page.card.slug}")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].endswith(
        f"frame-ancestors 'self' {TOWN} https://intra.example.org:8443"
    )
    assert "x-frame-options" not in answer.headers


async def test_a_frame_sets_no_cookie_and_holds_no_form(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(await a_person(app))
    answer = await visitor.open(f"/embed/c/{page.card.slug}")
    assert "set-cookie" not in answer.headers
    assert "cookie" not in answer.headers.get("vary", "").lower()
    assert "<form" not in answer.text
    assert '<base target="_top">' in answer.text


async def test_a_frame_shows_question_what_is_open_thread_and_the_most_supported(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app, proposals=(-1, 10), decision=(12, 20))
    for title in ("Planter une haie", "Ouvrir le chemin"):
        number = await a_proposal(app, page, title=title)
    await supports(app, page, number, 3)
    visitor: Visitor = await visitor_of(None)
    await visitor.open(f"/embed/c/{page.card.slug}")
    assert page.card.question in visitor.text.replace(" ", " ")
    assert "Les propositions sont ouvertes." in visitor.text
    assert "Ouvrir le chemin 3 soutiens" in visitor.text
    assert visitor.text.index("Ouvrir le chemin") < visitor.text.index("Planter une haie")
    assert "Le fil de la consultation" in visitor.text
    assert f'href="/fr/c/{page.card.slug}/proposer"' in visitor.page.text


async def test_a_published_result_is_told_in_the_frame_and_not_before(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page, poll = await a_poll(app, ("Une halle", "Un jardin"), method="approval")
    await a_ballot(app, page, poll, {"1": 1})
    visitor: Visitor = await visitor_of(None)
    frame = f"/embed/c/{page.card.slug}"
    await visitor.open(frame)
    assert "Une halle" not in visitor.text
    await visitor.open(frame + "/resultats")
    assert "Aucun résultat n’est publié" in visitor.text
    await a_result(app, page, poll)
    for path in (frame, frame + "/resultats"):
        answer = await visitor.open(path)
        assert "« Une halle » arrive en tête" in visitor.text
        assert f'href="/fr/c/{page.card.slug}/resultats"' in answer.text
        assert "x-frame-options" not in answer.headers
        assert "set-cookie" not in answer.headers


async def test_the_frame_speaks_the_language_of_its_address(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(None)
    visitor.http.headers["accept-language"] = "en"
    assert '<html lang="fr"' in (await visitor.open(f"/embed/c/{page.card.slug}")).text
    english = (await visitor.open(f"/embed/c/{page.card.slug}?lang=en")).text
    assert '<html lang="en"' in english
    assert f'href="/en/c/{page.card.slug}"' in english


async def test_drafts_withdrawn_and_unknown_are_404_even_for_their_agent(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    agent = await a_member(app, authority, "agent")
    draft = await a_consultation(app, authority, agent=agent, opened=False, frame_ancestors=[TOWN])
    gone = await a_consultation(app, authority, agent=agent, proposals=(1, 9))
    async with request_context(app, agent) as ctx:
        await withdraw_consultation(ctx, await consultation_row(ctx, gone.card.slug))
    for person in (None, agent):
        visitor: Visitor = await visitor_of(person)
        for slug in (draft.card.slug, gone.card.slug, "jamais-ecrite"):
            answer = await visitor.open(f"/embed/c/{slug}")
            assert answer.status_code == 404
            assert answer.headers["content-security-policy"].endswith("frame-ancestors 'none'")
            assert "<header" not in answer.text
            assert "set-cookie" not in answer.headers


async def test_a_frame_weighs_less_than_25_kilobytes(
    app: AppContext, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(None)
    paths = [f"/embed/c/{page.card.slug}"]
    transferred = 0
    while paths:
        path = paths.pop()
        async with visitor.http.stream("GET", path, headers={"accept-encoding": "br"}) as answer:
            assert answer.status_code == 200, path
            transferred += sum([len(chunk) async for chunk in answer.aiter_raw()])
        if path.startswith("/embed/c/"):
            text = (await visitor.open(path)).text
            paths += [part.split('"')[0] for part in text.split('rel="stylesheet" href="')[1:]]
            paths += [part.split('"')[0] for part in text.split('<script defer src="')[1:]]
    assert transferred < 25_000


async def test_every_other_address_of_the_site_refuses_to_be_framed(
    app: AppContext, site: Litestar, visitor_of: VisitorOf
) -> None:
    authority = await an_authority(app)
    page = await a_consultation(
        app, authority, frame_ancestors=[TOWN], agent=await a_member(app, authority, "agent")
    )
    visitor: Visitor = await visitor_of(None)
    values = {"slug": page.card.slug, "number": "1", "name": "absent"}
    routes = [route for route in site.routes if isinstance(route, HTTPRoute)]
    assert len(routes) > 30
    for route in routes:
        path = _address(route, {**values, "authority": authority.slug})
        for method in sorted(route.methods):
            answer = await visitor.http.request(method, path)
            allowed = path.startswith("/embed/c/") and method in ("GET", "HEAD", "OPTIONS")
            if path.startswith("/embed/c/") and method == "GET":
                assert f"frame-ancestors 'self' {TOWN}" in answer.headers["content-security-policy"]
                assert "x-frame-options" not in answer.headers
            elif not allowed:
                assert answer.headers["x-frame-options"] == "DENY", (method, path)
                assert "frame-ancestors 'none'" in answer.headers["content-security-policy"] or (
                    answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
                ), (method, path)


def _address(route: HTTPRoute, values: dict[str, str]) -> str:
    """An address of a route, its gaps filled: a name for texts, 1 for numbers."""
    parts = []
    for part in route.path_components:
        if isinstance(part, str):
            parts.append(part)
        else:
            kind = part.type.__name__
            known = values.get(part.name)
            parts.append(
                known or ("1" if kind == "int" else "00000000-0000-7000-8000-000000000000")
            )
    return "/" + "/".join(parts)


@pytest.mark.browser
async def test_a_browser_shows_the_frame_in_a_listed_site_and_in_no_other(
    app: AppContext, settings: Settings, browser: "Browser"
) -> None:
    async with served(settings) as site, _host() as listed, _host() as unlisted:
        page = await a_consultation(app, frame_ancestors=[listed.origin])
        frame = f"{site}/embed/c/{page.card.slug}"
        full = f"{site}/fr/c/{page.card.slug}"
        assert await _seen(browser, listed, frame) == page.card.title
        assert await _seen(browser, unlisted, frame) == ""
        assert await _seen(browser, listed, full) == ""  # only the embed may be framed


@pytest.mark.browser
async def test_the_frame_grows_to_its_content_and_believes_no_other_window(
    app: AppContext, settings: Settings, browser: "Browser"
) -> None:
    async with served(settings) as site, _host() as host:
        page = await a_consultation(app, frame_ancestors=[host.origin])
        host.frame = f"{site}/embed/c/{page.card.slug}"
        host.script = f"{site}/embed/v1.js"
        tab = await browser.new_page()
        try:
            await tab.goto(host.origin)
            grown = "document.querySelector('iframe').clientHeight > 300"
            await tab.wait_for_function(grown, timeout=60_000)
            inside = await tab.frames[1].evaluate("document.documentElement.scrollHeight")
            height = "document.querySelector('iframe').clientHeight"
            assert abs(await tab.evaluate(height) - inside) <= 4
            forged = "{source: 'beffroi', v: 1, type: 'resize', height: 5000}"
            await tab.evaluate(f"postMessage({forged}, '*')")
            await tab.frames[1].evaluate("parent.postMessage({height: 9000}, '*')")
            lower = "{source: 'beffroi', v: 1, type: 'resize', height: 200}"
            await tab.frames[1].evaluate(f"parent.postMessage({lower}, '*')")
            await tab.wait_for_timeout(200)
            assert abs(await tab.evaluate(height) - inside) <= 4
        finally:
            await tab.close()


async def test_the_line_of_script_weighs_less_than_two_kilobytes(visitor_of: VisitorOf) -> None:
    visitor: Visitor = await visitor_of(None)
    for path in ("/embed/v1.js", "/embed/frame.js"):
        answer = await visitor.http.get(path, headers={"accept-encoding": "identity"})
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert len(answer.content) < 2048
        assert "set-cookie" not in answer.headers


@dataclass
class _Host:
    """Another site, whose only page frames an address."""

    origin: str
    frame: str = ""
    script: str = ""


@asynccontextmanager
async def _host() -> AsyncIterator[_Host]:
    """A site of its own origin: a port of the loopback."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        script = f'<script async src="{host.script}"></script>' if host.script else ""
        text = f'<!doctype html><title>Host</title><iframe src="{host.frame}"></iframe>{script}'
        page = text.encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(page)}\r\n"
        writer.write(head.encode() + b"connection: close\r\n\r\n" + page)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host = _Host(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with server:
        yield host


async def _seen(browser: "Browser", host: _Host, address: str) -> str:
    """The title that somebody reads in the frame of another site; empty when it is blocked."""
    host.frame = address
    tab = await browser.new_page()
    try:
        await tab.goto(host.origin, wait_until="load")
        framed = tab.frames[1]
        if framed.url.startswith("chrome-error:"):
            return ""
        assert await tab.context.cookies() == []
        return await framed.locator("h1").inner_text()
    finally:
        await tab.close()
