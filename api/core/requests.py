"""Type aliases of requests and connections, without Litestar's type parameters; their numbers."""

import secrets
from typing import Any, TypeAlias

from litestar import Request
from litestar.connection import ASGIConnection

AnyRequest: TypeAlias = Request[Any, Any, Any]
AnyConnection: TypeAlias = ASGIConnection[Any, Any, Any, Any]


def request_number(scope: Any) -> str:
    """Number of a request, which its lines of the log and its error page share."""
    number: str = scope.setdefault("number", secrets.token_hex(4))
    return number


def route_of(scope: Any) -> str:
    """The route of a request as it is declared: its address may hold a token."""
    return scope.get("path_template") or "none"
