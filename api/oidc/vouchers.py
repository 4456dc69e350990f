"""What a browser keeps of its voter's identity: locked by the site, of no use in another browser.

Two short-lived cookies: `errand`, while somebody is at the provider's; `voucher`, that they came
back as an elector of one consultation. Neither holds a name, and the database holds neither.
"""

import base64
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from api.oidc.authorization import Asked
from deliberation.core.context import AppContext
from deliberation.core.ids import fingerprint
from deliberation.core.secrets import lock, unlock

ERRAND_LASTS = timedelta(minutes=10)
VOUCHER_LASTS = timedelta(minutes=15)


class Errand(msgspec.Struct, frozen=True):
    """Somebody who is at the provider's, to vote in a poll; until when they may come back."""

    until: datetime
    lang: str
    consultation: UUID
    slug: str
    number: int
    asked: Asked


class Farewell(msgspec.Struct, frozen=True):
    """Somebody whom the provider is about to forget, and the page of ours where they go on."""

    until: datetime
    state: str
    then: str


def locked_errand(app: AppContext, browser: str, errand: Errand | Farewell) -> str:
    """The cookie of somebody sent to the provider's, for the browser that holds `browser`."""
    kind = type(errand).__name__.lower()
    return _locked(app, kind, browser, msgspec.json.encode(errand))


def errand_in(app: AppContext, browser: str, value: str, now: datetime) -> Errand | None:
    """The errand of a cookie; None when it is over, another browser's, or not ours."""
    plain = _unlocked(app, "errand", browser, value)
    errand = msgspec.json.decode(plain, type=Errand) if plain else None
    return errand if errand and now < errand.until else None


def farewell_in(app: AppContext, browser: str, value: str, now: datetime) -> Farewell | None:
    """The farewell of a cookie, as `errand_in`."""
    plain = _unlocked(app, "farewell", browser, value)
    farewell = msgspec.json.decode(plain, type=Farewell) if plain else None
    return farewell if farewell and now < farewell.until else None


def locked_voucher(
    app: AppContext, browser: str, consultation: UUID, elector: UUID, now: datetime
) -> str:
    """The cookie of an elector: who, and until when, for one consultation and one browser."""
    until = int((now + VOUCHER_LASTS).timestamp())
    plain = until.to_bytes(8, "big") + elector.bytes
    return _locked(app, f"voucher:{consultation}", browser, plain)


def elector_in(
    app: AppContext, browser: str, consultation: UUID, value: str, now: datetime
) -> UUID | None:
    """The elector of a cookie, for one consultation; None as `errand_in`."""
    plain = _unlocked(app, f"voucher:{consultation}", browser, value)
    if plain is None or now.timestamp() >= int.from_bytes(plain[:8], "big"):
        return None
    return UUID(bytes=plain[8:])


def _locked(app: AppContext, purpose: str, browser: str, plain: bytes) -> str:
    locked = lock(app.secret, "vouchers", _bound(purpose, browser), plain)
    return base64.urlsafe_b64encode(locked).decode()


def _unlocked(app: AppContext, purpose: str, browser: str, value: str) -> bytes | None:
    try:
        locked = base64.urlsafe_b64decode(value.encode())
    except ValueError:
        return None
    return unlock(app.secret, "vouchers", _bound(purpose, browser), locked)


def _bound(purpose: str, browser: str) -> bytes:
    return f"{purpose}:".encode() + fingerprint(browser)
