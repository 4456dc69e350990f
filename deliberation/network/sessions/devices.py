"""Known devices: browsers in which a mailbox has signed in. They have code requests of their own.

The token contains the mailbox and an expiry, encrypted by the site. It is a cookie after signing
in, or a link in a mail to the owner. It only permits to ask for a code; it opens no account.
"""

import base64
from datetime import datetime, timedelta

import msgspec

from deliberation.core.context import AppContext
from deliberation.core.email_addresses import mailbox_of
from deliberation.core.secrets import open_sealed, seal

DEVICE_LASTS = timedelta(days=365)
LINK_LASTS = timedelta(days=2)
MAX_TOKEN_LENGTH = 1000  # characters of a token


def device_token(app: AppContext, email: str, until: datetime) -> str:
    """The token that makes a browser known for the mailbox of an address."""
    plain = msgspec.json.encode((mailbox_of(email), until))
    return base64.urlsafe_b64encode(seal(app.secret, "devices", b"", plain)).decode()


def mailbox_in(app: AppContext, token: str, now: datetime) -> str | None:
    """The mailbox of a token; None when it is expired or not from this site.

    Only the canonical encoding is accepted: decoding skips foreign characters, and rate limits are
    counted by token.
    """
    if len(token) > MAX_TOKEN_LENGTH:
        return None
    try:
        locked = base64.urlsafe_b64decode(token.encode())
    except ValueError:
        return None
    if base64.urlsafe_b64encode(locked).decode() != token:
        return None
    if (plain := open_sealed(app.secret, "devices", b"", locked)) is None:
        return None
    mailbox, until = msgspec.json.decode(plain, type=tuple[str, datetime])
    return mailbox if now < until else None
