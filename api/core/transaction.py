"""One request, one transaction: the `ctx` that handlers ask for.

Litestar resumes after the `yield` when the handler is done and before the response is sent: a
response never reports what was not committed.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from litestar.di import NamedDependency

from api.core.consultations import read_consultation
from api.core.cookies import app_of
from api.core.identity import language_of, networks_of, token_of
from api.core.requests import AnyRequest
from deliberation.core.context import RequestContext
from deliberation.core.database import transaction
from deliberation.views.identity.queries import identify

Ctx = NamedDependency[RequestContext]


async def provide_context(request: AnyRequest) -> AsyncGenerator[RequestContext]:
    """The context of a request, inside its transaction."""
    async with request_context(request) as ctx:
        await read_consultation(request, ctx)
        yield ctx


@asynccontextmanager
async def request_context(request: AnyRequest, token: str = "") -> AsyncGenerator[RequestContext]:
    """A context with a transaction of its own, committed before the next step of the request.

    `token`: of a session that this request has just opened.
    """
    app, lang = app_of(request), language_of(request)
    networks = networks_of(request, app)
    async with transaction(app.engine) as db:
        ctx = await identify(app, db, token or token_of(request), lang, networks)
        request.scope["ctx"] = ctx  # type: ignore[typeddict-unknown-key]
        yield ctx
