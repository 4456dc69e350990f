"""Permission to answer."""

from uuid import UUID

from deliberation.core.context import RequestContext
from deliberation.core.errors import Refusal
from deliberation.network.authorities.permissions import needs_role


def may_answer(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """The authority's elected officials, and administrators in their name."""
    return needs_role(ctx, authority_id, "official")
