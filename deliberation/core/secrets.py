"""Keyed hashes, derived keys and authenticated encryption: the only recipes of this program.

Values that are stored or published rest on them: a recipe that changes would lose tokens, voting
codes, voter pseudonyms and boards (tests/deliberation/core/test_secrets.py pins them).
"""

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def keyed(secret: bytes, purpose: str, *values: str | bytes | UUID) -> bytes:
    """HMAC-SHA256 of a purpose and its values, joined by colons; 32 bytes."""
    parts = (value if isinstance(value, bytes) else str(value).encode() for value in values)
    return hmac.digest(secret, b":".join((purpose.encode(), *parts)), hashlib.sha256)


def derived_key(secret: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from a secret (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), 32, None, f"beffroi/1/{purpose}".encode()).derive(secret)


def seal(secret: bytes, purpose: str, context: bytes, plain: bytes) -> bytes:
    """Encrypt with ChaCha20-Poly1305 (RFC 8439); a random nonce of 12 bytes comes first.

    Only the same secret, purpose and context (associated data) open it.
    """
    nonce = os.urandom(12)
    return nonce + _cipher(secret, purpose).encrypt(nonce, plain, context)


def open_sealed(secret: bytes, purpose: str, context: bytes, sealed: bytes) -> bytes | None:
    """The plain text of `seal`; None when secret, purpose or context are others."""
    try:
        return _cipher(secret, purpose).decrypt(sealed[:12], sealed[12:], context)
    except (InvalidTag, ValueError):  # ValueError: shorter than a nonce and a tag
        return None


def _cipher(secret: bytes, purpose: str) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(derived_key(secret, purpose))
