"""Identifiers: increasing for rows, short and unambiguous for people, random for secrets."""

import hashlib
import secrets
from itertools import count
from uuid import UUID

# No 0/O, 1/I/L: read over the phone and typed from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_COUNTER = count(secrets.randbits(48))


def new_id() -> UUID:
    """A version 8 UUID (RFC 9562, section 5.8): a 48-bit counter, then 74 random bits.

    Rows of one process are neighbours in an index, as with version 7, and no clock is read. The
    counter starts at random in each process.
    """
    value = (next(_COUNTER) % 2**48) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x8 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def new_token() -> str:
    """256 random bits, safe in a cookie."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> bytes:
    """SHA-256 of a token, as the database stores it; 32 bytes."""
    return hashlib.sha256(token.encode()).digest()


def new_reference() -> str:
    """A reference of 40 bits that a person can copy by hand, as `7K4M-2QXP`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"
