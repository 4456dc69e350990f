"""Who prepares a ballot box, and until when."""

from uuid import UUID

from sqlalchemy import text

from deliberation.consultations.permissions import may_run
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act
from deliberation.kit.errors import Conflict, NotAllowed, Refusal


async def may_prepare(act: Act, page: ConsultationPage) -> Refusal | None:
    """Agents, until an urn of the consultation is open: the database itself refuses after that."""
    if refusal := may_run(act, page.card.authority.id):
        return refusal
    return Conflict("urn-open") if await urn_is_open(act, page.card.id) else None


def may_second(act: Act, page: ConsultationPage, first: UUID) -> Refusal | None:
    """Another agent than the first one: what two must decide, nobody decides alone."""
    if refusal := may_run(act, page.card.authority.id):
        return refusal
    return NotAllowed("needs-another-person") if act.person.id == first else None


async def urn_is_open(act: Act, consultation_id: UUID) -> bool:
    """Whether the board of one of a consultation's polls has begun, closed ones included."""
    query = text("SELECT urn_is_open(:consultation)")
    return bool(await act.db.scalar(query, {"consultation": consultation_id}))
