"""CSRF: a request that changes something comes from a page of this site, as its headers say.

No page of another site can set or remove these headers; the first one that is present decides:

| header | passes |
| --- | --- |
| `Sec-Fetch-Site`, of all browsers since 2023 | `same-origin`, or `none`: no page caused it |
| `Origin` | the site's own: scheme, host and port of `BEFFROI_ORIGIN` |
| `Referer` | an address of the site's own origin |
| none of them | without a cookie of ours: a program |

A safe method changes nothing. No browser sends `Authorization: Bearer` by itself.
"""

from litestar.datastructures import Headers
from litestar.handlers import BaseRouteHandler

from api.core import cookies
from api.core.identity import bearer_of
from api.core.requests import AnyConnection
from deliberation.core.errors import NotAllowed

SAFE = {"GET", "HEAD", "OPTIONS"}
# A route's `opt`: a token in its address authorises it, so a mail program may send it.
IN_ADDRESS = "authorised_by_its_address"
# A route's `opt`: it changes nothing, so anybody may send it.
CHANGES_NOTHING = "changes_nothing"


def require_own_page(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Raise `NotAllowed` unless a request comes from a page of this site, or changes nothing."""
    if connection.scope.get("method") in SAFE or bearer_of(connection):
        return
    if handler.opt.get(IN_ADDRESS) or handler.opt.get(CHANGES_NOTHING):
        return
    own = cookies.app_of(connection).settings.origin
    if not _is_ours(connection.headers, own, holds_cookie=cookies.any_held(connection)):
        raise NotAllowed("foreign-origin")


def _is_ours(headers: Headers, own: str, *, holds_cookie: bool) -> bool:
    own = own.rstrip("/")
    if (site := headers.get("sec-fetch-site")) is not None:
        return site in ("same-origin", "none")
    if (origin := headers.get("origin")) is not None:
        return origin == own
    if (referer := headers.get("referer")) is not None:
        return f"{referer}/".startswith(f"{own}/")
    return not holds_cookie
