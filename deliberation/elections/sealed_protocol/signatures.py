"""A trustee's signature of the minutes: a file that names the trustee and the minutes' digest."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from deliberation.elections.sealed_protocol.canonical import digest
from deliberation.elections.sealed_protocol.keys import TrusteeKey, TrusteePublic, sign, signed_by


class NotASignature(ValueError):
    """A signature that is not of these minutes, or of none of the trustees: a code and a name."""


class MinutesSignature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`minutes`: SHA-256 of the signed file; `trustee`: who signed."""

    minutes: str
    trustee: TrusteePublic
    signature: str
    kind: Literal["beffroi/1/signature"] = "beffroi/1/signature"


def sign_minutes(key: TrusteeKey, minutes: bytes) -> MinutesSignature:
    """A trustee's signature of the very bytes of the minutes; the same each time."""
    return MinutesSignature(digest(minutes), key.public, sign(key.signing, "minutes", minutes))


def read_signature(data: bytes) -> MinutesSignature:
    """A signature's file. Raises `msgspec.DecodeError` or its `ValidationError`."""
    return msgspec.json.decode(data, type=MinutesSignature)


def placed(
    found: Iterable[MinutesSignature], minutes: bytes, trustees: Sequence[TrusteePublic]
) -> dict[str, str]:
    """The signatures by the trustees' places, from 1, as they are published.

    Raises `NotASignature`: `signature-of-stranger`, `signature-other-minutes`, `signature-wrong`.
    """
    places = {one.signing: str(place) for place, one in enumerate(trustees, start=1)}
    by_place: dict[str, str] = {}
    for one in found:
        place = places.get(one.trustee.signing)
        if place is None:
            raise NotASignature("signature-of-stranger", one.trustee.name)
        if one.minutes != digest(minutes):
            raise NotASignature("signature-other-minutes", one.trustee.name)
        if not signed_by(one.trustee.signing, "minutes", minutes, one.signature):
            raise NotASignature("signature-wrong", one.trustee.name)
        by_place[place] = one.signature
    return by_place
