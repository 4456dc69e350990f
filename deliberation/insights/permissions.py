"""Who reads the dashboards."""

from uuid import UUID

from deliberation.authorities.permissions import needs_role
from deliberation.kit.act import Act
from deliberation.kit.errors import NotFound, Refusal


def may_read_insights(act: Act, authority_id: UUID) -> Refusal | None:
    """The authority's elected officials and administrators."""
    return needs_role(act, authority_id, "official")


def may_read_anomalies(act: Act, authority_id: UUID) -> Refusal | None:
    """Who runs the authority's consultations, and who answers them."""
    return needs_role(act, authority_id, "agent", "official")


def official_in(act: Act) -> list[UUID]:
    """The authorities whose dashboards the viewer reads. Raises `NotFound` without any."""
    found = [id_ for id_ in act.person.roles if act.person.has(id_, "official")]
    if not found:
        raise NotFound
    return found
