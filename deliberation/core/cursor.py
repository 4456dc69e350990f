"""Cursors of lists: an opaque text that encodes the sort keys of the last row."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from types import GenericAlias
from typing import Annotated, Any

import msgspec

from deliberation.core.errors import Invalid

MAX_CURSOR_LENGTH = 1_000  # characters: a name of 120 signs, in any script, is a key
LATEST = datetime(9999, 1, 1, tzinfo=UTC)  # where a list that begins with the newest begins
MOST_LISTED = 100  # of a list of requests without pages: those to decide first, then the newest
MOST_COUNTED = 1000  # of what waits for a decision

# Keys that the database can store: integers of 4 and 8 bytes, a moment with its time zone, a text.
Number = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
Large = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]*$")]


def to_cursor(*keys: Any) -> str:
    """The cursor after a row, from its sort keys."""
    return base64.urlsafe_b64encode(msgspec.json.encode(keys)).decode().rstrip("=")


def one_page(rows: Sequence[Any], size: int, *keys: str) -> tuple[Sequence[Any], str]:
    """The rows of a page, given one more, and the cursor of `keys` after them; empty at the end."""
    shown = rows[:size]
    return shown, to_cursor(*(shown[-1][key] for key in keys)) if len(rows) > size else ""


def from_cursor(text: str, *kinds: Any) -> list[Any]:
    """The keys of a cursor, of these types. Raises `Invalid` naming `cursor` for any other text."""
    try:
        raw = base64.urlsafe_b64decode(text[:MAX_CURSOR_LENGTH] + "=" * (-len(text) % 4))
        keys: Any = msgspec.json.decode(raw, type=GenericAlias(tuple, kinds))
        return [key.astimezone(UTC) if isinstance(key, datetime) else key for key in keys]
    except (ValueError, OverflowError, RecursionError, binascii.Error, msgspec.MsgspecError):
        raise Invalid({"cursor": "not-a-cursor"}) from None
