"""The ASGI application of the API: JSON resources under /api/v1 and their OpenAPI description."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import License

from api.admission import admit, leave, lines, until_answered
from api.app_context import open_app, run_worker
from api.core.bodies import FIELDS, SMALL, read_body
from api.core.caching import keep_no_request, with_lifetime
from api.core.consultations import provide_consultation, provide_page
from api.core.csrf import require_own_page
from api.core.drafts import DraftRequest
from api.core.problems import problem
from api.core.requests import AnyRequest
from api.core.routes import require_meaning
from api.core.transaction import provide_context
from api.resources import RESOURCES
from deliberation.core.settings import Settings
from deliberation.operations.logs import configure_logs
from deliberation.operations.process_limits import keep_memory_private

PREFIX = "/api/v1"
# What handlers may ask for by name.
DEPENDENCIES = {
    "ctx": Provide(provide_context),
    "consultation": Provide(provide_consultation, sync_to_thread=False),
    "page": Provide(provide_page, sync_to_thread=False),
}
STATEMENT = 10.0  # seconds: no statement of a request takes that long, unless the database is lost


async def check_request(request: AnyRequest) -> None:
    """Runs before each handler. Litestar would copy the handler each time for a guard."""
    handler = request.scope["route_handler"]
    require_meaning(request)
    require_own_page(request, handler)
    await read_body(request, handler)
    await admit(request, handler)


def api_router() -> Router:
    """All resources, with problem+json for every refusal."""
    return Router(
        PREFIX,
        route_handlers=RESOURCES,
        request_class=DraftRequest,
        exception_handlers={Exception: problem},
    )


def openapi_config() -> OpenAPIConfig:
    """The description served at /api/v1/openapi.json."""
    return OpenAPIConfig(
        title="Beffroi",
        version="1",
        description="Consultations, proposals, votes and results of a network of authorities.",
        license=License(name="EUPL-1.2", identifier="EUPL-1.2"),
        path=PREFIX,
        render_plugins=[JsonRenderPlugin()],
    )


class Site(Litestar):
    """An application whose answers say how long they may be kept.

    It answers HEAD as it answers GET, its body left out (RFC 9110, 9.3.2).
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            if scope["method"] == "HEAD":
                scope["method"], send = "GET", _without_body(send)
            send = with_lifetime(scope, until_answered(scope, send))
        try:
            await super().__call__(scope, receive, send)
        finally:
            leave(scope)


def _without_body(send: Any) -> Any:
    async def headers_only(message: Any) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only


def create_api(settings: Settings) -> Site:
    """The API alone, for those who want no pages."""
    return Site(
        route_handlers=[api_router()],
        dependencies=DEPENDENCIES,
        before_request=check_request,
        lifespan=[app_lifespan(settings)],
        openapi_config=openapi_config(),
        request_max_body_size=SMALL,
        multipart_form_part_limit=FIELDS,
        exception_handlers={Exception: problem},
    )


def app_lifespan(
    settings: Settings,
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """Opens the application context for the life of a process; the worker may run inside it."""

    @asynccontextmanager
    async def lifespan(site: Litestar) -> AsyncIterator[None]:
        configure_logs(settings.log_level)
        if not settings.core_dumps:
            keep_memory_private()
        async with open_app(settings, statement_timeout=STATEMENT, serving=True) as app:
            site.state.app = app
            site.state.lines = lines()
            keep_no_request(site)
            gc.collect()
            gc.freeze()  # what was loaded lives as long as the process: never search it again
            gc.set_threshold(20_000)  # 700 would search several times in each page
            gc.collect()  # or the next full one would wait for a quarter as many new objects
            until = asyncio.Event()
            inside = settings.worker_inside
            worker = asyncio.create_task(run_worker(settings, until)) if inside else None
            yield
            until.set()
            if worker is not None:
                await worker

    return lifespan
