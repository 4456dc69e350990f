"""An earlier end of a phase or a consultation: one agent requests it, another grants it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from deliberation.core import clock
from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import MOST_LISTED
from deliberation.core.errors import Conflict, Invalid, Refusal, existing
from deliberation.core.ids import new_id
from deliberation.elections.ballot_box.model import Ending, EndRequest
from deliberation.elections.electorate.permissions import hold_polls, may_countersign
from deliberation.journal.commands import record
from deliberation.process.consultations.commands import phases_of
from deliberation.process.consultations.dates import cancel, drop_phase, move_close
from deliberation.process.consultations.events import (
    ConsultationCancelled,
    EndAsked,
    PhaseDropped,
    PhaseShortened,
)
from deliberation.process.consultations.model import Consultation, Phase, PhaseKind
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.phases import OPENS
from deliberation.process.consultations.queries import ConsultationRef, PhaseView, place_of
from deliberation.process.consultations.versions import SHORTEST

EVENTS = {"shorten": PhaseShortened, "drop": PhaseDropped, "cancel": ConsultationCancelled}


class EndDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Request to end earlier, with its reason: `shorten` a phase to `closes_at`, `drop` one,
    `cancel` all.

    The phase is named by its id, or by its kind where it is the only one.
    The reason is published once a second person has granted it.
    """

    ending: Ending
    kind: PhaseKind | None = None
    phase: UUID | None = None
    closes_at: datetime | None = None
    reason: Annotated[str, msgspec.Meta(min_length=SHORTEST, max_length=400)]


class EndView(msgspec.Struct, frozen=True, kw_only=True):
    """A request; `granted_at` is None while a second person has not decided."""

    id: UUID
    ending: str
    phase: UUID | None
    kind: str | None
    closes_at: datetime | None
    reason: str
    asked_by: UUID
    granted_at: datetime | None


async def ask_end(
    ctx: RequestContext, consultation: ConsultationRef, draft: EndDraft
) -> EndRequest:
    """Ask for an earlier end. For agents, of a public consultation.

    Raises `Invalid` naming `kind` or `closes_at`, `Conflict`: `not-public`, `urn-holds`,
    `phase-over`, `phase-begun`.
    """
    permit(may_run(ctx, consultation.authority_id))
    phase = None if draft.ending == "cancel" else _named(consultation, draft)
    request = EndRequest(
        id=new_id(),
        consultation_id=consultation.id,
        ending=draft.ending,
        phase_id=phase.id if phase else None,
        kind=phase.kind if phase else None,
        closes_at=draft.closes_at if draft.ending == "shorten" else None,
        reason=draft.reason,
        asked_by=ctx.person.id,
        asked_at=ctx.now,
    )
    await _held(ctx, consultation.id)
    permit(await _refused(ctx, consultation.id, request))
    ctx.db.add(request)
    await record(ctx, EndAsked(request_id=request.id, **place_of(consultation)))
    return request


async def grant_end(ctx: RequestContext, consultation: ConsultationRef, request_id: UUID) -> None:
    """Grant an earlier end as a second person; it takes effect at once and is published and mailed.

    Raises as `may_countersign`, `NotFound`, `Conflict("already-decided")`, and as
    `ask_end` when the time has passed.
    """
    permit(may_run(ctx, consultation.authority_id))
    query = select(EndRequest).where(
        EndRequest.id == request_id, EndRequest.consultation_id == consultation.id
    )
    request = existing((await ctx.db.scalars(query.with_for_update())).one_or_none())
    permit(await may_grant_end(ctx, consultation, request))
    await hold_polls(ctx, consultation.id)  # ballots on their way are in, or meet the new end
    row = await _held(ctx, consultation.id)
    permit(await _refused(ctx, consultation.id, request))
    request.granted_by, request.granted_at = ctx.person.id, ctx.now
    await ctx.db.flush()
    await _end(ctx, row, request)
    await record(ctx, EVENTS[request.ending](request_id=request.id, **place_of(consultation)))


async def end_requests(ctx: RequestContext, consultation: ConsultationRef) -> list[EndView]:
    """The requests of a consultation, the newest first. For agents."""
    permit(may_run(ctx, consultation.authority_id))
    query = (
        select(EndRequest)
        .where(EndRequest.consultation_id == consultation.id)
        .order_by(EndRequest.asked_at.desc())
        .limit(MOST_LISTED)
    )
    return [
        EndView(
            id=one.id,
            ending=one.ending,
            phase=one.phase_id,
            kind=one.kind,
            closes_at=one.closes_at,
            reason=one.reason,
            asked_by=one.asked_by,
            granted_at=one.granted_at,
        )
        for one in (await ctx.db.scalars(query)).all()
    ]


async def may_grant_end(
    ctx: RequestContext, consultation: ConsultationRef, request: EndRequest | EndView
) -> Refusal | None:
    """A countersigner, while the requested end is still possible."""
    if refusal := await may_countersign(ctx, consultation, request.asked_by):
        return refusal
    if request.granted_at is not None:
        return Conflict("already-decided")
    return await _refused(ctx, consultation.id, request)


async def endings(ctx: RequestContext, consultation: ConsultationRef) -> dict[str, list[UUID]]:
    """Possible early ends and their phases, by id: `shorten`, `drop`, `cancel` (of all).

    Where anything can, `shorten` can, of every phase that is not over.
    """
    if await ctx.db.scalar(_STATE_OF, {"consultation": consultation.id}) != "open":
        return {}
    now = await clock.now(ctx.db)
    phases = await phases_of(ctx, consultation.id)
    found = {
        ending: [one.id for one in phases if _phase_refused(one, ending, now) is None]
        for ending in ("shorten", "drop")
    }
    able = {ending: phase_ids for ending, phase_ids in found.items() if phase_ids}
    return able if _cancel_refused(phases, now) else {**able, "cancel": []}


def _named(consultation: ConsultationRef, draft: EndDraft) -> PhaseView:
    """The phase that a draft names. Raises `Invalid` when it is none, or not the only one."""
    if draft.phase is not None:
        found = [phase for phase in consultation.phases if phase.id == draft.phase]
    else:
        found = [phase for phase in consultation.phases if phase.kind == draft.kind]
    if len(found) > 1:
        raise Invalid({"phase": "required"})
    if not found:
        raise Invalid({"kind" if draft.kind and draft.phase is None else "phase": "not-a-choice"})
    return found[0]


async def _held(ctx: RequestContext, consultation_id: UUID) -> Consultation:
    """The consultation as it is now, its phases too, held until this transaction ends."""
    row = await ctx.db.get_one(
        Consultation, consultation_id, with_for_update=True, populate_existing=True
    )
    phases = select(Phase).where(Phase.consultation_id == consultation_id)
    await ctx.db.scalars(phases.execution_options(populate_existing=True))
    return row


async def _refused(
    ctx: RequestContext, consultation_id: UUID, request: EndRequest | EndView
) -> Refusal | None:
    """Refusal of a requested end that is not possible now; None when it is."""
    if await ctx.db.scalar(_STATE_OF, {"consultation": consultation_id}) != "open":
        return Conflict("not-public")
    now = await clock.now(ctx.db)
    phases = await phases_of(ctx, consultation_id)
    if request.ending == "cancel":
        return _cancel_refused(phases, now)
    phase_id = request.phase if isinstance(request, EndView) else request.phase_id
    phase = next((one for one in phases if one.id == phase_id), None)
    if phase is None:
        return Invalid({"kind": "not-a-choice"})
    if refusal := _phase_refused(phase, request.ending, now):
        return refusal
    if request.ending == "drop":
        return None
    if request.closes_at is None:
        return Invalid({"closes_at": "required"})
    if request.closes_at <= max(now, phase.opens_at):
        return Invalid({"closes_at": "ends-in-past"})
    return None if request.closes_at < phase.closes_at else Invalid({"closes_at": "not-earlier"})


def _cancel_refused(phases: Sequence[Phase], now: datetime) -> Refusal | None:
    if any(phase.sealed for phase in phases):
        return Conflict("urn-holds")
    over = all(phase.closes_at <= now for phase in phases if OPENS[phase.kind])
    return Conflict("phase-over") if over else None


def _phase_refused(phase: Phase, ending: str, now: datetime) -> Refusal | None:
    if phase.sealed:
        return Conflict("urn-holds")
    if phase.closes_at <= now:
        return Conflict("phase-over")
    return Conflict("phase-begun") if ending == "drop" and phase.opens_at <= now else None


async def _end(ctx: RequestContext, consultation: Consultation, request: EndRequest) -> None:
    """Do what was granted."""
    if request.ending == "cancel":
        await cancel(ctx, consultation, request.reason)
        return
    phase = await ctx.db.get_one(Phase, request.phase_id)
    if request.ending == "drop":
        await drop_phase(ctx, consultation, phase, request.reason)
    elif request.closes_at is not None:
        await move_close(ctx, consultation, phase, request.closes_at, request.reason)


_STATE_OF = text("SELECT state FROM consultation WHERE id = :consultation")
