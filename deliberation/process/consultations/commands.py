"""Write, open and withdraw consultations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Conflict, Invalid, existing
from deliberation.core.ids import new_id
from deliberation.journal.commands import record
from deliberation.network.authorities.commands import Slug
from deliberation.operations.replication import copies
from deliberation.process.consultations.events import (
    ConsultationChanged,
    ConsultationDrafted,
    ConsultationOpened,
    ConsultationReinstated,
    ConsultationWithdrawn,
)
from deliberation.process.consultations.model import Consultation, Phase, PhaseKind
from deliberation.process.consultations.permissions import may_run, may_withdraw
from deliberation.process.consultations.queries import ConsultationPage, PhaseView, place_of
from deliberation.process.consultations.versions import POINTS, announced, keep

Point = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Points = Annotated[list[Point], msgspec.Meta(max_length=12)]
Origin = Annotated[
    str,
    msgspec.Meta(
        max_length=200,
        pattern=r"^https?://[A-Za-z0-9.-]+(:\d{1,5})?$",
        extra={"error": "not-an-origin"},
    ),
]


MOST_PHASES = 20


class PhaseDraft(msgspec.Struct, frozen=True):
    """One dated phase; `id`: which stored one it changes.

    A draft without an id changes the first phase of its kind that no other draft names, or is new.
    """

    kind: PhaseKind
    opens_at: datetime
    closes_at: Annotated[datetime, msgspec.Meta(extra={"ends": True})]
    id: UUID | None = None


class ConsultationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """All that an agent writes about a consultation.

    `reason`: why what was announced changes, once the consultation is public; it is published.
    """

    slug: Slug
    title: Annotated[str, msgspec.Meta(min_length=5, max_length=80)]
    question: Annotated[str, msgspec.Meta(min_length=10, max_length=140)]
    summary: Annotated[str, msgspec.Meta(min_length=10, max_length=300)]
    promise: Annotated[str, msgspec.Meta(min_length=10, max_length=400)]
    body: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    decided: Points = []
    undecided: Points = []
    not_negotiable: Points = []
    themes: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=40)]], msgspec.Meta(max_length=20)
    ] = []
    frame_ancestors: Annotated[list[Origin], msgspec.Meta(max_length=20)] = []
    phases: Annotated[list[PhaseDraft], msgspec.Meta(min_length=1, max_length=MOST_PHASES)]
    reason: Annotated[str, msgspec.Meta(max_length=400)] = ""


async def next_proposal_number(ctx: RequestContext, consultation_id: UUID) -> int:
    """Give the next number of a proposal; it is given once."""
    query = (
        update(Consultation)
        .where(Consultation.id == consultation_id)
        .values(proposal_count=Consultation.proposal_count + 1)
        .returning(Consultation.proposal_count)
    )
    return (await ctx.db.scalars(query)).one()


async def draft_consultation(
    ctx: RequestContext, authority_id: UUID, draft: ConsultationDraft
) -> Consultation:
    """Write a new consultation down; only its authority sees it until it is opened."""
    permit(may_run(ctx, authority_id))
    consultation = await _add(ctx, authority_id, draft, "draft")
    await record(ctx, ConsultationDrafted(**place_of(consultation)))
    return consultation


async def add_past_consultation(
    ctx: RequestContext, authority_id: UUID, draft: ConsultationDraft
) -> None:
    """Add a public consultation whose phases are over, for an import that records its own event.

    The caller asks who may. Raises `Invalid` as `draft_consultation`.
    """
    await _add(ctx, authority_id, draft, "open")


async def change_consultation(
    ctx: RequestContext, consultation: Consultation, draft: ConsultationDraft
) -> None:
    """Change texts and dates.

    Once the consultation is open, what has passed keeps its dates, ends move later only, nothing
    new begins before now; an announced change needs a reason, is stored and mailed. Raises
    `Conflict`, and `Invalid` field by field.
    """
    permit(may_run(ctx, consultation.authority_id))
    if consultation.state in ("withdrawn", "cancelled"):
        raise Conflict("not-draft")
    check_phases(draft.phases)
    await _check_slug(ctx, draft.slug, consultation.id)
    if consultation.state == "open":
        if draft.slug != consultation.slug:
            raise Invalid({"slug": "slug-stays"})  # links to it are out in the world
        await _check_dates(ctx, consultation, draft)
    before = announced(consultation, await phases_of(ctx, consultation.id))
    for name, value in _texts(draft).items():
        setattr(consultation, name, value)
    await _set_phases(ctx, consultation, draft.phases)
    after = announced(consultation, await phases_of(ctx, consultation.id))
    await keep(ctx, consultation, 0, before, after, draft.reason)
    await record(ctx, ConsultationChanged(**place_of(consultation)))


async def open_consultation(
    ctx: RequestContext, consultation: Consultation, *, accepts_late_copies: bool = False
) -> None:
    """Make a consultation public, on its dates.

    Raises `Conflict`: `already-open`; `copies-late`, unless whoever opens a vote accepts it, which
    the journal keeps.
    """
    permit(may_run(ctx, consultation.authority_id))
    if consultation.state != "draft":
        raise Conflict("already-open")
    late = await copies_late(ctx, await phases_of(ctx, consultation.id))
    if late and not accepts_late_copies:
        raise Conflict("copies-late")
    consultation.state = "open"
    consultation.opened_at = ctx.now
    await record(ctx, ConsultationOpened(late_copies=late, **place_of(consultation)))


async def copies_late(ctx: RequestContext, phases: Sequence[Phase | PhaseView]) -> bool:
    """Whether a vote would lose ballots just confirmed if the database's machine died."""
    return any(one.kind == "vote" for one in phases) and await copies(ctx.db) == "asynchronous"


class Withdrawal(msgspec.Struct, frozen=True):
    """Public reason for withdrawing a consultation."""

    reason: Annotated[str, msgspec.Meta(max_length=400)] = ""


async def withdraw_consultation(
    ctx: RequestContext, consultation: Consultation, reason: str = ""
) -> None:
    """Take back a consultation before its first phase. Raises `Conflict("not-draft")`."""
    phases = await phases_of(ctx, consultation.id)
    permit(may_withdraw(ctx, consultation.authority_id, consultation.state, phases))
    consultation.state = "withdrawn"
    consultation.withdrawal_reason = reason
    await record(ctx, ConsultationWithdrawn(**place_of(consultation)))


async def reinstate_consultation(ctx: RequestContext, consultation: Consultation) -> None:
    """Undo a withdrawal: a draft again, to be opened anew. Raises `Conflict("not-withdrawn")`."""
    permit(may_run(ctx, consultation.authority_id))
    if consultation.state != "withdrawn":
        raise Conflict("not-withdrawn")
    consultation.state, consultation.withdrawal_reason = "draft", ""
    await record(ctx, ConsultationReinstated(**place_of(consultation)))


def check_phases(phases: list[PhaseDraft]) -> None:
    """Refuse an id given twice and an end before its start. Raises `Invalid`, field by field."""
    errors: dict[str, str | tuple[str, dict[str, object]]] = {}
    seen: set[UUID | None] = {None}
    for index, phase in enumerate(phases):
        if phase.id in seen - {None}:
            errors[f"phases.{index}.id"] = "twice"
        if phase.closes_at <= phase.opens_at:
            errors[f"phases.{index}.closes_at"] = "ends-before-start"
        seen.add(phase.id)
    if errors:
        raise Invalid(errors)


async def phases_of(ctx: RequestContext, consultation_id: UUID) -> list[Phase]:
    """A consultation's phases in order of opening."""
    query = select(Phase).where(Phase.consultation_id == consultation_id)
    query = query.order_by(Phase.opens_at, Phase.id)
    return list((await ctx.db.scalars(query)).all())


def draft_of(page: ConsultationPage) -> ConsultationDraft:
    """A consultation as its agents would write it down today: to change one thing of it."""
    card = page.card
    return ConsultationDraft(
        **{name: getattr(card, name) for name in ("slug", "title", "question", "summary")},
        **{name: getattr(page, name) for name in ("promise", "body", "themes", *POINTS)},
        frame_ancestors=page.frame_ancestors,
        phases=[PhaseDraft(p.kind, p.opens_at, p.closes_at, p.id) for p in card.phases],  # type: ignore[arg-type]
    )


async def consultation_row(ctx: RequestContext, slug: str) -> Consultation:
    """The row an agent works on. Raises `NotFound` for everybody else."""
    query = select(Consultation).where(Consultation.slug == slug)
    consultation = existing((await ctx.db.scalars(query)).one_or_none())
    permit(may_run(ctx, consultation.authority_id))
    return consultation


async def _add(
    ctx: RequestContext, authority_id: UUID, draft: ConsultationDraft, state: str
) -> Consultation:
    check_phases(draft.phases)
    await _check_slug(ctx, draft.slug, None)
    consultation = Consultation(
        id=new_id(),
        authority_id=authority_id,
        state=state,
        created_at=ctx.now,
        opened_at=ctx.now if state == "open" else None,
        **_texts(draft),
    )
    ctx.db.add(consultation)
    await ctx.db.flush()
    _add_phases(ctx, consultation, draft.phases)
    await ctx.db.flush()
    return consultation


def _texts(draft: ConsultationDraft) -> dict[str, object]:
    return {k: v for k, v in msgspec.structs.asdict(draft).items() if k not in ("phases", "reason")}


def _add_phases(ctx: RequestContext, consultation: Consultation, phases: list[PhaseDraft]) -> None:
    ctx.db.add_all(
        Phase(
            id=new_id(),
            consultation_id=consultation.id,
            kind=phase.kind,
            opens_at=phase.opens_at,
            closes_at=phase.closes_at,
        )
        for phase in phases
    )


def matched(stored: Sequence[Phase], wished: Sequence[PhaseDraft]) -> list[Phase | None]:
    """The stored phase that each draft changes; None: it is new.

    Raises `Invalid` for an id that is none of this consultation, or of another kind.
    """
    named = {wish.id for wish in wished}
    unnamed = [phase for phase in stored if phase.id not in named]
    found: list[Phase | None] = []
    errors: dict[str, str | tuple[str, dict[str, Any]]] = {}
    for index, wish in enumerate(wished):
        among = unnamed if wish.id is None else stored
        phase = next(
            (one for one in among if one.kind == wish.kind and wish.id in (None, one.id)), None
        )
        if phase is None and wish.id is not None:
            errors[f"phases.{index}.id"] = "not-a-choice"
        if phase in unnamed:
            unnamed.remove(phase)
        found.append(phase)
    if errors:
        raise Invalid(errors)
    return found


async def _check_slug(ctx: RequestContext, slug: str, mine: UUID | None) -> None:
    holder = await ctx.db.scalar(select(Consultation.id).where(Consultation.slug == slug))
    if holder is not None and holder != mine:
        raise Invalid({"slug": "taken"})


async def _set_phases(
    ctx: RequestContext, consultation: Consultation, wished: list[PhaseDraft]
) -> None:
    """The phases as they are wished; those whose ballot box is open stay as they are."""
    stored = await phases_of(ctx, consultation.id)
    kept = matched(stored, wished)
    for phase in stored:
        if phase not in kept and not phase.sealed:
            await ctx.db.delete(phase)
    for changed, wish in zip(kept, wished, strict=True):
        if changed is not None and not changed.sealed:
            changed.opens_at, changed.closes_at = wish.opens_at, wish.closes_at
    new = [wish for changed, wish in zip(kept, wished, strict=True) if changed is None]
    _add_phases(ctx, consultation, new)
    await ctx.db.flush()


async def _check_dates(
    ctx: RequestContext, consultation: Consultation, draft: ConsultationDraft
) -> None:
    """The dates of an open consultation: what has begun or ended stays, ends move later
    only, and nothing becomes shorter than it was announced.
    """
    stored = await phases_of(ctx, consultation.id)
    kept = matched(stored, draft.phases)
    for phase in stored:
        if phase not in kept:
            begun = phase.opens_at <= ctx.now or phase.sealed
            raise Invalid({"phases": "phase-begun" if begun else "dropping-needs-two"})
    for index, (changed, wish) in enumerate(zip(kept, draft.phases, strict=True)):
        if changed is None:
            if wish.opens_at < ctx.now:
                raise Invalid({f"phases.{index}.opens_at": "starts-in-past"})
        elif found := _date_error(changed, wish, ctx.now):
            bound, code = found
            raise Invalid({f"phases.{index}.{bound}": code})


def _date_error(phase: Phase, wish: PhaseDraft, now: datetime) -> tuple[str, str] | None:
    """Which bound of a phase cannot move as wished, and why."""
    if wish.opens_at != phase.opens_at:
        if phase.opens_at <= now or phase.sealed:
            return "opens_at", "phase-begun"
        if wish.opens_at < now:
            return "opens_at", "starts-in-past"
    if wish.closes_at != phase.closes_at:
        if phase.sealed:
            return "closes_at", "phase-sealed"
        if phase.closes_at <= now:
            return "closes_at", "phase-over"
        if wish.closes_at < phase.closes_at:
            return "closes_at", "earlier-needs-two"
    if wish.closes_at - wish.opens_at < phase.closes_at - phase.opens_at:
        return "opens_at", "shorter-than-announced"
    return None
