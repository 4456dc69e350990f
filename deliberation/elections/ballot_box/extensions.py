"""A later close of a sealed vote: one agent requests it, another grants it, the board shows it."""

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
from deliberation.elections.ballot_box.events import ExtensionAsked, ExtensionGranted
from deliberation.elections.ballot_box.model import Extension
from deliberation.elections.bulletin_board.entries import add_entry, last_entry, moment_text
from deliberation.elections.electorate.permissions import may_countersign
from deliberation.elections.polls.commands import lock_poll
from deliberation.journal.commands import record
from deliberation.process.consultations.commands import phases_of
from deliberation.process.consultations.dates import move_close
from deliberation.process.consultations.model import Consultation, Phase
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef, place_of


class ExtensionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A later close, and why, which is published. `phase`: of which vote, if several are open."""

    closes_at: Annotated[datetime, msgspec.Meta(extra={"ends": True})]
    phase: UUID | None = None
    reason: Annotated[str, msgspec.Meta(min_length=10, max_length=400)]


class ExtensionView(msgspec.Struct, frozen=True):
    """A request for a later close; `granted_at` is None while a second person has not decided."""

    id: UUID
    phase: UUID
    closes_at: datetime
    reason: str
    asked_by: UUID
    granted_at: datetime | None


async def ask_extension(
    ctx: RequestContext, consultation: ConsultationRef, draft: ExtensionDraft
) -> Extension:
    """Ask for a later close. For agents, before the close.

    Raises `Conflict`: `no-urn-open`, `voting-closed`; `Invalid` naming `phase` or `closes_at`.
    """
    permit(await may_ask_extension(ctx, consultation))
    phases = await extensible(ctx, consultation)
    chosen = [one for one in phases if draft.phase in (None, one.id)]
    if len(chosen) != 1:
        raise Invalid({"phase": "required" if draft.phase is None else "not-a-choice"})
    phase = await _vote(ctx, consultation, chosen[0].id)
    if draft.closes_at <= phase.closes_at:
        raise Invalid({"closes_at": "not-later"})
    extension = Extension(
        id=new_id(),
        consultation_id=consultation.id,
        phase_id=phase.id,
        closes_at=draft.closes_at,
        reason=draft.reason,
        asked_by=ctx.person.id,
        asked_at=ctx.now,
    )
    ctx.db.add(extension)
    await record(ctx, ExtensionAsked(extension_id=extension.id, **place_of(consultation)))
    return extension


async def grant_extension(
    ctx: RequestContext, consultation: ConsultationRef, extension_id: UUID
) -> None:
    """Grant a later close, as a second person, before the close: the votes' boards show it.

    Raises `NotAllowed("needs-another-person")`, `NotFound`, `Conflict` as `ask_extension` and
    `already-decided`.
    """
    permit(may_run(ctx, consultation.authority_id))
    query = select(Extension).where(
        Extension.id == extension_id, Extension.consultation_id == consultation.id
    )
    extension = existing((await ctx.db.scalars(query.with_for_update())).one_or_none())
    permit(await may_grant_extension(ctx, consultation, extension))
    polls = (await ctx.db.scalars(_OPEN, {"phase": extension.phase_id})).all()
    # Ballots on their way keep the close they were promised, or get the later one.
    for poll_id in polls:
        await lock_poll(ctx, poll_id)
    phase = await _vote(ctx, consultation, extension.phase_id)
    if extension.closes_at <= phase.closes_at:
        raise Conflict("already-decided")
    extension.granted_by, extension.granted_at = ctx.person.id, ctx.now
    await ctx.db.flush()
    row = await ctx.db.get_one(Consultation, consultation.id)
    await move_close(ctx, row, phase, extension.closes_at, extension.reason)
    body = {"closes_at": moment_text(extension.closes_at), "reason": extension.reason}
    for poll_id in polls:
        last = await last_entry(ctx, poll_id)
        if last is not None and last.kind not in ("close", "result"):
            await add_entry(ctx, poll_id, "extend", body)
    await record(ctx, ExtensionGranted(extension_id=extension.id, **place_of(consultation)))


async def extensions(ctx: RequestContext, consultation: ConsultationRef) -> list[ExtensionView]:
    """The requests of a consultation, the newest first. For agents."""
    permit(may_run(ctx, consultation.authority_id))
    one = Extension
    query = (
        select(one.id, one.phase_id, one.closes_at, one.reason, one.asked_by, one.granted_at)
        .where(Extension.consultation_id == consultation.id)
        .order_by(Extension.asked_at.desc())
        .limit(MOST_LISTED)
    )
    return [ExtensionView(*row) for row in await ctx.db.execute(query)]


async def extensible(ctx: RequestContext, consultation: ConsultationRef) -> list[Phase]:
    """The vote phases that an open sealed ballot box holds and that are not over, in order."""
    now = await clock.now(ctx.db)
    phases = await phases_of(ctx, consultation.id)
    return [one for one in phases if one.kind == "vote" and one.sealed and now < one.closes_at]


async def may_ask_extension(ctx: RequestContext, consultation: ConsultationRef) -> Refusal | None:
    """Agents, while a sealed ballot box is open."""
    if refusal := may_run(ctx, consultation.authority_id):
        return refusal
    if await extensible(ctx, consultation):
        return None
    sealed = any(phase.sealed for phase in await phases_of(ctx, consultation.id))
    return Conflict("voting-closed" if sealed else "no-urn-open")


async def may_grant_extension(
    ctx: RequestContext, consultation: ConsultationRef, extension: Extension | ExtensionView
) -> Refusal | None:
    """A countersigner, while the ballot box is open and closes before the requested time."""
    if refusal := await may_countersign(ctx, consultation, extension.asked_by):
        return refusal
    if extension.granted_at is not None:
        return Conflict("already-decided")
    if refusal := may_run(ctx, consultation.authority_id):
        return refusal
    phase_id = extension.phase if isinstance(extension, ExtensionView) else extension.phase_id
    open_now = await extensible(ctx, consultation)
    phase = next((one for one in open_now if one.id == phase_id), None)
    if phase is None:
        return Conflict("voting-closed")
    return Conflict("already-decided") if extension.closes_at <= phase.closes_at else None


async def _vote(ctx: RequestContext, consultation: ConsultationRef, phase_id: UUID) -> Phase:
    """A vote phase that an open ballot box holds, itself held until this transaction ends."""
    held = select(Phase).where(Phase.id == phase_id).with_for_update()
    phase = (await ctx.db.scalars(held.execution_options(populate_existing=True))).one()
    if phase not in await extensible(ctx, consultation):
        raise Conflict("voting-closed")
    return phase


_OPEN = text(
    """
    SELECT poll.id FROM poll WHERE poll.phase_id = :phase
    AND board_is_open(poll.id) AND NOT board_is_closed(poll.id) ORDER BY poll.id
    """
)
