"""Who may report, and who decides."""

from uuid import UUID

from deliberation.authorities.permissions import needs_role
from deliberation.kit.act import Act
from deliberation.kit.errors import NotAllowed, Refusal
from deliberation.moderation.model import Measure


def may_moderate(act: Act, authority_id: UUID) -> Refusal | None:
    """Moderators, agents and administrators of the authority."""
    return needs_role(act, authority_id, "moderator", "agent")


def may_decide(act: Act, authority_id: UUID, author: UUID) -> Refusal | None:
    """The same, except about one's own text; `author`: whom votes know, whatever the account."""
    if refusal := may_moderate(act, authority_id):
        return refusal
    return NotAllowed("own-text") if act.person.voter_id == author else None


def may_suspend(act: Act, authority_id: UUID) -> Refusal | None:
    """Agents and administrators: moderators decide about texts, not about people."""
    return needs_role(act, authority_id, "agent")


def may_end(act: Act, measure: Measure, taker: UUID) -> Refusal | None:
    """Whoever could have taken a measure, but did not, and is not its subject; `taker`: a voter."""
    rule = may_suspend if measure.subject == "account" else may_moderate
    if refusal := rule(act, measure.authority_id):
        return refusal
    if act.person.voter_id == measure.voter_id:
        return NotAllowed("own-text")
    return NotAllowed("needs-another-person") if act.person.voter_id == taker else None
