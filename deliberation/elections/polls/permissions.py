"""Who writes polls, and until when."""

from datetime import datetime, timedelta

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, Refusal
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef

# A ballot is checked against the options it was written for. So that none is checked against
# older options than it is counted with, they are frozen a moment before the first ballot.
FREEZE = timedelta(minutes=1)


def may_write_polls(
    ctx: RequestContext, consultation: ConsultationRef, now: datetime
) -> Refusal | None:
    """Agents, until the vote phase begins. Raises nothing; `poll-begun` after that."""
    if refusal := may_run(ctx, consultation.authority_id):
        return refusal
    begun = any(p.kind == "vote" and p.opens_at - FREEZE <= now for p in consultation.phases)
    return Conflict("poll-begun") if begun and consultation.state == "open" else None
