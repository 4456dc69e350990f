"""Pages of refusals and failures."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import structlog
from litestar import Response

from api.core.problems import forgets_frames, problem, refusal_of
from api.core.refusals import refusal
from api.core.requests import AnyRequest, request_number, route_of
from deliberation.core.errors import (
    Busy,
    ConfirmationNeeded,
    Invalid,
    NameNeeded,
    PasskeyNeeded,
    Refusal,
    SignInNeeded,
)
from web.shell.forms import KEPT
from web.shell.paths import local_path
from web.shell.render import page_language, page_path, render, see_page

log = structlog.get_logger()

# Refusals that redirect to a page where people can resolve them: sign in, or give a name.
ASKED_FIRST: dict[type[Exception], str] = {
    SignInNeeded: "/identite",
    NameNeeded: "/compte/nom",
    ConfirmationNeeded: "/identite/confirmer",
    PasskeyNeeded: "/compte/securite",
}


@forgets_frames
def error_page(request: AnyRequest, error: Exception) -> Response[Any]:
    """The answer to an error: a page, or problem+json under /api."""
    if request.scope["path"].startswith("/api/"):
        return problem(request, error)
    lang = page_language(request)
    status, code, values = refusal_of(error)
    first = ASKED_FIRST.get(type(error))
    if isinstance(error, Invalid) and "cursor" in error.errors and request.method == "GET":
        return see_page(lang, _first_page(request))
    kept: str = request.scope.get("kept_form", "")  # type: ignore[assignment]
    if first and (kept or request.method == "GET"):
        back = quote(kept or page_path(request), safe="/")
        return see_page(lang, f"{first}?suite={back}")
    busy = isinstance(error, Busy)
    if failed := status >= 500 and not busy:
        number, route = request_number(request.scope), route_of(request.scope)
        log.error("page-failed", route=route, number=number, exc_info=error)
    response = render(
        request,
        "shell/refused.html",
        authority=request.scope.get("authority"),  # type: ignore[arg-type]
        status=status,
        shared=request.method == "GET" and (busy or status in (404, 410)),
        refused=status,
        number=request_number(request.scope) if failed else "",
        message=refusal(lang, code, values),
        busy=busy,
        again=_sent(request) if busy else [],
        typed=_typed(request) if isinstance(error, Refusal) else {},
        back=page_path(request) if busy and request.method == "GET" else _page_before(request),
        first=first,
    )
    if "retry_after" in values:
        response.headers["retry-after"] = str(values["retry_after"])
    return response


def _first_page(request: AnyRequest) -> str:
    """The list of an address whose cursor is none, from its beginning, with the same filters."""
    path = page_path(request).partition("?")[0]
    query = {name: value for name, value in request.query_params.items() if name != "suite"}
    return path + "?" + urlencode(query) if query else path


def _page_before(request: AnyRequest) -> str:
    """The page of this site whose form was refused, to come back to after signing in."""
    origin = f"//{request.headers.get('host')}/"
    _, found, rest = request.headers.get("referer", "").partition(origin)
    return local_path("/" + rest.partition("?")[0].partition("#")[0]) if found else "/"


def _sent(request: AnyRequest) -> list[tuple[str, str]]:
    """The fields of a form, to be sent again as it is; none of a form with files."""
    form: Any = request.scope.get("typed_form")
    fields = [*form.multi_items()] if form else []
    return fields if all(isinstance(value, str) for _, value in fields) else []


def _typed(request: AnyRequest) -> dict[str, str]:
    """Longer texts of a refused form, so that nothing a person wrote is lost."""
    form: Mapping[str, Any] = request.scope.get("typed_form") or {}  # type: ignore[assignment]
    return {
        name: value
        for name, value in form.items()
        if name != KEPT and isinstance(value, str) and len(value) > 20
    }
