"""Build the context of a request: session token, language, network."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

import structlog

from api.core import cookies
from api.core.requests import AnyConnection
from deliberation.core.context import AppContext
from deliberation.core.secrets import keyed
from deliberation.i18n.catalogue import LANGUAGES, SOURCE

log = structlog.get_logger()


def token_of(connection: AnyConnection) -> str | None:
    """A session's token: a program's `Authorization: Bearer`, or a browser's cookie."""
    return bearer_of(connection) or cookies.read(connection, "session")


def bearer_of(connection: AnyConnection) -> str | None:
    """The token of `Authorization: Bearer`, which no browser sends unasked."""
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() or None if kind.lower() == "bearer" else None


def language_of(connection: AnyConnection) -> str:
    """The language of the address (`/fr`); else the reader's Accept-Language, else French."""
    if first := address_language(connection.scope["path"]):
        return first
    wishes = []
    for item in connection.headers.get("accept-language", "").split(",")[:20]:
        tag, _, quality = item.strip().partition(";q=")
        try:
            wishes.append((-float(quality or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    wishes.sort(key=lambda wish: wish[0])
    return next((tag for _, tag in wishes if tag in LANGUAGES), SOURCE)


def address_language(path: str) -> str | None:
    """The language a path begins with; a request's target may be no path at all (`*`)."""
    first = path[1:].partition("/")[0]
    return first if first in LANGUAGES else None


def networks_of(connection: AnyConnection, app: AppContext) -> tuple[str, str]:
    """Keyed hashes of the client's network and of a wider one, for rate limits.

    Of X-Forwarded-For, only the last entries are used, as many as there are trusted proxies.
    """
    scope: Any = connection.scope
    if found := scope.get("networks"):  # asked for twice by a request that writes
        return found  # type: ignore[no-any-return]
    address = connection.client.host if connection.client else ""
    _tell_of_a_proxy(connection, app, address)
    if trusted := app.settings.trusted_proxies:
        chain = [part.strip() for part in connection.headers.get("x-forwarded-for", "").split(",")]
        chain = [part for part in chain if part]
        if chain:
            address = chain[-trusted] if len(chain) >= trusted else chain[0]
    near, wider = networks(address)
    scope["networks"] = _hashed(app, near), _hashed(app, wider) if wider else ""
    return scope["networks"]  # type: ignore[no-any-return]


def networks(address: str) -> tuple[str, str]:
    """The network that an address counts as, and the wider one of IPv6: its /64 and its /48.

    A port, brackets and a zone are left out; IPv4 in IPv6 is IPv4, which counts by address.
    """
    bare = address.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        parsed = ip_address(bare.partition("%")[0])
    except ValueError:  # not an address: a socket's name, or what a faulty proxy wrote
        return bare, ""
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            near, wider = (ip_network((parsed, length), strict=False) for length in (64, 48))
            return str(near), str(wider)
        parsed = parsed.ipv4_mapped
    return str(parsed), ""


def _hashed(app: AppContext, network: str) -> str:
    return keyed(app.secret, "network", network).hex()[:24]


def _tell_of_a_proxy(connection: AnyConnection, app: AppContext, address: str) -> None:
    """Log once a process that a local proxy hides its visitors, so that they count as one."""
    hidden = app.settings.trusted_proxies is None and address in ("127.0.0.1", "::1")
    if hidden and "x-forwarded-for" in connection.headers and not _LOGGED:
        _LOGGED.append(True)
        log.warning("visitors-count-as-one", set="BEFFROI_TRUSTED_PROXIES")


_LOGGED: list[bool] = []
