"""What is noted of each answer: figures, and a line of the access log where that is wanted."""

from functools import cache
from typing import Any

import structlog
from litestar.types import Message, Scope

from api.core.requests import request_number, route_of
from deliberation.i18n.catalogue import LANGUAGES
from deliberation.operations.metrics import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger()


async def note_status(message: Message, scope: Scope) -> None:
    """Before an answer is sent: keep its status for `note`."""
    if message["type"] == "http.response.start":
        scope["status"] = message["status"]  # type: ignore[typeddict-unknown-key]


def note(scope: Any, seconds: float) -> None:
    """Count an answered request, and log it if the settings say so.

    Neither holds an address of a network, a query, or a path, which may contain a token.
    """
    route, status = route_of(scope), scope.get("status", 500)
    requests, histogram = _counters(route, "ok" if status < 400 else str(status))
    requests.inc()
    histogram.observe(seconds)
    if scope["app"].state.app.settings.access_log:
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            number=request_number(scope),
        )


def family(route: str) -> str:
    """The first word of a route after the language.

    A receipt counts as a consultation: each voter reads theirs as soon as they have voted.
    """
    words = route.strip("/").split("/")
    if words[0] in LANGUAGES:
        words = words[1:] or [""]
    if words[0] == "recu":
        return "c"
    return "page" if words[0].startswith("{") else words[0] or "home"


@cache
def _counters(route: str, status: str) -> Any:
    name = family(route)
    return REQUESTS.labels(name, status), REQUEST_SECONDS.labels(name)
