"""Litestar's route decorators, with the refusals every resource may answer described."""

from functools import partial

import litestar
from litestar.openapi import ResponseSpec

from api.core.problems import Problem

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
post = partial(litestar.post, responses=REFUSALS)
put = partial(litestar.put, responses=REFUSALS)
delete = partial(litestar.delete, responses=REFUSALS)
