"""Shared by the agents' resources of a vote: addresses, and locking the consultation."""

from deliberation.core.context import RequestContext
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.process.consultations.commands import consultation_row
from deliberation.process.consultations.queries import ConsultationRef, consultation_ref

BOX = "/consultations/{slug:str}/ballot-box"
POLL = "/consultations/{slug:str}/polls/{number:int}"
MAX_UPLOAD_BYTES = 60_000_000  # bytes of a roll or of a count's files


async def agents_consultation(ctx: RequestContext, slug: str) -> ConsultationRef:
    """The consultation that an agent works on. Raises `NotFound` for everybody else."""
    await consultation_row(ctx, slug)
    return await consultation_ref(ctx, slug)


async def agents_poll(
    ctx: RequestContext, slug: str, number: int
) -> tuple[ConsultationRef, PollView]:
    """One of its polls, and the consultation. Raises as `agents_consultation`."""
    consultation = await agents_consultation(ctx, slug)
    return consultation, await poll_view(ctx, consultation, number)
