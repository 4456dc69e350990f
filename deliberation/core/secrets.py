"""Text locked with a secret, a browser's cookie or the site's own: nobody else can read it."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def lock(secret: bytes, purpose: str, place: bytes, plain: bytes) -> bytes:
    """`plain` encrypted for the secret's holder; it opens for this purpose and place only."""
    nonce = os.urandom(12)
    return nonce + _cipher(secret, purpose).encrypt(nonce, plain, place)


def unlock(secret: bytes, purpose: str, place: bytes, locked: bytes) -> bytes | None:
    """What was locked; None when this secret, purpose or place does not open it."""
    try:
        return _cipher(secret, purpose).decrypt(locked[:12], locked[12:], place)
    except (InvalidTag, ValueError):  # another's, or too short to be one
        return None


def _cipher(secret: bytes, purpose: str) -> ChaCha20Poly1305:
    key = HKDF(SHA256(), 32, None, f"beffroi/1/{purpose}".encode()).derive(secret)
    return ChaCha20Poly1305(key)
