"""Addresses that programs ask for by themselves: health, robots, favicon, security contact."""

from datetime import timedelta
from importlib.metadata import version
from typing import Any

import structlog
from litestar import MediaType, Request, Response, get
from litestar.response import Redirect
from sqlalchemy.exc import SQLAlchemyError

from api.plumbing import cookies
from api.plumbing.transaction import Acting
from deliberation.kit import clock
from deliberation.kit.database import transaction
from deliberation.words.catalogue import LANGUAGES
from web import assets

log = structlog.get_logger()

PRIVATE = ("compte", "identite", "gestion", "elus", "demo", "recu")
SECURITY_LASTS = timedelta(days=180)


@get("/sante")
async def health(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Whether this process answers and reaches its database; 503 when it does not."""
    reachable = True
    try:
        async with transaction(cookies.house_of(request).engine) as db:
            await clock.now(db)
    except (OSError, SQLAlchemyError) as error:
        log.error("health-check-failed", error=type(error).__name__)
        reachable = False
    body = {"status": "ok" if reachable else "failing", "database": reachable}
    return Response(
        {**body, "version": version("beffroi")},
        status_code=200 if reachable else 503,
        headers={"cache-control": "no-store"},
    )


@get("/robots.txt", media_type=MediaType.TEXT)
async def robots(request: Request[Any, Any, Any]) -> str:
    """What search engines leave aside: people's own pages; everything of a demo."""
    if cookies.house_of(request).demo:
        return "User-agent: *\nDisallow: /\n"
    paths = [f"/{lang}/{name}" for lang in LANGUAGES for name in PRIVATE]
    return "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in [*paths, "/api/"])


@get("/favicon.ico")
async def favicon() -> Redirect:
    """The drawing, for browsers that ask before they read a page."""
    return Redirect(assets.address("img/favicon.svg"), status_code=302)


@get("/.well-known/security.txt", media_type=MediaType.TEXT)
async def security_contact(act: Acting) -> str:
    """Where to report a flaw (RFC 9116)."""
    origin = act.house.settings.origin
    expires = (act.now + SECURITY_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        f"Contact: {origin}/fr/aide#securite\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: fr, en\n"
        f"Canonical: {origin}/.well-known/security.txt\n"
    )


HANDLERS = [health, robots, favicon, security_contact]
