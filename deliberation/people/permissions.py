"""Who may manage people and roles."""

from uuid import UUID

from deliberation.authorities.permissions import needs_role
from deliberation.kit.act import Act
from deliberation.kit.errors import Refusal


def may_manage_team(act: Act, authority_id: UUID) -> Refusal | None:
    """Administrators invite and withdraw roles."""
    return needs_role(act, authority_id, "administrator")
