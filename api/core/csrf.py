"""CSRF: every state-changing request carries the token of the page that sent it.

The token is HMAC(secret, cookie and address): it needs no storage and is valid for one form only,
so that two steps of a vote share no token. A random mask for each response protects it from
attacks on compression (BREACH). Requests with `Authorization: Bearer` need none: no browser sends
that by itself.
"""

import base64
import binascii
import hmac
import secrets

from litestar import Request
from litestar.handlers import BaseRouteHandler

from api.core import cookies
from api.core.bodies import SAFE, takes_forms
from api.core.identity import bearer_of
from api.core.requests import AnyConnection, AnyRequest
from deliberation.core.context import AppContext
from deliberation.core.errors import NotAllowed
from deliberation.core.ids import new_token
from deliberation.core.secrets import keyed

# A route's `opt`: a token in its address authorises it, so a mail program may send it.
IN_ADDRESS = "authorised_by_its_address"
# A route's `opt`: it changes nothing, so it needs no token.
CHANGES_NOTHING = "changes_nothing"

FIELD = "_csrf"
HEADER = "x-csrf-token"
ANYWHERE = ""  # the address of a token that a program asks for: it serves all of them


def token_for(app: AppContext, cookie: str, address: str = ANYWHERE) -> str:
    """The token for a cookie and a form's address, under a new mask each time."""
    mask = secrets.token_bytes(32)
    return base64.urlsafe_b64encode(mask + _xor(mask, _true(app, cookie, address))).decode()


def form_token(request: AnyRequest, address: str = ANYWHERE) -> tuple[str, str | None]:
    """The token to print in a form, and the `browser` cookie to set when none binds it yet."""
    app = cookies.app_of(request)
    bound = cookies.read(request, "session") or cookies.read(request, "browser")
    if bound:
        return token_for(app, bound, address), None
    fresh: str = request.scope.setdefault("fresh_browser", new_token())  # type: ignore[typeddict-item]
    return token_for(app, fresh, address), fresh


async def require_consent(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Guard of all routes. Raises `NotAllowed`: `foreign-origin` or `form-expired`."""
    if connection.scope.get("method") in SAFE or bearer_of(connection):
        return
    if handler.opt.get(IN_ADDRESS) or handler.opt.get(CHANGES_NOTHING):
        return
    site = connection.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none") or (site is None and _is_foreign(connection)):
        raise NotAllowed("foreign-origin")
    app = cookies.app_of(connection)
    sent = connection.headers.get(HEADER, "")
    if not sent and takes_forms(connection):
        form = await Request(connection.scope).form()  # whose body has been read
        connection.scope["typed_form"] = form  # type: ignore[typeddict-unknown-key]
        sent = str(form.get(FIELD, ""))
    names: tuple[cookies.Name, ...] = ("session", "browser")
    held = [cookie for name in names if (cookie := cookies.read(connection, name))]
    if not _consents(app, held, connection.scope["path"], sent):
        raise NotAllowed("form-expired")


def _is_foreign(connection: AnyConnection) -> bool:
    """Whether the Origin header names another site; for browsers without `Sec-Fetch-Site`."""
    origin = connection.headers.get("origin")
    own = cookies.app_of(connection).settings.origin.rstrip("/")
    asked = connection.headers.get("host", "")  # a test or a tunnel may reach it by another name
    return origin not in (None, own, f"http://{asked}", f"https://{asked}")


def _consents(app: AppContext, held: list[str], path: str, sent: str) -> bool:
    try:
        raw = base64.urlsafe_b64decode(sent[:100])
    except (binascii.Error, ValueError):
        return False
    token = _xor(raw[:32], raw[32:])
    return any(
        hmac.compare_digest(token, _true(app, cookie, address))
        for cookie in held
        for address in (path, ANYWHERE)
    )


def _true(app: AppContext, cookie: str, address: str) -> bytes:
    """The token without its mask. Query and fragment of the form's address are left out."""
    return keyed(app.secret, "csrf", cookie, address.partition("?")[0].partition("#")[0])


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=False))
