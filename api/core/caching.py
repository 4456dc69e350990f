"""Cache-Control of responses, set unless a handler does; and no cache of requests."""

from importlib import import_module

from litestar import Litestar
from litestar.datastructures import URL, MutableScopeHeaders
from litestar.types import Message, Scope

from deliberation.core.context import RequestContext


async def keep_nothing(message: Message, scope: Scope) -> None:
    """Set Cache-Control on a response that has none.

    A response to a signed-in person, or one that sets a cookie, is stored nowhere, not even by the
    browser of a shared computer; any other is revalidated each time.
    """
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    ctx: RequestContext | None = scope.get("ctx")  # type: ignore[assignment]
    private = "set-cookie" in headers or (ctx is not None and ctx.viewer is not None)
    headers.setdefault("cache-control", "no-store" if private else "private, no-cache")


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
