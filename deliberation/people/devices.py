"""Browsers that a mailbox is known in: a stranger cannot use up the codes of whoever holds one.

A device's token holds the mailbox and an end, locked by the site: it is a cookie after signing in,
and a link in the mail that lets an owner in. It opens no account; it only lets one ask for a code.
"""

import base64
import hashlib
import hmac
import os
from datetime import datetime, timedelta

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from deliberation.kit.act import House
from deliberation.kit.addresses import mailbox_of

DEVICE_LASTS = timedelta(days=365)
LINK_LASTS = timedelta(days=2)
LONGEST = 1000  # characters of a token


def device_token(house: House, email: str, until: datetime) -> str:
    """A token by which a browser is known to the mailbox of an address."""
    nonce = os.urandom(12)
    plain = msgspec.json.encode((mailbox_of(email), until))
    return base64.urlsafe_b64encode(nonce + _lock(house).encrypt(nonce, plain, None)).decode()


def mailbox_in(house: House, token: str, now: datetime) -> str | None:
    """The mailbox that a token is known to; None when it is over, or not ours.

    Only its one spelling counts: decoding skips foreign signs, and limits count by the token.
    """
    if len(token) > LONGEST:
        return None
    try:
        locked = base64.urlsafe_b64decode(token.encode())
        if base64.urlsafe_b64encode(locked).decode() != token:
            return None
        plain = _lock(house).decrypt(locked[:12], locked[12:], None)
    except (InvalidTag, ValueError):
        return None
    mailbox, until = msgspec.json.decode(plain, type=tuple[str, datetime])
    return mailbox if now < until else None


def _lock(house: House) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hmac.digest(house.secret, b"devices", hashlib.sha256))
