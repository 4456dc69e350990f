"""The trustees' keys: made and kept offline by each trustee; the site only knows the public half.

A trustee holds one random seed of 32 bytes. An X25519 key (to unwrap ballots) and an Ed25519 key
(to sign the minutes) are derived from it by HKDF (RFC 5869). Its file keeps the seed encrypted by
a passphrase: scrypt (RFC 7914), then ChaCha20-Poly1305 (RFC 8439).
"""

import os
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from deliberation.core.secrets import derived_key
from deliberation.elections.sealed_protocol.canonical import as_bytes, as_text, canonical, digest
from voting.names.normal_forms import normal_form

SHORTEST_PASSPHRASE = 12
# scrypt's cost: 64 MB and a quarter of a second, once for each use of the file.
COST = {"n": 2**16, "r": 8, "p": 1}


class WrongPassphrase(ValueError):
    """The passphrase does not open the key file, or the file is damaged."""


class TrusteePublic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trustee's public file for the organisers: base64 of both public keys, 32 bytes each."""

    name: str
    sealing: str
    signing: str
    kind: Literal["beffroi/1/trustee"] = "beffroi/1/trustee"

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits in groups of four, to be compared by voice."""
        whole = digest(canonical([self.sealing, self.signing]))[:32]
        return " ".join(whole[place : place + 4] for place in range(0, 32, 4))


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trustee's own file: the seed, encrypted by a passphrase."""

    public: TrusteePublic
    salt: str
    seed: str
    kind: Literal["beffroi/1/trustee-key"] = "beffroi/1/trustee-key"


class TrusteeKey(msgspec.Struct, frozen=True):
    """A trustee's opened key, in memory only."""

    public: TrusteePublic
    sealing: X25519PrivateKey
    signing: Ed25519PrivateKey


def new_key(name: str, passphrase: str) -> KeyFile:
    """Make a trustee's key and lock it. Raises `ValueError("short-passphrase")`."""
    return locked(name, os.urandom(32), passphrase)


def locked(name: str, seed: bytes, passphrase: str) -> KeyFile:
    """The file of the key that a seed of 32 bytes gives. Raises as `new_key`."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ValueError("short-passphrase")
    salt = os.urandom(16)
    key = key_from(name, seed)
    # The passphrase key is used once, with this salt: its nonce can be zero.
    kept = ChaCha20Poly1305(_stretched(passphrase, salt)).encrypt(bytes(12), seed, salt)
    return KeyFile(key.public, as_text(salt), as_text(kept))


def unlock(file: KeyFile, passphrase: str) -> TrusteeKey:
    """Open a key file. Raises `WrongPassphrase`."""
    try:
        salt = as_bytes(file.salt)
        seed = ChaCha20Poly1305(_stretched(passphrase, salt)).decrypt(
            bytes(12), as_bytes(file.seed), salt
        )
    except (InvalidTag, ValueError) as error:
        raise WrongPassphrase from error
    key = key_from(file.public.name, seed)
    if key.public != file.public:
        raise WrongPassphrase
    return key


def key_from(name: str, seed: bytes) -> TrusteeKey:
    """A trustee's key from its seed of 32 bytes."""
    sealing = X25519PrivateKey.from_private_bytes(derived_key(seed, "sealing"))
    signing = Ed25519PrivateKey.from_private_bytes(derived_key(seed, "signing"))
    public = as_text(sealing.public_key().public_bytes_raw())
    return TrusteeKey(TrusteePublic(name, public, public_text(signing)), sealing, signing)


def sign(key: Ed25519PrivateKey, purpose: str, data: bytes) -> str:
    """A signature (Ed25519, RFC 8032) over a purpose and data, as base64; the same each time."""
    return as_text(key.sign(_said(purpose, data)))


def signed_by(public: str, purpose: str, data: bytes, signature: str) -> bool:
    """Whether a signature of `sign` was made with the private half of `public` (base64)."""
    try:
        key = Ed25519PublicKey.from_public_bytes(as_bytes(public))
        key.verify(as_bytes(signature), _said(purpose, data))
    except (InvalidSignature, ValueError):
        return False
    return True


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half of a signing key, as base64."""
    return as_text(key.public_key().public_bytes_raw())


def _said(purpose: str, data: bytes) -> bytes:
    """Bytes to sign, with a purpose: a signature made for one purpose is invalid for another."""
    return f"beffroi/1/{purpose}\0".encode() + data


def _stretched(passphrase: str, salt: bytes) -> bytes:
    # The same letters however a keyboard composes their accents.
    return Scrypt(salt=salt, length=32, **COST).derive(normal_form("NFC", passphrase).encode())
