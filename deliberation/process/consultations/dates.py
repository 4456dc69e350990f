"""Change the dates of a public consultation as two agents decided; the caller checks that they did.

What was announced before stays readable, with the reason.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from deliberation.core.context import RequestContext
from deliberation.process.consultations.commands import phases_of
from deliberation.process.consultations.model import Consultation, Phase
from deliberation.process.consultations.queries import PhaseView
from deliberation.process.consultations.versions import announced, keep


async def hold_dates(ctx: RequestContext, phase_id: UUID) -> None:
    """Hold the dates of a phase: a sealed ballot box is open, only an extension moves them."""
    await ctx.db.execute(update(Phase).where(Phase.id == phase_id).values(sealed=True))


async def move_close(
    ctx: RequestContext, consultation: Consultation, phase: Phase, closes_at: datetime, reason: str
) -> None:
    """Close a phase of a consultation earlier or later."""
    before = announced(consultation, await phases_of(ctx, consultation.id))
    phase.closes_at = closes_at
    await ctx.db.flush()
    after = announced(consultation, await phases_of(ctx, consultation.id))
    await keep(ctx, consultation, 0, before, after, reason)


async def drop_phase(
    ctx: RequestContext, consultation: Consultation, phase: Phase, reason: str
) -> None:
    """Delete a phase of a consultation."""
    before = announced(consultation, await phases_of(ctx, consultation.id))
    await ctx.db.delete(phase)
    await ctx.db.flush()
    after = announced(consultation, await phases_of(ctx, consultation.id))
    await keep(ctx, consultation, 0, before, after, reason)


async def cancel(ctx: RequestContext, consultation: Consultation, reason: str) -> None:
    """End a consultation now: open phases close, those to come are deleted."""
    phases = await phases_of(ctx, consultation.id)
    before = announced(consultation, phases)
    begun = [phase for phase in phases if phase.opens_at < ctx.now]
    left = [
        PhaseView(one.id, one.kind, one.opens_at, min(one.closes_at, ctx.now), "") for one in begun
    ]
    consultation.withdrawal_reason = reason
    await keep(ctx, consultation, 0, before, announced(consultation, left), reason)
    consultation.state = "cancelled"
    await ctx.db.flush()
    for phase in phases:
        if phase not in begun:
            await ctx.db.delete(phase)
        elif phase.closes_at > ctx.now:
            phase.closes_at = ctx.now
