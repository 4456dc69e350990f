"""Cache-Control of responses: `no-store` or `no-cache`, unless a handler sets it."""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from deliberation.core.context import RequestContext


async def keep_nothing(message: Message, scope: Scope) -> None:
    """Set Cache-Control on a response that has none.

    A response to a signed-in person, or one that sets a cookie, is stored nowhere, not even by the
    browser of a shared computer; any other is revalidated each time.
    """
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    ctx: RequestContext | None = scope.get("ctx")  # type: ignore[assignment]
    private = "set-cookie" in headers or (ctx is not None and ctx.viewer is not None)
    headers.setdefault("cache-control", "no-store" if private else "private, no-cache")
