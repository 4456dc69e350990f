"""Text locked with a key made from a browser's cookie: the database alone cannot read it."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def lock(cookie: str, purpose: str, place: bytes, plain: bytes) -> bytes:
    """`plain` encrypted for the cookie's holder; it opens for this purpose and place only."""
    nonce = os.urandom(12)
    return nonce + _cipher(cookie, purpose).encrypt(nonce, plain, place)


def unlock(cookie: str, purpose: str, place: bytes, locked: bytes) -> bytes | None:
    """What was locked; None when this cookie, purpose or place does not open it."""
    try:
        return _cipher(cookie, purpose).decrypt(locked[:12], locked[12:], place)
    except InvalidTag:
        return None


def _cipher(cookie: str, purpose: str) -> ChaCha20Poly1305:
    key = HKDF(SHA256(), 32, None, f"beffroi/1/{purpose}".encode()).derive(cookie.encode())
    return ChaCha20Poly1305(key)
