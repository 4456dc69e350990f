"""One request, one transaction: the `ctx` that handlers ask for.

Litestar runs what follows the `yield` after the handler and before the answer leaves: a person is
never told of something that was not committed.
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
from deliberation.network.people.identity import identify

Ctx = NamedDependency[RequestContext]


async def provide_context(request: AnyRequest) -> AsyncGenerator[RequestContext]:
    """The context of a request, inside its transaction."""
    async with request_context(request) as ctx:
        await read_consultation(request, ctx)
        yield ctx


@asynccontextmanager
async def request_context(request: AnyRequest, token: str = "") -> AsyncGenerator[RequestContext]:
    """A request's own context, for what must be over before the next step begins.

    `token`: that of a session which the request has just opened, and does not hold yet.
    """
    app, lang = app_of(request), language_of(request)
    networks = networks_of(request, app)
    async with transaction(app.engine) as db:
        ctx = await identify(app, db, token or token_of(request), lang, networks)
        request.scope["ctx"] = ctx  # type: ignore[typeddict-unknown-key]
        yield ctx
