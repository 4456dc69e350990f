"""Litestar's route decorators, with the refusals every resource may answer described."""

from functools import partial

import litestar
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
