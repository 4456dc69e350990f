"""Remove Litestar's caches of parsed bodies, cookies, queries and paths.

Litestar keeps the last thousand of each, to parse repeated ones faster. Such a cache would keep
codes, choices and session cookies in clear for hours.
"""

from importlib import import_module

from litestar import Litestar
from litestar.datastructures import URL

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
