"""Who answers."""

from uuid import UUID

from deliberation.authorities.permissions import needs_role
from deliberation.kit.act import Act
from deliberation.kit.errors import Refusal


def may_answer(act: Act, authority_id: UUID) -> Refusal | None:
    """The authority's elected officials, and administrators in their name."""
    return needs_role(act, authority_id, "official")
