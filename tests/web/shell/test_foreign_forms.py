"""A real browser sends our forms from other places; the mechanism is in `api.core.csrf`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from api.core import csrf
from deliberation.core.context import AppContext
from deliberation.core.settings import Settings
from tests.builders import a_person
from tests.site import Visitor, VisitorOf, served

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = pytest.mark.browser
SITE = "ville.localhost"
FORM = """<form method="post" action="{there}" target="{target}"></form>
    <script>document.forms[0].submit()</script>"""
FRAMED = """<iframe name="inside"></iframe>""" + FORM
SANDBOXED = """<iframe sandbox="allow-forms allow-scripts" srcdoc='{form}'></iframe>"""
FETCHED = """<script>
    fetch("{there}", {{method: "POST", mode: "no-cors", credentials: "include"}})
</script>"""
FORM_PAGES = {
    "form": FORM.replace("{target}", "_self"),
    "form that fills a frame": FRAMED.replace("{target}", "inside"),
    "form in a sandboxed frame": SANDBOXED.replace("{form}", FORM.replace("{target}", "_self")),
    "script": FETCHED,
}


@asynccontextmanager
async def a_place(name: str, page: str) -> AsyncIterator[str]:
    """The address of a page that another server on this machine serves under a name."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(page)}\r\n"
        writer.write(f"{head}connection: close\r\n\r\n{page}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://{name}:{server.sockets[0].getsockname()[1]}/"


@pytest.mark.parametrize("how", FORM_PAGES)
@pytest.mark.parametrize("place", ["elsewhere.localhost", f"blog.{SITE}"])
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "as if we looked at nothing"])
async def test_no_other_site_signs_anybody_out(
    app: AppContext,
    settings: Settings,
    visitor_of: VisitorOf,
    browser: "Browser",
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    how: str,
    *,
    guarded: bool,
) -> None:
    """Unguarded, a sister host does it: SameSite lets the cookie go with its requests."""
    with_cookie = place.endswith(SITE) and how != "form in a sandboxed frame"
    signed_out = with_cookie and not guarded
    is_ours, arrived = csrf._is_ours, asyncio.Event()

    def watched(*given: Any, **more: Any) -> bool:
        arrived.set()
        return not guarded or is_ours(*given, **more)

    monkeypatch.setattr(csrf, "_is_ours", watched)
    visitor = await visitor_of(await a_person(app))
    session = visitor.http.cookies["session"]
    async with served(settings, name=SITE) as site:
        attack = FORM_PAGES[how].format(there=f"{site}/fr/compte/deconnexion")
        context = await browser.new_context()
        try:
            cookie = {"name": "session", "value": session, "url": site, "sameSite": "Lax"}
            await context.add_cookies([cookie])  # type: ignore[list-item]
            async with a_place(place, attack) as address:
                tab = await context.new_page()
                await tab.goto(address)
                async with asyncio.timeout(60):
                    await arrived.wait()
                    # A request that did arrive ends with its connection: the tab stays open.
                    while signed_out and await _is_signed_in(visitor):  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
        finally:
            await context.close()
    # The server has stopped: what had arrived is answered.
    assert await _is_signed_in(visitor) is not signed_out


async def _is_signed_in(visitor: Visitor) -> bool:
    return (await visitor.http.get("/api/v1/account")).status_code == 200


async def test_the_site_s_own_form_signs_out(
    app: AppContext, settings: Settings, visitor_of: VisitorOf, browser: "Browser"
) -> None:
    visitor = await visitor_of(await a_person(app))
    session = visitor.http.cookies["session"]
    async with served(settings, name=SITE) as site:
        context = await browser.new_context()
        try:
            await context.add_cookies([{"name": "session", "value": session, "url": site}])
            tab = await context.new_page()
            await tab.goto(f"{site}/fr/compte")
            await tab.get_by_role("button", name="Se déconnecter").click()
            await tab.wait_for_url(f"{site}/fr/")
        finally:
            await context.close()
    assert (await visitor.http.get("/api/v1/account")).status_code == 401
