"""The token of an unsubscribe link: it stops mails or a following and gives no other access."""

import base64
import binascii
import hmac
from uuid import UUID

from deliberation.core.context import AppContext
from deliberation.core.errors import NotFound
from deliberation.core.secrets import keyed

SEAL = 16  # bytes


def unsubscribe_token(app: AppContext, person_id: UUID, subject_id: UUID | None = None) -> str:
    """The token that stops a person's mails, or (`subject_id`) their following of one subject.

    The identifiers and their seal: 43 or 64 letters. It does not expire.
    """
    ids = person_id.bytes + (subject_id.bytes if subject_id else b"")
    return base64.urlsafe_b64encode(ids + _seal(app, ids)).decode().rstrip("=")


def read_token(app: AppContext, token: str) -> tuple[UUID, UUID | None]:
    """Whose token it is, and which subject it is about. Raises `NotFound` when it is not ours."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raise NotFound from None
    ids, seal = raw[:-SEAL], raw[-SEAL:]
    if len(ids) not in (16, 32) or not hmac.compare_digest(seal, _seal(app, ids)):
        raise NotFound
    return UUID(bytes=ids[:16]), UUID(bytes=ids[16:]) if ids[16:] else None


def _seal(app: AppContext, ids: bytes) -> bytes:
    return keyed(app.secret, "unsubscribe", ids)[:SEAL]
