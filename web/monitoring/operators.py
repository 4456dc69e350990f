"""What only operators may ask: from this machine, or with their token."""

import hmac

from api.core.cookies import app_of
from api.core.identity import bearer_of
from api.core.requests import AnyConnection
from deliberation.core.errors import NotFound

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def permit_operator(connection: AnyConnection) -> None:
    """Raise `NotFound` for who is neither on this machine nor has `BEFFROI_METRICS_TOKEN`."""
    token = app_of(connection).settings.metrics_token
    if token and hmac.compare_digest((bearer_of(connection) or "").encode(), token.encode()):
        return
    if not _on_this_machine(connection):
        raise NotFound


def _on_this_machine(connection: AnyConnection) -> bool:
    """Whether a request comes from the loopback, and not through a proxy that runs there."""
    host = connection.headers.get("host", "").rpartition(":")[0] or connection.headers.get("host")
    return (
        connection.client is not None
        and connection.client.host in ("127.0.0.1", "::1")
        and host in ("localhost", "127.0.0.1", "[::1]")
        and not any(name in connection.headers for name in FORWARDED)
    )
