"""A request's body is read in time, as far as its sender may send, and remembered nowhere."""

import asyncio
import functools
import gc
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from msgspec import inspect

from api.core import bodies
from api.core.caching import REMEMBERING
from api.core.csrf import SAFE
from deliberation.core.context import AppContext
from tests.builders import a_consultation, a_member, an_authority
from tests.site import OWN_PAGE, Visitor, VisitorOf
from web.app import create_site

FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data; boundary=b"
# What anybody may try, and up to how many bytes its people may send.
UPLOADS = [
    ("POST", "/fr/gestion/c/{slug}/urne/liste", FILES),
    ("POST", "/fr/gestion/c/{slug}/urne/1/compte", FILES),
    ("POST", "/fr/gestion/c/{slug}/urne/1/compte", FORM),
    ("PUT", "/api/v1/consultations/{slug}/ballot-box/roll", "text/csv"),
    ("POST", "/api/v1/consultations/{slug}/ballot-box/trustees", "application/json"),
    ("POST", "/api/v1/consultations/{slug}/polls/1/count", "application/json"),
]


class Sender:
    """A peer that sends its pieces, then nothing; `taken` counts what was read of them."""

    def __init__(self, pieces: Iterator[bytes], *, ends: bool = False) -> None:
        self.pieces, self.ends = pieces, ends
        self.taken = 0
        self.status: int | None = None

    async def receive(self) -> Any:
        piece = next(self.pieces, None)
        if piece is None and not self.ends:
            await asyncio.Event().wait()
        self.ends = self.ends and piece is not None  # nothing is received after the end
        self.taken += len(piece or b"")
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)

    async def post(
        self,
        site: Litestar,
        path: str,
        headers: dict[str, str],
        *,
        method: str = "POST",
        query: str = "",
    ) -> int:
        scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            "client": ("192.0.2.7", 1),
            "server": ("localhost", 8000),
        }
        await site(scope, self.receive, self.send)
        assert self.status is not None
        return self.status


def of_nobody(**more: str) -> dict[str, str]:
    """The headers of a stranger's browser on a page of the site."""
    return {
        "content-type": FORM,
        "cookie": "browser=b",
        **OWN_PAGE,
        **{k.replace("_", "-"): v for k, v in more.items()},
    }


@pytest.fixture
async def slow(site: Litestar, app: AppContext) -> Any:
    """Opens half-sent bodies, and lets go of them at the end."""
    tasks: list[asyncio.Task[int]] = []

    async def open_some(count: int) -> list[asyncio.Task[int]]:
        for _ in range(count):
            sender = Sender(iter([b"email="]))
            given = of_nobody(content_length="600")
            tasks.append(asyncio.create_task(sender.post(site, "/fr/identite", given)))
        await asyncio.sleep(0)
        return tasks

    yield open_some
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("count", [17, 500])
async def test_h1_half_sent_bodies_hold_no_connection_of_the_database(
    count: int, site: Litestar, app: AppContext, slow: Any, visitor_of: VisitorOf
) -> None:
    tasks = await slow(count)
    visitor: Visitor = await visitor_of(None)
    for _ in range(3):
        assert (await visitor.open("/fr")).status_code == 200
    assert not any(task.done() for task in tasks)
    assert site.state.app.engine.pool.checkedout() == 0


async def test_h1_a_body_that_does_not_arrive_is_given_up(
    site: Litestar, app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.05)
    assert await Sender(iter([b"email="])).post(site, "/fr/identite", of_nobody()) == 408
    bearer = {"authorization": "Bearer x", "content-type": "application/json"}
    assert await Sender(iter([b"{"])).post(site, "/api/v1/sign-in-codes", bearer) == 408
    assert not bodies._waiting


async def test_h1_the_oldest_half_sent_bodies_of_a_network_have_less_time(
    site: Litestar, app: AppContext, slow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "WAITING", 5)
    monkeypatch.setattr(bodies, "GRACE", -1.0)
    tasks = await slow(8)
    assert [await task for task in tasks[:3]] == [408, 408, 408]
    assert not any(task.done() for task in tasks[3:])


async def test_a_hall_that_sends_at_once_is_not_shut_out(
    site: Litestar, app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "WAITING", 5)
    sent = [
        Sender(iter([b"x=1"]), ends=True).post(site, "/fr/compte/deconnexion", of_nobody())
        for _ in range(300)
    ]
    assert set(await asyncio.gather(*sent)) == {303}


@pytest.mark.parametrize(("method", "path", "kind"), UPLOADS)
@pytest.mark.parametrize("announced", [True, False])
async def test_h3_a_stranger_s_large_body_is_refused_before_it_is_read(
    method: str, path: str, kind: str, announced: bool, site: Litestar, app: AppContext
) -> None:
    slug = (await a_consultation(app)).card.slug
    for known in (slug, "nulle-part"):
        sender = Sender(iter([b"0000000=&" * 1800] * 1000), ends=True)
        headers = of_nobody() | {"content-type": kind}
        if announced:
            headers["content-length"] = "900000"
        status = await sender.post(site, path.format(slug=known), headers, method=method)
        assert status in (401, 403, 404)
        assert sender.taken <= (0 if announced else bodies.SMALL + 20_000)


async def test_h3_another_authority_s_agent_is_a_stranger_too(
    app: AppContext, site: Litestar, visitor_of: VisitorOf
) -> None:
    page = await a_consultation(app)
    visitor: Visitor = await visitor_of(await a_member(app, await an_authority(app), "agent"))
    headers = {"content-type": FILES, "content-length": "900000", **OWN_PAGE} | {
        "cookie": f"session={visitor.http.cookies['session']}"
    }
    sender = Sender(iter([b"x"]))
    path = f"/fr/gestion/c/{page.card.slug}/urne/liste"
    assert await sender.post(site, path, headers) == 404
    assert sender.taken == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"&".join(b"%d=" % n for n in range(201)), 413),
        (b"a=" + b"x" * 64_000, 413),
        (b"&" * 60_000, 413),
        (b"a=%ff&b=%f0%9f&%00=%", 303),
    ],
)
async def test_a_form_has_so_many_bytes_and_fields(
    body: bytes, status: int, site: Litestar, app: AppContext
) -> None:
    sender = Sender(iter([body]), ends=True)
    assert await sender.post(site, "/fr/compte/deconnexion", of_nobody()) == status


@pytest.mark.parametrize(
    "body",
    [
        b"--b\r\n\r\nx\r\n--b--",
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=zip'
        b"\r\n\r\nx\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut',
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 300,
    ],
)
async def test_a_broken_multipart_form_is_a_bad_request(
    body: bytes, site: Litestar, app: AppContext
) -> None:
    sender = Sender(iter([body]), ends=True)
    given = of_nobody() | {"content-type": FILES}
    assert await sender.post(site, "/fr/compte/deconnexion", given) == 400


@pytest.mark.parametrize("kind", [FORM, FILES, "application/json", "text/plain", "multipart/x"])
async def test_h1_no_handler_waits_for_a_body_that_the_guard_has_read(
    kind: str, site: Litestar, app: AppContext
) -> None:
    for path, method in [
        ("/api/v1/sign-in-codes", "POST"),
        ("/api/v1/session", "DELETE"),
        ("/fr/compte/deconnexion", "POST"),
    ]:
        sender = Sender(iter([b"--b\r\n"]), ends=True)
        given = of_nobody() | {"content-type": kind}
        async with asyncio.timeout(60):
            assert await sender.post(site, path, given, method=method) < 500


async def test_somebody_who_hangs_up_is_no_failure_of_ours(site: Litestar, app: AppContext) -> None:
    sender = Sender(iter([]))

    async def gone() -> Any:
        return {"type": "http.disconnect"}

    sender.receive = gone  # type: ignore[method-assign]
    assert await sender.post(site, "/fr/identite", of_nobody()) == 400


def test_who_may_send_more_is_said_of_each_route_that_takes_more() -> None:
    for path, handler in handlers():
        most = handler.resolve_request_max_body_size()
        assert (most > bodies.SMALL) == (bodies.MORE_BY in handler.opt), path


def test_every_text_that_a_route_takes_fits_into_its_limit_however_it_is_written() -> None:
    small = []
    for path, handler in handlers():
        data = handler.parsed_fn_signature.parameters.get("data")
        if data is None or "/count" in path:  # the files of a count: their limit is the body's
            continue
        longest = _longest(inspect.type_info(data.annotation))
        if longest > handler.resolve_request_max_body_size():
            small.append(f"{path}: {longest}")
    assert not small, "\n".join(small)


def handlers() -> Iterator[tuple[str, Any]]:
    """(path, handler) of every changing route."""
    for route in create_site().routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.http_methods - SAFE:
                yield route.path, handler


def _longest(kind: inspect.Type) -> float:
    """Bytes of the longest JSON or form that a draft accepts: 12 for a sign outside the BMP."""
    match kind:
        case inspect.Metadata():
            return _longest(kind.type)
        case inspect.UnionType():
            return max(map(_longest, kind.types))
        case inspect.StructType():
            return sum(len(field.name) + 8 + _longest(field.type) for field in kind.fields)
        case inspect.StrType():
            assert kind.max_length is not None, "a text without a limit"
            return 12 * kind.max_length
        case inspect.ListType():
            return (kind.max_length or float("inf")) * (1 + _longest(kind.item_type))
        case inspect.DictType():
            return (kind.max_length or float("inf")) * (12 + _longest(kind.value_type))
    return 40


# Caches that a request cannot reach, or that hold names of ours only.
HARMLESS = {"litestar.handlers.http_handlers._utils.normalize_headers"}


def test_h2_no_cache_of_the_framework_holds_requests(site: Litestar) -> None:
    found = set()
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] != "litestar":
            continue
        for attribute, value in list(vars(module).items()):
            if isinstance(value, functools._lru_cache_wrapper):
                found.add(f"{name}.{attribute}")
            if isinstance(value, type):
                for method, kept in vars(value).items():
                    if isinstance(getattr(kept, "__func__", kept), functools._lru_cache_wrapper):
                        found.add(f"{name}.{attribute}.{method}")
    assert found <= HARMLESS
    assert not isinstance(site.asgi_router.handle_routing, functools._lru_cache_wrapper)


def test_h2_the_caches_that_are_taken_away_are_still_where_we_look() -> None:
    import importlib
    import inspect as source

    for name, functions in REMEMBERING.items():
        module = importlib.import_module(name)
        for function in functions:
            assert callable(getattr(module, function)), f"{name}.{function} has moved"
    assert "lru_cache" in source.getsource(importlib.import_module("litestar._parsers"))


async def test_h2_what_was_sent_is_in_no_cache_of_any_library(
    site: Litestar, app: AppContext
) -> None:
    secret = "canari-7d1f"
    given = of_nobody(cookie=f"browser={secret}c", referer=f"http://localhost/{secret}r")
    given |= {"host": "localhost"}
    sender = Sender(iter([f"email={secret}f".encode()]), ends=True)
    assert await sender.post(site, "/fr/identite", given, query=f"{secret}=q") == 422
    sender = Sender(iter([]), ends=True)
    assert await sender.post(site, f"/fr/recu/{secret}p", given, method="GET") == 404
    gc.unfreeze()  # what was loaded before the site started is looked at too
    caches = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
    assert len(caches) > 20
    holding = [
        getattr(cache, "__qualname__", repr(cache))
        for cache in caches
        if any(secret in repr(kept) for kept in _held(cache))
    ]
    assert not holding


def _held(cache: Any) -> Iterator[Any]:
    for one in gc.get_referents(cache):
        if isinstance(one, dict):
            yield from one.items()
