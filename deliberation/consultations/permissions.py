"""Who may see and run a consultation."""

from uuid import UUID

from deliberation.authorities.permissions import needs_role
from deliberation.kit.act import Act
from deliberation.kit.errors import Refusal


def may_run(act: Act, authority_id: UUID) -> Refusal | None:
    """Agents and administrators write, open and close the authority's consultations."""
    return needs_role(act, authority_id, "agent")


def sees_drafts(act: Act, authority_id: UUID) -> bool:
    """Whether the viewer sees what the authority has not yet opened."""
    return act.viewer is not None and act.viewer.has(authority_id, "agent")
