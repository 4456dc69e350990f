"""Who may report, and who decides."""

from uuid import UUID

from deliberation.authorities.permissions import needs_role
from deliberation.kit.act import Act
from deliberation.kit.errors import NotAllowed, Refusal


def may_moderate(act: Act, authority_id: UUID) -> Refusal | None:
    """Moderators, agents and administrators of the authority."""
    return needs_role(act, authority_id, "moderator", "agent")


def may_decide(act: Act, authority_id: UUID, author_id: UUID) -> Refusal | None:
    """The same, except about one's own text: somebody else reads it."""
    if refusal := may_moderate(act, authority_id):
        return refusal
    return NotAllowed("own-text") if act.person.id == author_id else None
