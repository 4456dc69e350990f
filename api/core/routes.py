"""Litestar's route decorators, with the refusals every resource may answer described."""

from functools import partial
from types import ModuleType

import litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec

from api.core.caching import SHARED
from api.core.problems import Problem
from api.core.requests import AnyConnection
from deliberation.core.errors import NotFound

REFUSALS = {
    status: ResponseSpec(
        Problem, media_type="application/problem+json", description=text, generate_examples=False
    )
    for status, text in {
        400: "The request cannot be understood",
        401: "Nobody is signed in",
        403: "Not allowed, or not now",
        404: "No such thing, or not for you",
        409: "Somebody was there first",
        422: "Some fields cannot be used",
        429: "Too often",
    }.items()
}

get = partial(litestar.get, responses=REFUSALS)
public_get = partial(get, opt={SHARED: True})  # without a session, the same for all
post = partial(litestar.post, responses=REFUSALS)
put = partial(litestar.put, responses=REFUSALS)
delete = partial(litestar.delete, responses=REFUSALS)


def handlers_of(*modules: ModuleType) -> list[HTTPRouteHandler]:
    """The route handlers that modules define: each one, and those of each list of some."""
    return [
        one
        for module in modules
        for value in vars(module).values()
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, HTTPRouteHandler) and one.fn.__module__ == module.__name__
    ]


MAX_NUMBER = 2**31 - 1  # of PostgreSQL's integer, which our numbers are


def require_meaning(connection: AnyConnection) -> None:
    """Raise `NotFound` for a NUL character or an integer beyond 4 bytes.

    PostgreSQL stores neither. `read_draft` checks forms and JSON in the same way.
    """
    if "\x00" in connection.scope["path"] or b"%00" in connection.scope["query_string"]:
        raise NotFound
    if any(
        isinstance(value, int) and abs(value) > MAX_NUMBER
        for value in connection.path_params.values()
    ):
        raise NotFound
