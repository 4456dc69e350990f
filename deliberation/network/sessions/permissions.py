"""What requires a recently confirmed session."""

from deliberation.core.context import RequestContext
from deliberation.core.errors import ConfirmationNeeded, Refusal


def needs_confirmation(ctx: RequestContext) -> Refusal | None:
    """Roles, codes, counts, keys and deletion: only by whoever has just proved who they are."""
    return None if ctx.person.confirmed else ConfirmationNeeded()
