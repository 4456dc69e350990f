"""Roles in an authority: the rule that all other permissions use."""

from uuid import UUID

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound, PasskeyNeeded, Refusal


def needs_role(ctx: RequestContext, authority_id: UUID, *roles: str) -> Refusal | None:
    """Refuse people without any of `roles` in the authority; administrators have all roles.

    Visitors are asked to sign in; for others the page does not exist, so that another authority's
    people learn nothing.
    """
    if ctx.person.has(authority_id, *roles):
        return None
    return PasskeyNeeded() if authority_id in ctx.person.asleep else NotFound()


def may_change_authority(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """Administrators change what the authority says of itself."""
    return needs_role(ctx, authority_id, "administrator")


def may_see_operation(ctx: RequestContext, authority_id: UUID) -> Refusal | None:
    """Administrators see how the installation is doing: it names nobody."""
    return needs_role(ctx, authority_id, "administrator")
