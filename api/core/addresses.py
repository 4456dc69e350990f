"""Refuse paths that no stored value can match."""

from litestar.handlers import BaseRouteHandler

from api.core.requests import AnyConnection
from deliberation.core.errors import NotFound

MAX_NUMBER = 2**31 - 1  # of PostgreSQL's integer, which our numbers are


async def require_meaning(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Guard of all routes. Raises `NotFound` for a NUL character or an integer beyond 4 bytes.

    PostgreSQL stores neither. `read_draft` checks forms and JSON in the same way.
    """
    if "\x00" in connection.scope["path"] or b"%00" in connection.scope["query_string"]:
        raise NotFound
    if any(
        isinstance(value, int) and abs(value) > MAX_NUMBER
        for value in connection.path_params.values()
    ):
        raise NotFound
