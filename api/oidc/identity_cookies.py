"""Cookies of a vote by verified identity, encrypted by the site and bound to one browser.

`pending_login`: a login (then a logout) in progress at the identity provider. `identity`: the
provider has verified that this browser's voter is an elector of one consultation. Neither holds a
name, and nothing of them is stored.
"""

import base64
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec

from api.oidc.authorization import AuthorizationRequest
from deliberation.core.context import AppContext
from deliberation.core.ids import fingerprint
from deliberation.core.secrets import open_sealed, seal

PENDING_LASTS = timedelta(minutes=10)
IDENTITY_LASTS = timedelta(minutes=15)


class PendingLogin(msgspec.Struct, frozen=True):
    """A voter is at the provider, to vote in a poll; `until`: when they must be back."""

    until: datetime
    lang: str
    consultation: UUID
    slug: str
    number: int
    request: AuthorizationRequest


class PendingLogout(msgspec.Struct, frozen=True):
    """A logout in progress at the provider, and where to return."""

    until: datetime
    state: str
    then: str


_Pending = TypeVar("_Pending", PendingLogin, PendingLogout)


def pending_cookie(app: AppContext, browser: str, pending: PendingLogin | PendingLogout) -> str:
    """The `pending_login` cookie, for the browser that is known by `browser`."""
    return _sealed(app, type(pending).__name__, browser, msgspec.json.encode(pending))


def pending_login(app: AppContext, browser: str, value: str, now: datetime) -> PendingLogin | None:
    """The login of a cookie; None when it is expired, another browser's, or not from this site."""
    return _pending(app, PendingLogin, browser, value, now)


def pending_logout(
    app: AppContext, browser: str, value: str, now: datetime
) -> PendingLogout | None:
    """The logout of a cookie; None as `pending_login`."""
    return _pending(app, PendingLogout, browser, value, now)


def identity_cookie(
    app: AppContext, browser: str, consultation: UUID, elector: UUID, now: datetime
) -> str:
    """The `identity` cookie: an elector of one consultation, for one browser, until a moment."""
    until = int((now + IDENTITY_LASTS).timestamp())
    plain = until.to_bytes(8, "big") + elector.bytes
    return _sealed(app, f"identity:{consultation}", browser, plain)


def elector_in(
    app: AppContext, browser: str, consultation: UUID, value: str, now: datetime
) -> UUID | None:
    """The elector of an `identity` cookie, for one consultation; None as `pending_login`."""
    plain = _opened(app, f"identity:{consultation}", browser, value)
    if plain is None or now.timestamp() >= int.from_bytes(plain[:8], "big"):
        return None
    return UUID(bytes=plain[8:])


def _pending(
    app: AppContext, kind: type[_Pending], browser: str, value: str, now: datetime
) -> _Pending | None:
    plain = _opened(app, kind.__name__, browser, value)
    pending = msgspec.json.decode(plain, type=kind) if plain else None
    return pending if pending and now < pending.until else None


def _sealed(app: AppContext, purpose: str, browser: str, plain: bytes) -> str:
    sealed = seal(app.secret, "identity-cookies", _context(purpose, browser), plain)
    return base64.urlsafe_b64encode(sealed).decode()


def _opened(app: AppContext, purpose: str, browser: str, value: str) -> bytes | None:
    try:
        sealed = base64.urlsafe_b64decode(value.encode())
    except ValueError:
        return None
    return open_sealed(app.secret, "identity-cookies", _context(purpose, browser), sealed)


def _context(purpose: str, browser: str) -> bytes:
    return f"{purpose}:".encode() + fingerprint(browser)
