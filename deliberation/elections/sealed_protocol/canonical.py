"""Canonical JSON and SHA-256: the one form in which things are signed, chained and compared."""

import base64
import hashlib
from typing import Any

import msgspec


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, UTF-8, no spaces.

    >>> canonical({"b": 1, "a": ["é"]}).decode()
    '{"a":["é"],"b":1}'
    """
    return msgspec.json.encode(value, order="sorted")


def decoded(data: bytes, type_: Any) -> Any:
    """JSON as a type. Raises `msgspec.DecodeError`, also for what is nested too deeply.

    >>> decoded(b"[" * 100_000, list)
    Traceback (most recent call last):
    msgspec.DecodeError: nested too deeply
    """
    try:
        return msgspec.json.decode(data, type=type_)
    except RecursionError as error:
        raise msgspec.DecodeError("nested too deeply") from error


def digest(data: bytes) -> str:
    """SHA-256, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def as_text(data: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(data).decode()


def as_bytes(text: str) -> bytes:
    """Bytes of a base64 text. Raises `ValueError`."""
    return base64.b64decode(text, validate=True)
