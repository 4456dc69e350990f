"""Receipts of a sealed vote: the site's signed promise that a hash will be on the board."""

from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deliberation.elections.sealed_protocol.canonical import canonical, decoded
from deliberation.elections.sealed_protocol.keys import public_text, sign, signed_by

HELD = 32  # hexadecimal digits of the hash that a voter copies by hand: 128 bits


class SealedReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """It proves that a ballot was received, never what it says; it names no voter.

    `hash`: SHA-256 of the sealed ballot. `deadline`: when the hash must be on the board.
    `key`: the site's public key, as the board's first entry gives it. `version` stands in old
    receipts only: it showed whoever had a copy of the code whether the vote was changed.
    """

    poll: str
    hash: str
    deadline: str
    key: str
    signature: str = ""
    version: int | msgspec.UnsetType = msgspec.UNSET
    kind: Literal["beffroi/1/receipt"] = "beffroi/1/receipt"

    @property
    def reference(self) -> str:
        """Short form that a voter notes: `7f3a-91bc-…`, eight groups of four digits."""
        return "-".join(self.hash[place : place + 4] for place in range(0, HELD, 4))


def new_receipt(poll: str, hash: str, deadline: str, key: Ed25519PrivateKey) -> SealedReceipt:
    """A signed receipt; the same ballot always gets the same one, byte for byte."""
    bare = SealedReceipt(poll, hash, deadline, public_text(key))
    return msgspec.structs.replace(bare, signature=sign(key, "receipt", _signed(bare)))


def is_genuine(receipt: SealedReceipt, key: str) -> bool:
    """Whether the site whose public key is `key` (base64) signed this receipt."""
    return receipt.key == key and signed_by(key, "receipt", _signed(receipt), receipt.signature)


def read_receipt(data: bytes) -> SealedReceipt:
    """A receipt's file. Raises `msgspec.DecodeError` or its `ValidationError`."""
    receipt: SealedReceipt = decoded(data, SealedReceipt)
    return receipt


def _signed(receipt: SealedReceipt) -> bytes:
    return canonical(msgspec.structs.replace(receipt, signature=""))
