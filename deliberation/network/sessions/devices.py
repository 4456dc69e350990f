"""Browsers that a mailbox is known in: a stranger cannot use up the codes of whoever holds one.

A device's token holds the mailbox and an end, locked by the site: it is a cookie after signing in,
and a link in the mail that lets an owner in. It opens no account; it only lets one ask for a code.
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
    """A token by which a browser is known to the mailbox of an address."""
    plain = msgspec.json.encode((mailbox_of(email), until))
    return base64.urlsafe_b64encode(seal(app.secret, "devices", b"", plain)).decode()


def mailbox_in(app: AppContext, token: str, now: datetime) -> str | None:
    """The mailbox that a token is known to; None when it is over, or not ours.

    Only its one spelling counts: decoding skips foreign signs, and limits count by the token.
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
