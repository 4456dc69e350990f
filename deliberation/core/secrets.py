"""Keyed hashes, derived keys and authenticated encryption: the only recipes of this program.

Values that are stored or published rest on them: a recipe that changes would lose tokens, voting
codes, voter pseudonyms and boards (tests/deliberation/core/test_secrets.py pins them).

All processes share the installation's secret: the table `install` stores a check value of it from
the first start on. A process with another secret would give each voter a second pseudonym, so it
does not start.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from deliberation.core.settings import CannotStart


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


async def hold_to_secret(db: AsyncSession, secret: bytes) -> None:
    """Store the secret's check value if there is none. Raises `CannotStart` for another secret."""
    check = {"check": secret_check(secret)}
    known = await db.scalar(_KNOWN)
    if known is None:
        try:
            async with db.begin_nested():
                await db.execute(_FIRST, check)
        except ProgrammingError as error:  # this role may not
            raise CannotStart(_UNKNOWN) from error
        known = await db.scalar(_KNOWN)
    if known != check["check"]:
        raise CannotStart(_ANOTHER)


async def change_secret(db: AsyncSession, secret: bytes, votes: Sequence[str]) -> None:
    """Replace the secret's check. `votes`: those whose codes or marks depend on the old secret.

    Raises `CannotStart` when there are any: voting codes, voter pseudonyms, boards and receipts
    depend on the secret until the result is published.
    """
    if votes:
        raise CannotStart(_AT_WORK.format(votes=", ".join(votes)))
    await db.execute(_CHANGE, {"check": secret_check(secret)})


def secret_check(secret: bytes) -> str:
    """A check value of the secret."""
    return keyed(secret, "beffroi/1/install").hex()


_KNOWN = text("SELECT secret_check FROM install")
_FIRST = text("UPDATE install SET secret_check = :check WHERE secret_check IS NULL")
_CHANGE = text("UPDATE install SET secret_check = :check")
_AT_WORK = (
    "These votes rest on the present secret: {votes}. It can be changed once their results are "
    "published and before the codes of the next vote are drawn."
)
_UNKNOWN = (
    "BEFFROI_SECRET: the database does not know this site's secret yet. Run `beffroi migrate` once "
    "with the database's owner in DATABASE_URL and this secret."
)
_ANOTHER = (
    "BEFFROI_SECRET: this is not the secret of the site that this database belongs to. With it "
    "voters would vote twice, and no code or receipt would hold. Give all processes the first "
    "secret (without DATABASE_URL: the file `secret` of the first data folder)."
)
