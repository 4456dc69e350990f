"""Recipes of keyed hashes and encryption keep their bytes: what they stored stays valid."""

import hashlib
import hmac
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from deliberation.core.secrets import derived_key, keyed, open_sealed, seal

SECRET = b"s" * 40
POLL, VOTER = UUID(int=1), UUID(int=2)


def _hmac(text: bytes) -> bytes:
    return hmac.digest(SECRET, text, hashlib.sha256)


def test_a_keyed_hash_is_that_of_purpose_and_values_joined_by_colons() -> None:
    slot = b"slot:00000000-0000-0000-0000-000000000001:00000000-0000-0000-0000-000000000002"
    assert keyed(SECRET, "slot", POLL, VOTER) == _hmac(slot)
    assert keyed(SECRET, "code", "ABCD") == _hmac(b"code:ABCD")
    assert keyed(SECRET, "mailbox", "a@example.org") == _hmac(b"mailbox:a@example.org")
    assert keyed(SECRET, "unsubscribe", POLL.bytes) == _hmac(b"unsubscribe:" + POLL.bytes)
    assert keyed(SECRET, "passkey", "sign-in", b"\x00:") == _hmac(b"passkey:sign-in:\x00:")
    assert keyed(SECRET, "check") == _hmac(b"check")
    assert keyed(SECRET, "beffroi/1/install") == _hmac(b"beffroi/1/install")
    known = "e7f1ede9f83790834a351dd48b46c909cd05de4fe59ce1e7806d1df4f9d5b2c9"
    assert keyed(SECRET, "code", "ABCD").hex() == known


def test_a_derived_key_is_that_of_hkdf_with_our_prefix() -> None:
    expected = HKDF(SHA256(), 32, None, b"beffroi/1/board/x").derive(SECRET)
    assert derived_key(SECRET, "board/x") == expected
    known = "e7ac6956dae5926e40a43a7051b65d7f569ff4ef1c372f0285009f26cfa0819b"
    assert derived_key(SECRET, "board/x").hex() == known


def test_what_is_sealed_opens_for_its_secret_purpose_and_context_only() -> None:
    sealed = seal(SECRET, "draft", b"poll", b"choice")
    assert open_sealed(SECRET, "draft", b"poll", sealed) == b"choice"
    assert open_sealed(b"t" * 40, "draft", b"poll", sealed) is None
    assert open_sealed(SECRET, "form", b"poll", sealed) is None
    assert open_sealed(SECRET, "draft", b"other", sealed) is None
    for broken in (b"", sealed[:20], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        assert open_sealed(SECRET, "draft", b"poll", broken) is None


def test_what_was_sealed_before_still_opens() -> None:
    key, nonce = HKDF(SHA256(), 32, None, b"beffroi/1/draft").derive(SECRET), bytes(12)
    before = nonce + ChaCha20Poly1305(key).encrypt(nonce, b"choice", b"poll")
    assert open_sealed(SECRET, "draft", b"poll", before) == b"choice"
