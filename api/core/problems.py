"""Refusals as HTTP: one table of statuses, and the problem+json of RFC 9457 for programs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException

from api.core.identity import language_of
from api.core.refusals import refusal
from api.core.requests import AnyRequest, request_number, route_of
from deliberation.core import errors
from deliberation.core.database_errors import is_unavailable, is_unstorable
from voting.ballots.checks import InvalidBallots

log = structlog.get_logger()

STATUS: dict[type[Exception], int] = {
    errors.SignInNeeded: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Invalid: 422,
    InvalidBallots: 422,
    errors.TooMany: 429,
    errors.Busy: 503,
}

# Status of Litestar's own errors -> code.
CODES = {400: "bad-request", 404: "not-found", 405: "bad-method", 408: "too-slow", 413: "too-large"}

RETRY_AFTER = 30  # seconds; a killed database has restarted by then


class FieldProblem(msgspec.Struct, frozen=True):
    """An invalid field: JSON pointer, code, message."""

    pointer: str
    code: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal, as RFC 9457 has it. `code` is stable; `title` is in the reader's language."""

    type: str
    title: str
    status: int
    code: str
    instance: str
    errors: list[FieldProblem] = []
    request: str | msgspec.UnsetType = msgspec.UNSET  # its number in the log, of a failure


def refusal_of(error: Exception) -> tuple[int, str, dict[str, Any]]:
    """(status, code, values) of an error; unforeseen ones are 500.

    503: the database was unavailable; whether it had committed is unknown.
    """
    for kind, status in STATUS.items():
        if isinstance(error, kind) and isinstance(error, errors.Refusal):
            return status, error.code, error.values
        if isinstance(error, kind):
            return status, "invalid-ballots", {}
    if isinstance(error, HTTPException):
        code = CODES.get(error.status_code, "bad-request" if error.status_code < 500 else "failure")
        return error.status_code, code, {}
    if is_unavailable(error):
        return 503, "unavailable", {"retry_after": RETRY_AFTER}
    if is_unstorable(error):
        return 422, "invalid", {}
    return 500, "failure", {}


Answer: TypeAlias = Callable[[AnyRequest, Exception], Response[Any]]


def forgets_frames(answer: Answer) -> Answer:
    """An exception handler that drops the error's traceback, and those of its causes, at the end.

    Their frames refer to the request, and Litestar's to the error. Reference counting never frees
    such a cycle: what a refused voter sent would stay until a full garbage collection.
    """

    @wraps(answer)
    def answered(request: AnyRequest, error: Exception) -> Response[Any]:
        response = answer(request, error)
        cause: BaseException | None = error
        while cause is not None:
            cause.__traceback__, cause = None, cause.__context__
        return response

    return answered


@forgets_frames
def problem(request: AnyRequest, error: Exception) -> Response[Problem]:
    """The answer of the API to an error."""
    status, code, values = refusal_of(error)
    if failed := status >= 500 and not isinstance(error, errors.Busy):
        number = request_number(request.scope)
        route = route_of(request.scope)
        log.error("request-failed", route=route, number=number, exc_info=error)
    lang = language_of(request)
    body = Problem(
        type=f"urn:beffroi:problem:{code}",
        title=refusal(lang, code, values),
        status=status,
        code=code,
        instance=request.scope["path"],
        errors=_fields(lang, error),
        request=request_number(request.scope) if failed else msgspec.UNSET,
    )
    headers = {"content-language": lang}
    if "retry_after" in values:
        headers["retry-after"] = str(values["retry_after"])
    return Response(
        body, status_code=status, media_type="application/problem+json", headers=headers
    )


def messages(lang: str, error: errors.Invalid) -> dict[str, str]:
    """Field -> sentence, for a form."""
    return {field: refusal(lang, code, values) for field, (code, values) in error.errors.items()}


def _fields(lang: str, error: Exception) -> list[FieldProblem]:
    if isinstance(error, errors.Invalid):
        return [
            FieldProblem("/" + field.replace(".", "/"), code, refusal(lang, code, values))
            for field, (code, values) in error.errors.items()
        ]
    return []
