"""Addresses for those who watch a site: probes, state, figures for Prometheus."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

import msgspec
import structlog
from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.ext.asyncio import AsyncSession

from api.core.cookies import app_of
from api.core.requests import AnyRequest
from deliberation.core.context import AppContext
from deliberation.core.database import transaction
from deliberation.jobs import LANES, PERIODIC
from deliberation.operations.exposition import exposition
from deliberation.operations.health import NO_DATABASE, Health, State, Status, without_database
from deliberation.operations.health import health as look_at
from deliberation.operations.health import state as look_closer
from web.monitoring.operators import permit_operator

log = structlog.get_logger()

LOOK = 2.0  # seconds for which a look at the health is kept
ANSWER = 5.0  # seconds after which a database counts as away
UNKEPT = {"cache-control": "no-store"}

_Body = TypeVar("_Body")
_Found = TypeVar("_Found", bound=Health)


class Probe(msgspec.Struct, frozen=True):
    """What everybody may know of the health."""

    status: Status
    database: bool


class HealthCheck(NamedTuple):
    """A look at the installation's health that everybody shares until it is too old."""

    until: float
    task: "asyncio.Task[Health]"


@get("/sante")
async def health(request: AnyRequest) -> Response[Probe]:
    """Health of the site, for probes. 503 when no page can be answered; 200 otherwise.

    Whoever asks, the database is asked once in `LOOK` seconds.
    """
    now, state = asyncio.get_running_loop().time(), request.app.state
    look: HealthCheck | None = state.get("look")
    if look is None or look.until < now:
        looking = _looked(app_of(request), lambda db: look_at(db, PERIODIC), NO_DATABASE)
        state.look = look = HealthCheck(now + LOOK, asyncio.create_task(looking))
    found = await asyncio.shield(look.task)
    return _sent(Probe(found.status, found.database), found)


@get("/sante/tout")
async def whole_health(request: AnyRequest) -> Response[State]:
    """State of the installation with all its figures, for operators."""
    permit_operator(request)
    found = await _state(app_of(request))
    return _sent(found, found)


@get("/metrics")
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Figures of the site's processes and of the installation, for Prometheus."""
    permit_operator(request)
    body = exposition(await _state(app_of(request)))
    return Response(body, media_type=CONTENT_TYPE_LATEST, headers=UNKEPT)


def _sent(body: _Body, found: Health) -> Response[_Body]:
    return Response(body, status_code=503 if found.status == "failing" else 200, headers=UNKEPT)


async def _state(app: AppContext) -> State:
    away = without_database(app.settings)
    return await _looked(app, lambda db: look_closer(db, LANES, PERIODIC, app.settings), away)


async def _looked(
    app: AppContext, look: Callable[[AsyncSession], Awaitable[_Found]], away: _Found
) -> _Found:
    """What a look at the database finds; `away` when it does not answer."""
    try:
        async with asyncio.timeout(ANSWER), transaction(app.engine) as db:
            return await look(db)
    except Exception as error:
        log.error("health-check-failed", error=type(error).__name__)
        return away
