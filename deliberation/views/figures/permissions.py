"""Permissions to read the dashboards."""

from uuid import UUID

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound, Refusal
from deliberation.network.authorities.permissions import needs_role


def may_read_insights(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """The authority's elected officials and administrators."""
    return needs_role(ctx, authority_id, "official")


def may_read_anomalies(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """The authority's agents, administrators and elected officials."""
    return needs_role(ctx, authority_id, "agent", "official")


def official_in(ctx: RequestContext) -> list[UUID]:
    """The authorities whose dashboards the viewer reads. Raises `NotFound` without any."""
    found = [id_ for id_ in ctx.person.roles if ctx.person.has(id_, "official")]
    if not found:
        raise NotFound
    return found
