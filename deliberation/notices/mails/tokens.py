"""The one-purpose token of an unsubscribe link: it stops mails and opens nothing."""

import base64
import binascii
import hmac
from uuid import UUID

from deliberation.core.context import AppContext
from deliberation.core.errors import NotFound
from deliberation.core.secrets import keyed

SEAL = 16  # bytes


def unsubscribe_token(app: AppContext, person_id: UUID) -> str:
    """The token of a person: their identifier and its seal, 43 letters. It does not expire."""
    return base64.urlsafe_b64encode(person_id.bytes + _seal(app, person_id)).decode().rstrip("=")


def person_of_token(app: AppContext, token: str) -> UUID:
    """Whose token it is. Raises `NotFound` when it is not one of ours."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raise NotFound from None
    if len(raw) != 16 + SEAL:
        raise NotFound
    person_id = UUID(bytes=raw[:16])
    if not hmac.compare_digest(raw[16:], _seal(app, person_id)):
        raise NotFound
    return person_id


def _seal(app: AppContext, person_id: UUID) -> bytes:
    return keyed(app.secret, "unsubscribe", person_id.bytes)[:SEAL]
