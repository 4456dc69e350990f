"""The cookies of the site: their names, lifetimes and attributes.

`session`: a signed-in person. `browser`: what was begun without one: a ballot, a form, a code to be
typed. `device`: kept after signing out; it proves that an address is known in this browser
(`sessions.devices`).
`pending_login` and `identity`: a vote by verified identity (`api.oidc.identity_cookies`).

Under https their names begin with `__Host-`, which binds them to this host and to TLS; on
http://localhost they are plain. All are strictly necessary, so no consent is asked.
"""

from typing import Literal

from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.types import Message, Scope

from api.core.requests import AnyConnection, AnyRequest
from deliberation.core.context import AppContext
from deliberation.core.ids import new_token
from deliberation.network.sessions.commands import SESSION_LASTS
from deliberation.network.sessions.devices import DEVICE_LASTS

Name = Literal["session", "browser", "device", "pending_login", "identity"]
LASTS: dict[Name, int] = {
    "session": int(SESSION_LASTS.total_seconds()),
    "browser": 7 * 24 * 3600,
    "device": int(DEVICE_LASTS.total_seconds()),
    "pending_login": 10 * 60,
    "identity": 15 * 60,
}


def read(connection: AnyConnection, name: Name) -> str | None:
    """The value of a cookie of this site; None without one."""
    return connection.cookies.get(full_name(app_of(connection), name)) or None


def any_held(connection: AnyConnection) -> bool:
    """Whether the request carries a cookie of this site."""
    app = app_of(connection)
    return any(full_name(app, name) in connection.cookies for name in LASTS)


def browser_of(request: AnyRequest) -> str:
    """The `browser` cookie; without one, a new one, which the answer sets (`set_browser`)."""
    if held := read(request, "browser"):
        return held
    new: str = request.scope.setdefault("new_browser", new_token())  # type: ignore[typeddict-item]
    return new


async def set_browser(message: Message, scope: Scope) -> None:
    """Set the `browser` cookie that a request was given, on whatever answers it."""
    if message["type"] == "http.response.start" and (new := scope.get("new_browser")):
        cookie = issue(scope["app"].state.app, "browser", str(new))
        MutableScopeHeaders.from_message(message).add("set-cookie", cookie.to_header(header=""))


def issue(app: AppContext, name: Name, value: str) -> Cookie:
    """A cookie to set: HttpOnly, this host only, never sent from another site's forms."""
    return Cookie(
        key=full_name(app, name),
        value=value,
        path="/",
        max_age=LASTS[name] if value else 0,
        secure=app.settings.secure,
        httponly=True,
        samesite="lax",
    )


def full_name(app: AppContext, name: Name) -> str:
    """The name of a cookie in the browser."""
    return f"__Host-{name}" if app.settings.secure else name


def app_of(connection: AnyConnection) -> AppContext:
    """The process's application context, kept in the application's state."""
    app: AppContext = connection.app.state.app
    return app


# The first match counts: most browsers also name their ancestors.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def called(connection: AnyConnection) -> str:
    """Browser and system, as `Firefox, Android`; empty for unknown ones."""
    said = connection.headers.get("user-agent", "")[:400]
    found = (
        next((name for mark, name in table if mark in said), "") for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found))
