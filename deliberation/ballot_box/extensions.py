"""A later close of a sealed vote: asked by one agent, granted by another, shown on the board."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from sqlalchemy import Select, select, text

from deliberation.ballot_box.board import add_line, last_entry
from deliberation.ballot_box.events import ExtensionAsked, ExtensionGranted
from deliberation.ballot_box.model import Extension
from deliberation.ballot_box.permissions import may_second
from deliberation.ballot_box.urns import moment_text
from deliberation.consultations.commands import announced, phases_of
from deliberation.consultations.model import Consultation, Phase
from deliberation.consultations.permissions import may_run
from deliberation.consultations.queries import ConsultationPage, place_of
from deliberation.consultations.versions import keep
from deliberation.journal.commands import record
from deliberation.kit import clock
from deliberation.kit.act import Act, permit
from deliberation.kit.errors import Conflict, Invalid, NotFound, Refusal
from deliberation.kit.ids import new_id
from deliberation.polls.commands import lock_poll


class ExtensionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A later close, and why; the reason is published."""

    closes_at: Annotated[datetime, msgspec.Meta(extra={"ends": True})]
    reason: Annotated[str, msgspec.Meta(min_length=10, max_length=400)]


class ExtensionView(msgspec.Struct, frozen=True):
    """A request for a later close; `granted_at` is None while a second person has not decided."""

    id: UUID
    closes_at: datetime
    reason: str
    asked_by: UUID
    granted_at: datetime | None


async def ask_extension(act: Act, page: ConsultationPage, draft: ExtensionDraft) -> Extension:
    """Ask for a later close. For agents, before the close.

    Raises `Conflict`: `no-urn-open`, `voting-closed`; `Invalid` naming `closes_at`.
    """
    permit(await may_ask_extension(act, page))
    phase = await _vote(act, page)
    if draft.closes_at <= phase.closes_at:
        raise Invalid({"closes_at": "not-later"})
    extension = Extension(
        id=new_id(),
        consultation_id=page.card.id,
        closes_at=draft.closes_at,
        reason=draft.reason,
        asked_by=act.person.id,
        asked_at=act.now,
    )
    act.db.add(extension)
    await act.db.flush()
    await record(act, ExtensionAsked(extension_id=extension.id, **place_of(page)))
    return extension


async def grant_extension(act: Act, page: ConsultationPage, extension_id: UUID) -> None:
    """Grant a later close, as a second person, before the close: the votes' boards show it.

    Raises `NotAllowed("needs-another-person")`, `NotFound`, `Conflict` as `ask_extension` and
    `already-decided`.
    """
    permit(may_run(act, page.card.authority.id))
    query = select(Extension).where(
        Extension.id == extension_id, Extension.consultation_id == page.card.id
    )
    extension = (await act.db.scalars(query.with_for_update())).one_or_none()
    if extension is None:
        raise NotFound
    permit(await may_grant_extension(act, page, extension))
    polls = (await act.db.scalars(_OPEN, {"consultation": page.card.id})).all()
    # Ballots on their way keep the close they were promised, or get the later one.
    for poll_id in polls:
        await lock_poll(act, poll_id)
    phase = await _vote(act, page)
    if extension.closes_at <= phase.closes_at:
        raise Conflict("already-decided")
    extension.granted_by, extension.granted_at = act.person.id, act.now
    await act.db.flush()
    consultation = await act.db.get_one(Consultation, page.card.id)
    before = announced(consultation, await phases_of(act, page.card.id))
    phase.closes_at = extension.closes_at
    await act.db.flush()
    after = announced(consultation, await phases_of(act, page.card.id))
    await keep(act, consultation, 0, before, after, extension.reason)
    body = {"closes_at": moment_text(extension.closes_at), "reason": extension.reason}
    for poll_id in polls:
        last = await last_entry(act, poll_id)
        if last is not None and last.kind not in ("close", "result"):
            await add_line(act, poll_id, "extend", body)
    await record(act, ExtensionGranted(extension_id=extension.id, **place_of(page)))


async def extensions(act: Act, page: ConsultationPage) -> list[ExtensionView]:
    """The requests of a consultation, the newest first. For agents."""
    permit(may_run(act, page.card.authority.id))
    query = (
        select(Extension)
        .where(Extension.consultation_id == page.card.id)
        .order_by(Extension.asked_at.desc())
    )
    return [
        ExtensionView(one.id, one.closes_at, one.reason, one.asked_by, one.granted_at)
        for one in (await act.db.scalars(query)).all()
    ]


async def may_ask_extension(act: Act, page: ConsultationPage) -> Refusal | None:
    """Agents, while a sealed urn is open."""
    if refusal := may_run(act, page.card.authority.id):
        return refusal
    phase = (await act.db.scalars(_vote_phase(page))).one_or_none()
    if phase is None or not phase.sealed:
        return Conflict("no-urn-open")
    return Conflict("voting-closed") if phase.closes_at <= await clock.now(act.db) else None


async def may_grant_extension(
    act: Act, page: ConsultationPage, extension: Extension | ExtensionView
) -> Refusal | None:
    """Whoever decides second, while the urn is open and closes before what is asked."""
    if refusal := await may_second(act, page, extension.asked_by):
        return refusal
    if extension.granted_at is not None:
        return Conflict("already-decided")
    if refusal := await may_ask_extension(act, page):
        return refusal
    phase = (await act.db.scalars(_vote_phase(page))).one()
    return Conflict("already-decided") if extension.closes_at <= phase.closes_at else None


async def _vote(act: Act, page: ConsultationPage) -> Phase:
    """The vote phase that an open urn holds, itself held until this transaction ends."""
    held = _vote_phase(page).with_for_update().execution_options(populate_existing=True)
    phase = (await act.db.scalars(held)).one()
    permit(await may_ask_extension(act, page))
    return phase


def _vote_phase(page: ConsultationPage) -> Select[Phase]:
    return select(Phase).where(Phase.consultation_id == page.card.id, Phase.kind == "vote")


_OPEN = text(
    """
    SELECT poll.id FROM poll WHERE poll.consultation_id = :consultation
    AND board_is_open(poll.id) AND NOT board_is_closed(poll.id) ORDER BY poll.id
    """
)
