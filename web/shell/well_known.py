"""Well-known addresses for programs: health, robots, favicon, security contact."""

import asyncio
from datetime import timedelta
from typing import NamedTuple

import structlog
from litestar import MediaType, Response, get
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncEngine

from api.core import cookies
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.database import transaction
from deliberation.i18n.catalogue import LANGUAGES, SOURCE
from deliberation.jobs import PERIODIC
from deliberation.operations.health import NO_DATABASE, Health
from deliberation.operations.health import health as look_at
from web.shell import assets

log = structlog.get_logger()

PRIVATE = ("compte", "identite", "gestion", "elus", "demo", "recu")
SECURITY_LASTS = timedelta(days=180)
LOOK = 2.0  # seconds for which a look at the health is kept
ANSWER = 5.0  # seconds after which a database counts as away


class HealthCheck(NamedTuple):
    """A look at the installation's health that everybody shares until it is too old."""

    until: float
    task: "asyncio.Task[Health]"


@get("/sante")
async def health(request: AnyRequest) -> Response[Health]:
    """Health of the installation. 503 when no page can be answered; 200 otherwise.

    Whoever asks, the database is asked once in `LOOK` seconds.
    """
    now, state = asyncio.get_running_loop().time(), request.app.state
    look: HealthCheck | None = state.get("look")
    if look is None or look.until < now:
        looking = asyncio.create_task(_look(cookies.app_of(request).engine))
        state.look = look = HealthCheck(now + LOOK, looking)
    found = await asyncio.shield(look.task)
    status = 503 if found.status == "failing" else 200
    return Response(found, status_code=status, headers={"cache-control": "no-store"})


async def _look(engine: AsyncEngine) -> Health:
    try:
        async with asyncio.timeout(ANSWER), transaction(engine) as db:
            return await look_at(db, PERIODIC)
    except Exception as error:
        log.error("health-check-failed", error=type(error).__name__)
        return NO_DATABASE


@get("/robots.txt", media_type=MediaType.TEXT)
async def robots(request: AnyRequest) -> str:
    """Rules for search engines (robots.txt): not people's own pages, nothing of a demo."""
    if cookies.app_of(request).demo:
        return "User-agent: *\nDisallow: /\n"
    paths = [f"/{lang}/{name}" for lang in LANGUAGES for name in PRIVATE]
    return "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in [*paths, "/api/"])


@get("/favicon.ico")
async def favicon() -> Redirect:
    """The drawing, for browsers that ask before they read a page."""
    return Redirect(assets.address("img/favicon.svg"), status_code=302)


@get("/.well-known/security.txt", media_type=MediaType.TEXT)
async def security_contact(ctx: Ctx) -> str:
    """Contact for security reports (RFC 9116): the operator's, or the help page."""
    origin = ctx.app.settings.origin
    help_page = f"{origin}/{SOURCE}/aide#securite"
    expires = (ctx.now + SECURITY_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        f"Contact: {ctx.app.settings.security_contact or help_page}\n"
        f"Policy: {help_page}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: fr, en\n"
        f"Canonical: {origin}/.well-known/security.txt\n"
    )


HANDLERS = [health, robots, favicon, security_contact]
