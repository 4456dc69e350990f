"""Permission that requires a recent proof of identity."""

from deliberation.core.context import RequestContext
from deliberation.core.errors import ConfirmationNeeded, Refusal


def needs_confirmation(ctx: RequestContext) -> Refusal | None:
    """Require a recent proof of identity, for roles, codes, counts, keys and deletion."""
    return None if ctx.person.confirmed else ConfirmationNeeded()
