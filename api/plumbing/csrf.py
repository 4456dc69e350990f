"""Nothing changes without the page's consent: each changing request carries a token of its own.

The token is HMAC(secret, cookie), so it needs no storage and no cookie on pages without a form. A
program that sends `Authorization: Bearer` needs none, since no browser does so by itself.
"""

import hashlib
import hmac
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.plumbing import cookies
from api.plumbing.identity import bearer_of
from deliberation.kit.act import House
from deliberation.kit.errors import NotAllowed
from deliberation.kit.ids import new_token

# A route's `opt`: what its address holds authorises it by itself, so a mail program may send it.
IN_ADDRESS = "authorised_by_its_address"

FIELD = "_csrf"
HEADER = "x-csrf-token"
SAFE = {"GET", "HEAD", "OPTIONS"}


def token_for(house: House, cookie: str) -> str:
    """The form token that goes with a cookie."""
    return hmac.new(house.secret, f"csrf:{cookie}".encode(), hashlib.sha256).hexdigest()


def form_token(request: Request[Any, Any, Any]) -> tuple[str, str | None]:
    """The token to print in a form, and the `browser` cookie to set when none binds it yet."""
    house = cookies.house_of(request)
    bound = cookies.read(request, "session") or cookies.read(request, "browser")
    if bound:
        return token_for(house, bound), None
    fresh: str = request.scope.setdefault("fresh_browser", new_token())  # type: ignore[typeddict-item]
    return token_for(house, fresh), fresh


async def require_consent(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Guard of all routes. Raises `NotAllowed`: `foreign-origin` or `form-expired`."""
    if connection.scope.get("method") in SAFE or bearer_of(connection):
        return
    if handler.opt.get(IN_ADDRESS):
        return
    site = connection.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        raise NotAllowed("foreign-origin")
    house = cookies.house_of(connection)
    sent = connection.headers.get(HEADER, "")
    if not sent and "form" in connection.headers.get("content-type", ""):
        request: Request[Any, Any, Any] = Request(
            connection.scope, receive=connection.receive, send=connection.send
        )
        form = await request.form()
        connection.scope["typed_form"] = form  # type: ignore[typeddict-unknown-key]
        sent = str(form.get(FIELD, ""))
    names: tuple[cookies.Name, ...] = ("session", "browser")
    for name in names:
        cookie = cookies.read(connection, name)
        if cookie and hmac.compare_digest(sent.encode(), token_for(house, cookie).encode()):
            return
    raise NotAllowed("form-expired")
