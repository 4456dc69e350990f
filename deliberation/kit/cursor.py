"""Where a list goes on: an opaque text that holds the order and the last row's keys."""

import base64
import binascii
from typing import Any

import msgspec

from deliberation.kit.errors import Invalid


def to_cursor(*keys: Any) -> str:
    """The cursor after a row, from its sort keys."""
    return base64.urlsafe_b64encode(msgspec.json.encode(keys)).decode().rstrip("=")


def from_cursor(text: str, *kinds: type) -> list[Any]:
    """The keys of a cursor. Raises `Invalid` on `cursor` when it is not one of ours."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        keys: list[Any] = msgspec.json.decode(raw, type=list)
        if len(keys) != len(kinds):
            raise ValueError
        return [msgspec.convert(key, kind) for key, kind in zip(keys, kinds, strict=True)]
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise Invalid({"cursor": "not-a-cursor"}) from None
