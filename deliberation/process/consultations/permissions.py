"""Permissions to see and run a consultation."""

from collections.abc import Iterable
from uuid import UUID

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, Refusal
from deliberation.network.authorities.permissions import needs_role
from deliberation.process.consultations.phases import Dated


def may_run(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """Agents and administrators write, open and close the authority's consultations."""
    return needs_role(ctx, authority_id, "agent")


def may_withdraw(
    ctx: RequestContext, authority_id: UUID, state: str, phases: Iterable[Dated]
) -> Refusal | None:
    """Agents and administrators, before the first phase of a consultation begins."""
    if refusal := may_run(ctx, authority_id):
        return refusal
    begun = state == "open" and any(phase.opens_at <= ctx.now for phase in phases)
    return Conflict("not-draft") if begun or state in ("withdrawn", "cancelled") else None


def sees_drafts(ctx: RequestContext, authority_id: UUID) -> bool:
    """Whether the viewer sees what the authority has not yet opened."""
    return ctx.viewer is not None and ctx.viewer.has(authority_id, "agent")
