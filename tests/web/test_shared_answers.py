"""Answers that a cache in front of the site may keep: which, how long, and how they are the same.

Generated over the table of `access.py`: what it calls shared is, and nothing else.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text

from api.core import caching, transaction
from deliberation.core import database
from deliberation.core.context import AppContext
from deliberation.views.identity.queries import identify
from tests.builders import a_consultation
from tests.site import ORIGIN, Visitor, in_process
from tests.web.access import ACCESS
from tests.web.test_access import World, windows, world
from web.public.proposals import handlers

__all__ = ["windows", "world"]  # fixtures

PUBLIC = re.compile(r"public, max-age=0, s-maxage=[12]")
GETS = sorted(route.removeprefix("GET ") for route in ACCESS if route.startswith("GET "))
# Files of a version, colours, logos and the scripts of frames say how long themselves.
FILES = (
    "/static/",
    "/theme/",
    "/a/{slug}/logo.svg",
    "/favicon.ico",
    "/embed/frame.js",
    "/embed/v1",
)
# Whoever asks, and in which language, a shared answer is the same.
SOMEBODY = {
    "accept-language": "en",
    "user-agent": "Another",
    "referer": "https://elsewhere.example/",
}


def changes_in(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Say that the next change of a phase is so far: other tests' phases end at any moment."""

    async def identified(*given: Any) -> Any:
        ctx, found = await identify(*given)
        return replace(ctx, changes_at=ctx.now + timedelta(seconds=seconds)), found

    monkeypatch.setattr(transaction, "identify", identified)


async def asked(
    site: Litestar, path: str, cookies: dict[str, str] | None = None, **headers: str
) -> httpx.Response:
    """The answer to a GET of a browser with these cookies only."""
    async with httpx.AsyncClient(
        transport=in_process(site), base_url=ORIGIN, cookies=cookies
    ) as browser:
        return await browser.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


@pytest.mark.parametrize("path", [one for one in GETS if ACCESS[f"GET {one}"] == "shared"])
async def test_a_shared_answer_is_the_same_for_all_and_proves_itself(
    site: Litestar,
    world: World,
    windows: dict[str, Visitor],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    monkeypatch.setattr(handlers, "DRAWS", 1)  # the draw of this minute and of the next
    changes_in(monkeypatch, 3600)
    address = world.address(path, world.names)
    first = await asked(site, address)
    assert first.status_code == 200
    assert PUBLIC.fullmatch(first.headers["cache-control"])
    assert "set-cookie" not in first.headers
    assert "cookie" not in first.headers.get("vary", "")
    second = await asked(site, address, {"browser": "x", "device": "y"}, **SOMEBODY)
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert PUBLIC.fullmatch(second.headers["cache-control"])
    again = await asked(site, address, if_none_match=f'"old", W/{first.headers["etag"]}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert "content-length" not in again.headers
    plain = await asked(site, address, accept_encoding="identity")
    packed = "content-encoding" in first.headers
    assert plain.content == first.content
    assert (plain.headers["etag"] != first.headers["etag"]) is packed
    session = windows["citizen"].http.cookies["session"]
    for held in (
        {"session": session},
        {"session": "old"},
        {"identity": "x"},
        {"pending_login": "x"},
    ):
        own = await asked(site, address, held, if_none_match=first.headers["etag"])
        assert (own.status_code, own.headers["cache-control"]) == (200, "no-store"), held
        assert "etag" not in own.headers
    by_token = await asked(site, address, authorization=f"Bearer {session}")
    assert by_token.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("actor", ["visitor", "citizen", "administrator"])
async def test_nothing_else_may_be_kept_by_a_cache(
    world: World, windows: dict[str, Visitor], actor: str
) -> None:
    kept = []
    for path in GETS:
        if ACCESS[f"GET {path}"] == "shared" or path.startswith(FILES):
            continue
        answer = await windows[actor].http.get(world.address(path, world.names))
        lifetime = answer.headers["cache-control"]
        page_not_there = actor == "visitor" and answer.status_code == 404
        if lifetime not in ("no-store", "private, no-cache") and not page_not_there:
            kept.append(f"{path}: {answer.status_code} {lifetime}")
    assert not kept, "\n".join(kept)


async def test_a_page_that_is_not_there_or_gone_is_shared_too(
    site: Litestar, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes_in(monkeypatch, 3600)
    gone = world.address("/fr/c/{slug}/p/3", world.names)
    for path, status in ((gone, 410), ("/fr/c/nulle-part", 404), ("/fr/rien", 404)):
        answer = await asked(site, path)
        assert answer.status_code == status
        assert PUBLIC.fullmatch(answer.headers["cache-control"])
        again = await asked(site, path, if_none_match=answer.headers["etag"])
        assert again.status_code == status  # a validator is for what is there


@pytest.mark.parametrize(
    ("left", "kept", "by_nginx"),
    [(0.4, 0, "0"), (1.4, 1, "0"), (2.4, 2, "1"), (10.0, 2, None), (-0.1, 0, "0")],
)
async def test_nothing_is_kept_past_the_next_change_of_a_phase(
    site: Litestar, monkeypatch: pytest.MonkeyPatch, left: float, kept: int, by_nginx: str | None
) -> None:
    """The seconds that a request took are taken off: here it takes none."""
    changes_in(monkeypatch, left)
    monkeypatch.setattr("api.core.caching.time.monotonic", lambda: 7.0)
    answer = await asked(site, "/fr/consultations")
    lifetime = f"public, max-age=0, s-maxage={kept}" if kept else "private, no-cache"
    assert answer.headers["cache-control"] == lifetime
    assert answer.headers.get("x-accel-expires") == by_nginx


async def test_the_next_change_is_that_of_any_phase(app: AppContext) -> None:
    past, soon = (-2, -1), (0.5, 0.6)
    await a_consultation(app, proposals=past, vote=soon)
    await a_consultation(app, proposals=(-1, 0.4))
    async with database.transaction(app.engine) as db:
        ctx, _ = await identify(app, db, None, "fr", ("", ""))
        moments = text("SELECT opens_at FROM phase UNION SELECT closes_at FROM phase")
        later = [one for one in await db.scalars(moments) if one > ctx.now]
    assert ctx.changes_at == min(later)


def test_a_list_without_a_draw_has_that_of_the_minute() -> None:
    begun = datetime(2027, 1, 1, 8, 0, tzinfo=UTC)
    draws = [handlers.draw_of(begun + timedelta(seconds=second)) for second in range(0, 600, 20)]
    assert draws[::3] == draws[1::3] == draws[2::3]
    assert len(set(draws)) == 10


async def test_a_stream_is_kept_by_nobody(site: Litestar) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {"type": "http", "method": "GET", "headers": [], "litestar_app": site}
    sending: Any = caching.with_lifetime(scope | {caching.SHARED: True}, send)
    await sending({"type": "http.response.start", "status": 200, "headers": []})
    for piece in (b"a", b""):
        body = {"type": "http.response.body", "body": piece, "more_body": piece != b""}
        await sending(body)
    assert [message["type"].rpartition(".")[2] for message in sent] == ["start", "body", "body"]
    assert (b"cache-control", b"private, no-cache") in sent[0]["headers"]
