"""Permissions to write polls, until they freeze."""

from datetime import datetime, timedelta

from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, Refusal
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef, PhaseView

# A ballot is checked against the options it was written for. So that none is checked against
# older options than it is counted with, they are frozen a moment before the first ballot.
FREEZE = timedelta(minutes=1)


def may_write_polls(
    ctx: RequestContext, consultation: ConsultationRef, now: datetime
) -> Refusal | None:
    """Agents, until the last vote phase begins: then `Conflict("poll-begun")`."""
    votes = [phase for phase in consultation.phases if phase.kind == "vote"]
    refused = [may_write_poll(ctx, consultation, phase, now) for phase in votes]
    return (
        refused[0] if refused and None not in refused else may_run(ctx, consultation.authority_id)
    )


def may_write_poll(
    ctx: RequestContext, consultation: ConsultationRef, phase: PhaseView | None, now: datetime
) -> Refusal | None:
    """Agents, until the poll's vote phase begins: then `Conflict("poll-begun")`."""
    if refusal := may_run(ctx, consultation.authority_id):
        return refusal
    begun = phase is not None and phase.opens_at - FREEZE <= now
    return Conflict("poll-begun") if begun and consultation.state == "open" else None
