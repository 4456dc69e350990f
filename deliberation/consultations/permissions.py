"""Who may see and run a consultation."""

from collections.abc import Iterable
from uuid import UUID

from deliberation.authorities.permissions import needs_role
from deliberation.consultations.phases import Dated
from deliberation.kit.act import Act
from deliberation.kit.errors import Conflict, Refusal


def may_run(act: Act, authority_id: UUID) -> Refusal | None:
    """Agents and administrators write, open and close the authority's consultations."""
    return needs_role(act, authority_id, "agent")


def may_withdraw(
    act: Act, authority_id: UUID, state: str, phases: Iterable[Dated]
) -> Refusal | None:
    """Agents and administrators, before the first phase of a consultation begins."""
    if refusal := may_run(act, authority_id):
        return refusal
    begun = state == "open" and any(phase.opens_at <= act.now for phase in phases)
    return Conflict("not-draft") if begun or state in ("withdrawn", "cancelled") else None


def sees_drafts(act: Act, authority_id: UUID) -> bool:
    """Whether the viewer sees what the authority has not yet opened."""
    return act.viewer is not None and act.viewer.has(authority_id, "agent")
