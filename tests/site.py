"""The site as tests use it: in this process, through HTTP, on a real database.

`Visitor` is somebody's browser: it keeps cookies, follows redirects, and fills in forms found in
pages, so that a test reads like what a person does.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any, Protocol

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from benchmarks.processes import free_port
from deliberation.core.context import Viewer
from deliberation.core.settings import Settings
from web.app import create_site

ORIGIN = "http://localhost:8000"
OWN_PAGE = {"sec-fetch-site": "same-origin"}  # what a browser says of a page's own form


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[Litestar]:
    """The application between its start and its end, both in one task of their own."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    task = asyncio.create_task(live())
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not started.is_set():
        waiting.cancel()
        await task
    try:
        yield app
    finally:
        stop.set()
        await task


@asynccontextmanager
async def served(settings: Settings, *, name: str = "") -> AsyncIterator[str]:
    """The site on a port of the loopback, for browsers; with a `name`, it is the site's own."""
    port = free_port()
    address = f"http://{name or '127.0.0.1'}:{port}"
    settings = replace(settings, origin=address) if name else settings
    server = Server(
        create_site(settings),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    async with httpx.AsyncClient(verify=False) as client, asyncio.timeout(60):
        while True:
            try:
                await client.get(f"http://127.0.0.1:{port}/sante")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    yield address
    server.stop()  # type: ignore[no-untyped-call]
    await serving


class VisitorOf(Protocol):
    """The fixture `visitor_of`: makes the browser of a person, signed in, or of nobody."""

    async def __call__(self, viewer: Viewer | None = None) -> "Visitor": ...


class ProgramOf(Protocol):
    """The fixture `program_of`: makes a program that speaks for a person, or for nobody."""

    async def __call__(self, viewer: Viewer | None = None) -> httpx.AsyncClient: ...


def in_process(app: Litestar, address: str = "127.0.0.1") -> httpx.ASGITransport:
    """Requests answered by the application in this process, as if sent from `address`."""
    asgi: Any = app  # litestar and httpx describe the same messages with different types
    return httpx.ASGITransport(asgi, client=(address, 50000), raise_app_exceptions=True)


class Visitor:
    """A browser without script."""

    def __init__(self, app: Litestar, *, lang: str = "fr", address: str = "192.0.2.1") -> None:
        self.http = httpx.AsyncClient(
            transport=in_process(app, address),
            base_url=ORIGIN,
            headers={"accept-language": lang, **OWN_PAGE},
        )
        self.page = httpx.Response(204)

    async def open(self, path: str) -> httpx.Response:
        """Go to an address, following redirects."""
        self.page = await self.http.get(path, follow_redirects=True)
        return self.page

    async def follow(self, label: str) -> httpx.Response:
        """Follow the link of the open page whose words are `label`."""
        links = re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', self.page.text, re.DOTALL)
        for href, inner in links:
            if words(inner) == label:
                return await self.open(str(self.page.url.join(unescape(href))))
        raise AssertionError(f"no link « {label} » in {self.page.url}")

    async def send(self, action: str, **fields: Any) -> httpx.Response:
        """Fill in and send the form of the open page whose action ends with `action`."""
        form = next((form for form in forms(self.page.text) if form.action.endswith(action)), None)
        found = [form.action for form in forms(self.page.text)]
        assert form is not None, f"no form for {action} in {self.page.url}: {found}"
        data = {**form.values, **{k: v for k, v in fields.items() if v is not None}}
        self.page = await self.http.post(form.action, data=data, follow_redirects=True)
        return self.page

    async def send_unoffered(self, action: str, **fields: str) -> httpx.Response:
        """Send what no page offers a button for, as a program can."""
        return await self.http.post(action, data=fields)

    @property
    def text(self) -> str:
        """The words of the open page, on one line."""
        return words(self.page.text)


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.values: dict[str, Any] = {}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(_Form(given.get("action") or ""))
        if not self.forms:
            return
        values, name = self.forms[-1].values, given.get("name")
        if tag == "input" and name:
            ticked = "checked" in given
            if given.get("type") not in ("radio", "checkbox") or ticked:
                self._add(values, name, given.get("value") or "")
        elif tag == "textarea" and name:
            self._area, values[name] = name, ""
        elif tag == "select" and name:
            self._select = name
        elif (
            tag == "option" and self._select and ("selected" in given or self._select not in values)
        ):
            values[self._select] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self._area = None if tag == "textarea" else self._area
        self._select = None if tag == "select" else self._select

    @staticmethod
    def _add(values: dict[str, Any], name: str, value: str) -> None:
        if name in values:
            kept = values[name] if isinstance(values[name], list) else [values[name]]
            values[name] = [*kept, value]
        else:
            values[name] = value


def forms(html: str) -> list[_Form]:
    """The forms of a page with the values they hold."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms


def words(html: str) -> str:
    """A page's words, no-break spaces made plain."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", html, flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", body).replace("\u202f", " ").replace("\u00a0", " ")
    return " ".join(unescape(plain).split())
