"""Who may do what with people and roles."""

from uuid import UUID

from deliberation.kit.act import Act
from deliberation.kit.errors import NotFound, Refusal


def needs_role(act: Act, authority_id: UUID, *roles: str) -> Refusal | None:
    """Refuse whoever holds none of `roles` in the authority.

    For people without any role there the page does not exist; visitors are asked to sign in.
    """
    if act.person.has(authority_id, *roles):
        return None
    return NotFound()


def may_manage_team(act: Act, authority_id: UUID) -> Refusal | None:
    """Administrators invite and withdraw roles."""
    return needs_role(act, authority_id, "administrator")
