"""Sealing a ballot so that any `threshold` of the trustees together can open it, and no fewer.

A ballot is encrypted under a fresh content key. For every subset of `threshold` trustees the key is
split by XOR, one share a member; each trustee gets one HPKE message (RFC 9180) with all their
shares, in the order of the subsets. No dealer, no server key, no arithmetic of our own.

Layout: `BF1`, trustees (1 byte), threshold (1), SHA-256 of the content key (32), the encrypted
ballot, then one message per trustee.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import cache, reduce
from itertools import combinations
from math import comb

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
MAGIC = b"BF1"
HEAD = len(MAGIC) + 2 + 32
SHARE = 32
BLOCK = 64


class CannotOpen(ValueError):
    """A sealed ballot that these keys or shares do not open; its one argument says why."""


def context_of(poll: str, pseudonym: bytes, version: int) -> bytes:
    """The encryption context: a ballot of another poll, pseudonym or version does not decrypt."""
    return f"beffroi/1/ballot/{poll}/{pseudonym.hex()}/{version}".encode()


def padded(packed: bytes) -> bytes:
    """A packed ballot (one byte per option) with its length before it, filled up to a full block.

    All ballots of a poll have the same size, blank ones too.

    >>> len(padded(bytes(3))), len(padded(bytes(63)))
    (64, 128)
    """
    whole = len(packed).to_bytes(2) + packed
    return whole + bytes(-len(whole) % BLOCK)


def unpadded(plain: bytes) -> bytes:
    """The packed ballot of `padded`. Raises `CannotOpen`."""
    length = int.from_bytes(plain[:2])
    if len(plain) % BLOCK or len(plain) < 2 + length or any(plain[2 + length :]):
        raise CannotOpen("padding")
    return plain[2 : 2 + length]


def seal(
    plain: bytes, context: bytes, trustees: Sequence[X25519PublicKey], threshold: int
) -> bytes:
    """Seal bytes to the trustees, in their order."""
    key = os.urandom(32)
    shares: list[list[bytes]] = [[] for _ in trustees]
    for members in subsets(len(trustees), threshold):
        parts = [os.urandom(SHARE) for _ in members[1:]]
        parts.append(reduce(_xor, parts, key))
        for member, part in zip(members, parts, strict=True):
            shares[member].append(part)
    # A content key is used once: its nonce can be zero.
    body = ChaCha20Poly1305(key).encrypt(bytes(12), plain, context)
    messages = (
        SUITE.encrypt(b"".join(own), public, info=_info(context, number))
        for number, (own, public) in enumerate(zip(shares, trustees, strict=True))
    )
    # With the key's hash in the ballot, two subsets of trustees cannot be given different keys.
    head = MAGIC + bytes([len(trustees), threshold]) + hashlib.sha256(key).digest()
    return head + body + b"".join(messages)


def unwrap(sealed: bytes, context: bytes, number: int, key: X25519PrivateKey) -> bytes:
    """One trustee's shares of a ballot; `number` is their place, from 0. Raises `CannotOpen`."""
    _, _, _, messages = _parts(sealed)
    try:
        shares: bytes = SUITE.decrypt(messages[number], key, info=_info(context, number))
    except (InvalidTag, ValueError, IndexError) as error:
        raise CannotOpen("message") from error
    return shares


def sealed_for(sealed: bytes) -> tuple[int, int]:
    """Number of trustees that a ballot is encrypted to, and the threshold. Raises `CannotOpen`."""
    trustees, threshold, _, _ = _parts(sealed)
    return trustees, threshold


def opened(sealed: bytes, context: bytes, shares: Mapping[int, bytes]) -> bytes:
    """Decrypt a sealed ballot with the shares of at least `threshold` trustees, by their place.

    Of more trustees than needed, every subset that can be tried is: one bad share does not matter.
    Raises `CannotOpen`: `format`, `too-few-shares`, `shares` (none fits), `context` (the ballot
    was moved or changed).
    """
    trustees, threshold, body, _ = _parts(sealed)
    if len(shares) < threshold:
        raise CannotOpen("too-few-shares")
    for members in combinations(sorted(shares), threshold):
        key = _joined(shares, members, trustees, threshold)
        if key is not None and hashlib.sha256(key).digest() == sealed[5:HEAD]:
            break
    else:
        raise CannotOpen("shares")
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), body, context)
    except InvalidTag as error:
        raise CannotOpen("context") from error


@cache
def subsets(trustees: int, threshold: int) -> list[tuple[int, ...]]:
    """All subsets of `threshold` trustees, by their places, in the order that fixes the shares.

    >>> subsets(3, 2)
    [(0, 1), (0, 2), (1, 2)]
    """
    return list(combinations(range(trustees), threshold))


def _joined(
    shares: Mapping[int, bytes], members: tuple[int, ...], trustees: int, threshold: int
) -> bytes | None:
    """The content key that the members' shares of their own subset give; None for wrong sizes."""
    order = subsets(trustees, threshold)
    if members not in order:
        return None
    parts = []
    for member in members:
        place = [one for one in order if member in one].index(members)
        parts.append(shares[member][place * SHARE : (place + 1) * SHARE])
    return None if any(len(part) != SHARE for part in parts) else reduce(_xor, parts)


def _parts(sealed: bytes) -> tuple[int, int, bytes, list[bytes]]:
    """Trustees, threshold, body and messages of a sealed ballot. Raises `CannotOpen`."""
    if sealed[:3] != MAGIC or len(sealed) < HEAD:
        raise CannotOpen("format")
    trustees, threshold = sealed[3], sealed[4]
    if not 1 <= threshold <= trustees <= 9:
        raise CannotOpen("format")
    message = 32 + 16 + SHARE * comb(trustees - 1, threshold - 1)
    end = len(sealed) - trustees * message
    if end < HEAD + 16:
        raise CannotOpen("format")
    messages = [sealed[end + i * message : end + (i + 1) * message] for i in range(trustees)]
    return trustees, threshold, sealed[HEAD:end], messages


def _info(context: bytes, number: int) -> bytes:
    return b"beffroi/1/shares/%d/" % number + context


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))
