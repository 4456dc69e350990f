"""Roles held in an authority: the rule every other room builds on."""

from uuid import UUID

from deliberation.kit.act import Act
from deliberation.kit.errors import NotFound, PasskeyNeeded, Refusal


def needs_role(act: Act, authority_id: UUID, *roles: str) -> Refusal | None:
    """Refuse whoever holds none of `roles` in the authority; administrators hold them all.

    Visitors are asked to sign in; for others the page does not exist, so that another authority's
    people learn nothing.
    """
    if act.person.has(authority_id, *roles):
        return None
    return PasskeyNeeded() if authority_id in act.person.asleep else NotFound()


def may_change_authority(act: Act, authority_id: UUID) -> Refusal | None:
    """Administrators change what the authority says of itself."""
    return needs_role(act, authority_id, "administrator")


def may_see_operation(act: Act, authority_id: UUID) -> Refusal | None:
    """Administrators see how the installation is doing: it names nobody."""
    return needs_role(act, authority_id, "administrator")
