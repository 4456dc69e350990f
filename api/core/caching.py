"""How long an answer may be kept, by whom, and what proves that it is still right.

A page for people who are not signed in is the same bytes for all. It says so, and how long a cache
in front of the site may keep it: two seconds, and never past the next moment at which pages change
by themselves. Browsers ask again each time: whoever signs in never sees the page of before. Nobody
keeps what a session, an identity or a cookie decides. `deploy/nginx/` obeys.
"""

import hashlib
import time
from collections.abc import Mapping
from importlib import import_module
from math import floor
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import URL, MutableScopeHeaders
from litestar.types import Scope, Send

from api.core import cookies
from deliberation.core.context import RequestContext

MOST = 2  # seconds in which everybody sees what was hidden or published
WAY = 0.25  # seconds until a cache has the answer, at worst
# In the scope of a page, or in a route's `opt`: without a session, it is the same for all.
SHARED = "shared"
PERSONAL: tuple[cookies.Name, ...] = ("session", "pending_login", "identity")


def with_lifetime(scope: Scope, send: Send) -> Send:
    """The send channel of a request whose answers say how long they may be kept.

    What a handler said itself stays. A shared answer waits for its body, which its ETag is made of.
    """
    begun, waiting = time.monotonic(), list[Any]()

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            if "cache-control" not in headers:
                personal = _is_personal(scope, headers)
                if not personal and _may_be_shared(scope, message["status"]):
                    waiting.append(message)
                    return
                headers["cache-control"] = "no-store" if personal else "private, no-cache"
        elif waiting:
            start = waiting.pop()
            message = _with_validator(scope, start, message, begun)
            await send(start)
        await send(message)

    return sending


def _may_be_shared(scope: Any, status: int) -> bool:
    """Whether all who are not signed in get this answer.

    A page that is not there is another one, and so is one that says that the site is busy; a
    problem's title has the language of its reader.
    """
    handler = scope.get("route_handler")
    if scope.get(SHARED):
        return status in (200, 404, 410, 503)
    return status == 200 and handler is not None and SHARED in handler.opt


def _is_personal(scope: Any, headers: MutableScopeHeaders) -> bool:
    request = Request[Any, Any, Any](scope)
    return (
        scope["method"] != "GET"
        or "set-cookie" in headers
        or "authorization" in request.headers
        or any(cookies.read(request, name) for name in PERSONAL if request.cookies)
    )


def _with_validator(
    scope: Scope, start: Any, first: Mapping[str, Any], begun: float
) -> Mapping[str, Any]:
    """Complete the head of a shared answer by the first piece of its body.

    Returns the piece, empty where the reader has it already.
    """
    headers = MutableScopeHeaders.from_message(start)
    ctx: RequestContext | None = scope.get("ctx")  # type: ignore[assignment]
    left = MOST + 1.0
    if first.get("more_body"):  # a stream
        left = 0.0
    elif ctx is not None and ctx.changes_at is not None:
        left = (ctx.changes_at - ctx.now).total_seconds() - (time.monotonic() - begun) - WAY
    seconds = min(MOST, floor(left))
    headers["cache-control"] = (
        f"public, max-age=0, s-maxage={seconds}" if seconds > 0 else "private, no-cache"
    )
    if left < MOST + 1:  # nginx counts whole seconds of the clock: one of them may last two
        headers["x-accel-expires"] = str(max(0, floor(left) - 1))
    if first.get("more_body"):
        return first
    headers["etag"] = f'"{hashlib.sha256(first["body"]).hexdigest()[:32]}"'
    known = Request[Any, Any, Any](scope).headers.get("if-none-match", "")
    if start["status"] != 200 or headers["etag"] not in known:
        return first
    start["status"] = 304
    for name in ("content-type", "content-length", "content-encoding"):
        headers.pop(name, None)
    return {**first, "body": b""}


# Module -> its functions with a cache of requests.
REMEMBERING: dict[str, tuple[str, ...]] = {
    "litestar._parsers": (
        "parse_cookie_string",
        "parse_query_string",
        "parse_url_encoded_form_data",
    ),
    "litestar.connection.base": ("parse_cookie_string", "parse_query_string"),
    "litestar.connection.request": ("parse_url_encoded_form_data",),
    "litestar.data_extractors": ("parse_cookie_string",),
    "litestar.datastructures.url": ("parse_query_string", "urlsplit"),
    "litestar._kwargs.extractors": (
        "create_query_default_dict",
        "parse_query_string",
        "parse_url_encoded_form_data",
    ),
    "litestar._asgi.routing_trie.traversal": ("parse_path_params",),
}


def keep_no_request(app: Litestar) -> None:
    """Remove the caches in this process. Raises `AttributeError` when a function has moved."""
    for name, functions in REMEMBERING.items():
        module = import_module(name)
        for function in functions:
            kept = getattr(module, function)
            setattr(module, function, getattr(kept, "__wrapped__", kept))
    for method in ("_new", "from_components"):
        kept = getattr(URL, method).__func__
        setattr(URL, method, classmethod(getattr(kept, "__wrapped__", kept)))
    router = app.asgi_router
    router.handle_routing = router._handle_routing  # type: ignore[assignment]
