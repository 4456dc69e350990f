"""The `ctx` that handlers ask for: who asks, and how the request reads and writes.

A GET reads without a transaction; any other request is one. Litestar resumes after the `yield` when
the handler is done and before the response is sent: a response never reports what was not
committed.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from litestar.di import NamedDependency

from api.core.consultations import asked_by
from api.core.cookies import any_held, app_of
from api.core.identity import language_of, networks_of, token_of
from api.core.requests import AnyRequest
from deliberation.core.context import RequestContext
from deliberation.core.database import transaction
from deliberation.core.pools import alone, reading
from deliberation.operations.replicas import reading_late
from deliberation.views.identity.queries import Asked, identify

Ctx = NamedDependency[RequestContext]

# A route's `opt`: a GET that writes.
WRITES = "writes"
# A route's `opt`: a GET that a replica may answer, a little late, for who holds no cookie of ours.
LATE = "late"
# A route's `opt`: each of its statements is right by itself, so they need no transaction.
ALONE = "alone"


async def provide_context(request: AnyRequest) -> AsyncGenerator[RequestContext]:
    """The context of a request, and the consultation that its handler asks for."""
    apart = request.scope["route_handler"].opt.get(ALONE, False)
    async with request_context(request, asked=asked_by(request), apart=apart) as ctx:
        yield ctx


@asynccontextmanager
async def request_context(
    request: AnyRequest, token: str = "", *, asked: Asked = "", apart: bool = False
) -> AsyncGenerator[RequestContext]:
    """A context whose writes are committed before the next step of the request.

    `token`: of a session that this request has just opened. `asked`: raises `NotFound` as
    `identify` does. `apart`: each statement commits by itself.
    """
    app, lang = app_of(request), language_of(request)
    slug = request.scope["path_params"]["slug"] if asked else ""
    handler = request.scope.get("route_handler")
    reads = request.method == "GET" and not (handler and handler.opt.get(WRITES))
    networks = ("", "") if reads else networks_of(request, app)  # who only reads is not counted
    opened = alone if apart else reading if reads else transaction
    if reads and app.replica and handler and handler.opt.get(LATE) and not _is_known(request):
        opened = partial(reading_late, app.replica)
    async with opened(app.engine) as db:
        ctx, found = await identify(
            app, db, token or token_of(request), lang, networks, asked, slug
        )
        request.scope["ctx"] = ctx  # type: ignore[typeddict-unknown-key]
        if asked:
            request.scope[asked] = found  # type: ignore[typeddict-unknown-key]
        yield ctx


def _is_known(request: AnyRequest) -> bool:
    """Whether somebody asks who has written something here, or may have: they read it at once."""
    return token_of(request) is not None or any_held(request)
