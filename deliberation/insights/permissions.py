"""Who reads the dashboards."""

from uuid import UUID

from deliberation.authorities.permissions import needs_role
from deliberation.kit.act import Act
from deliberation.kit.errors import Refusal


def may_read_insights(act: Act, authority_id: UUID) -> Refusal | None:
    """The authority's elected officials and administrators."""
    return needs_role(act, authority_id, "official")
