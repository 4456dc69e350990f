"""What needs a session that was confirmed just before."""

from deliberation.core.context import RequestContext
from deliberation.core.errors import ConfirmationNeeded, Refusal


def needs_confirmation(ctx: RequestContext) -> Refusal | None:
    """Roles, codes, counts, keys and deletion: only by whoever has just proved who they are."""
    return None if ctx.person.confirmed else ConfirmationNeeded()
