"""Ending earlier than announced: a phase, one to come, or all; one agent asks, another grants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from deliberation.ballot_box.permissions import hold_polls, may_second
from deliberation.consultations.commands import announced, phases_of
from deliberation.consultations.events import (
    ConsultationCancelled,
    EndAsked,
    PhaseDropped,
    PhaseShortened,
)
from deliberation.consultations.model import Consultation, EndRequest, Phase
from deliberation.consultations.permissions import may_run
from deliberation.consultations.phases import OPENS
from deliberation.consultations.queries import ConsultationPage, place_of
from deliberation.consultations.versions import SHORTEST, keep
from deliberation.journal.commands import record
from deliberation.kit import clock
from deliberation.kit.act import Act, permit
from deliberation.kit.errors import Conflict, Invalid, NotFound, Refusal
from deliberation.kit.ids import new_id

EVENTS = {"shorten": PhaseShortened, "drop": PhaseDropped, "cancel": ConsultationCancelled}


class EndDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is to end earlier, and why: `shorten` a phase to `closes_at`, `drop` one, `cancel` all.

    The reason is published once a second person has granted it.
    """

    ending: Literal["shorten", "drop", "cancel"]
    kind: (
        Literal["information", "proposals", "discussion", "vote", "decision", "follow_up"] | None
    ) = None
    closes_at: datetime | None = None
    reason: Annotated[str, msgspec.Meta(min_length=SHORTEST, max_length=400)]


class EndView(msgspec.Struct, frozen=True, kw_only=True):
    """A request; `granted_at` is None while a second person has not decided."""

    id: UUID
    ending: str
    kind: str | None
    closes_at: datetime | None
    reason: str
    asked_by: UUID
    granted_at: datetime | None


async def ask_end(act: Act, page: ConsultationPage, draft: EndDraft) -> EndRequest:
    """Ask for an earlier end. For agents, of a public consultation.

    Raises `Invalid` naming `kind` or `closes_at`, `Conflict`: `not-public`, `urn-holds`,
    `phase-over`, `phase-begun`.
    """
    permit(may_run(act, page.card.authority.id))
    whole = draft.ending == "cancel"
    request = EndRequest(
        id=new_id(),
        consultation_id=page.card.id,
        ending=draft.ending,
        kind=None if whole else draft.kind,
        closes_at=draft.closes_at if draft.ending == "shorten" else None,
        reason=draft.reason,
        asked_by=act.person.id,
        asked_at=act.now,
    )
    await _held(act, page.card.id)
    permit(await _refused(act, page.card.id, request))
    act.db.add(request)
    await act.db.flush()
    await record(act, EndAsked(request_id=request.id, **place_of(page)))
    return request


async def grant_end(act: Act, page: ConsultationPage, request_id: UUID) -> None:
    """Grant an earlier end, as a second person: it is done at once, published and told.

    Raises as `may_second`, `NotFound`, `Conflict("already-decided")`, and as
    `ask_end` when the time has passed.
    """
    permit(may_run(act, page.card.authority.id))
    query = select(EndRequest).where(
        EndRequest.id == request_id, EndRequest.consultation_id == page.card.id
    )
    request = (await act.db.scalars(query.with_for_update())).one_or_none()
    if request is None:
        raise NotFound
    permit(await may_grant_end(act, page, request))
    await hold_polls(act, page.card.id)  # ballots on their way are in, or meet the new end
    consultation = await _held(act, page.card.id)
    permit(await _refused(act, page.card.id, request))
    request.granted_by, request.granted_at = act.person.id, act.now
    await act.db.flush()
    await _end(act, consultation, request)
    await record(act, EVENTS[request.ending](request_id=request.id, **place_of(page)))


async def end_requests(act: Act, page: ConsultationPage) -> list[EndView]:
    """The requests of a consultation, the newest first. For agents."""
    permit(may_run(act, page.card.authority.id))
    query = (
        select(EndRequest)
        .where(EndRequest.consultation_id == page.card.id)
        .order_by(EndRequest.asked_at.desc())
    )
    return [
        EndView(**{name: getattr(one, name) for name in EndView.__struct_fields__})
        for one in (await act.db.scalars(query)).all()
    ]


async def may_grant_end(
    act: Act, page: ConsultationPage, request: EndRequest | EndView
) -> Refusal | None:
    """Whoever decides second, while what is asked can still be done."""
    if refusal := await may_second(act, page, request.asked_by):
        return refusal
    if request.granted_at is not None:
        return Conflict("already-decided")
    return await _refused(act, page.card.id, request)


async def endings(act: Act, page: ConsultationPage) -> dict[str, list[str]]:
    """What can be asked for now, and of which phases: `shorten`, `drop`, `cancel` (of all).

    Where anything can, `shorten` can, of every phase that is not over.
    """
    if await act.db.scalar(_STATE_OF, {"consultation": page.card.id}) != "open":
        return {}
    now = await clock.now(act.db)
    phases = await phases_of(act, page.card.id)
    found = {
        ending: [one.kind for one in phases if _phase_refused(one, ending, now) is None]
        for ending in ("shorten", "drop")
    }
    able = {ending: kinds for ending, kinds in found.items() if kinds}
    return able if _cancel_refused(phases, now) else {**able, "cancel": []}


async def _held(act: Act, consultation_id: UUID) -> Consultation:
    """The consultation as it is now, its phases too, held until this transaction ends."""
    row = await act.db.get_one(
        Consultation, consultation_id, with_for_update=True, populate_existing=True
    )
    phases = select(Phase).where(Phase.consultation_id == consultation_id)
    await act.db.scalars(phases.execution_options(populate_existing=True))
    return row


async def _refused(
    act: Act, consultation_id: UUID, request: EndRequest | EndView
) -> Refusal | None:
    """Why what is asked cannot be done now."""
    if await act.db.scalar(_STATE_OF, {"consultation": consultation_id}) != "open":
        return Conflict("not-public")
    now = await clock.now(act.db)
    phases = await phases_of(act, consultation_id)
    if request.ending == "cancel":
        return _cancel_refused(phases, now)
    phase = next((one for one in phases if one.kind == request.kind), None)
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


async def _end(act: Act, consultation: Consultation, request: EndRequest) -> None:
    """Do what was granted; what was announced before stays readable."""
    phases = await phases_of(act, consultation.id)
    before = announced(consultation, phases)
    if request.ending == "cancel":
        left = [phase for phase in phases if phase.opens_at < act.now]
        consultation.withdrawal_reason = request.reason
        after = announced(consultation, [_until(phase, act.now) for phase in left])
        await keep(act, consultation, 0, before, after, request.reason)
        consultation.state = "cancelled"
        await act.db.flush()
        for phase in phases:
            if phase not in left:
                await act.db.delete(phase)
            elif phase.closes_at > act.now:
                phase.closes_at = act.now
        return
    phase = next(one for one in phases if one.kind == request.kind)
    if request.ending == "drop":
        await act.db.delete(phase)
    elif request.closes_at is not None:
        phase.closes_at = request.closes_at
    await act.db.flush()
    after = announced(consultation, await phases_of(act, consultation.id))
    await keep(act, consultation, 0, before, after, request.reason)


def _until(phase: Phase, now: datetime) -> Phase:
    """The same phase as it ends when all is cancelled."""
    return Phase(kind=phase.kind, opens_at=phase.opens_at, closes_at=min(phase.closes_at, now))


_STATE_OF = text("SELECT state FROM consultation WHERE id = :consultation")
