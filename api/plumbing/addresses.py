"""Which addresses can mean anything at all."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from deliberation.kit.errors import NotFound


async def require_text(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Guard of all routes. Raises `NotFound` for an address that holds a NUL character.

    PostgreSQL's texts hold none, so nothing can bear such a name; forms and JSON lose theirs in
    `read_draft`.
    """
    if "\x00" in connection.scope["path"] or b"%00" in connection.scope["query_string"]:
        raise NotFound
