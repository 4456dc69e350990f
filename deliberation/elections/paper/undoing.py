"""Undoing a mark on paper or at a counter: one asks with a reason, a countersigner grants."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import MOST_LISTED
from deliberation.core.database import fetch, prepared
from deliberation.core.errors import Conflict, NotFound, Refusal, existing
from deliberation.core.ids import new_id
from deliberation.elections.electorate.model import Elector, TurnoutMark
from deliberation.elections.electorate.permissions import may_countersign
from deliberation.elections.paper.events import MarkUndone, UndoingAsked
from deliberation.elections.paper.model import Undoing
from deliberation.elections.paper.paper_ballots import may_enter_batch, still_typed
from deliberation.elections.polls.queries import PollView
from deliberation.journal.commands import record
from deliberation.process.consultations.permissions import may_run
from deliberation.process.consultations.queries import ConsultationRef, place_of


class UndoingDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Whose mark is to be undone, by their identifier on the roll, and why."""

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    reason: Annotated[str, msgspec.Meta(min_length=5, max_length=400)]


class UndoingView(msgspec.Struct, frozen=True):
    """A request to undo a mark; `granted_at` is None while no second person has granted it."""

    id: UUID
    elector: str
    name: str
    reason: str
    asked_by: UUID
    asked_at: datetime
    granted_at: datetime | None


async def ask_undoing(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView, draft: UndoingDraft
) -> Undoing:
    """Ask that a mark on paper or at a counter be undone. For agents, while papers are typed.

    Raises `NotFound`: `no-such-elector`, `no-paper-mark`; `Conflict("already-asked")`;
    `NotAllowed` once papers are no longer typed.
    """
    permit(may_run(ctx, consultation.authority_id))
    await still_typed(ctx, consultation, poll)
    query = select(Elector.id).where(
        Elector.consultation_id == consultation.id, Elector.number == draft.number.strip()
    )
    elector_id = existing((await ctx.db.scalars(query)).one_or_none(), "no-such-elector")
    if (await ctx.db.scalars(_marked(poll.id, elector_id))).first() is None:
        raise NotFound("no-paper-mark")
    waiting = select(Undoing.id).where(
        Undoing.poll_id == poll.id, Undoing.elector_id == elector_id, Undoing.granted_at.is_(None)
    )
    if (await ctx.db.scalars(waiting)).first() is not None:
        raise Conflict("already-asked")
    undoing = Undoing(
        id=new_id(),
        poll_id=poll.id,
        elector_id=elector_id,
        reason=draft.reason,
        asked_by=ctx.person.id,
        asked_at=ctx.now,
    )
    ctx.db.add(undoing)
    await record(ctx, UndoingAsked(undoing_id=undoing.id, **place_of(consultation)))
    return undoing


async def grant_undoing(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView, undoing_id: UUID
) -> None:
    """Undo the mark, as a second person: while the vote is open, that elector may vote again.

    Raises `NotFound`, also `no-paper-mark`; `NotAllowed` as `may_countersign` and as `ask_undoing`;
    `Conflict`: `already-decided`, `papers-already-typed` when as many papers count as are marked.
    """
    permit(may_run(ctx, consultation.authority_id))
    await still_typed(ctx, consultation, poll)
    undoing = await ctx.db.get(Undoing, undoing_id, with_for_update=True)
    if undoing is None or undoing.poll_id != poll.id:
        raise NotFound
    permit(await may_grant_undoing(ctx, consultation, poll, undoing))
    undoing.granted_by, undoing.granted_at = ctx.person.id, ctx.now
    await ctx.db.flush()
    mark = {"poll": poll.id, "elector": undoing.elector_id}
    if not await ctx.db.scalar(text("SELECT unmark_paper_voter(:poll, :elector)"), mark):
        raise NotFound("no-paper-mark")
    await record(ctx, MarkUndone(undoing_id=undoing.id, **place_of(consultation)))


async def may_grant_undoing(
    ctx: RequestContext,
    consultation: ConsultationRef,
    poll: PollView,
    undoing: Undoing | UndoingView,
) -> Refusal | None:
    """A countersigner, while papers are typed and fewer count than are marked."""
    if refusal := await may_enter_batch(ctx, consultation, poll):
        return refusal
    if refusal := await may_countersign(ctx, consultation, undoing.asked_by):
        return refusal
    if undoing.granted_at is not None:
        return Conflict("already-decided")
    awaited = await ctx.db.scalar(_AWAITED, {"poll": poll.id})
    return None if awaited else Conflict("papers-already-typed")


async def undoings(
    ctx: RequestContext, consultation: ConsultationRef, poll: PollView
) -> list[UndoingView]:
    """A poll's requests to undo a mark, those to decide first, then the newest. For agents."""
    permit(may_run(ctx, consultation.authority_id))
    return [UndoingView(**row) for row in await fetch(ctx.db, _REQUESTS, poll=poll.id)]


def _marked(poll_id: UUID, elector_id: UUID) -> Any:
    return select(TurnoutMark.voter_id).where(
        TurnoutMark.poll_id == poll_id,
        TurnoutMark.voter_id == elector_id,
        TurnoutMark.channel != "online",
    )


_AWAITED = text("SELECT papers_awaited(:poll)")
_REQUESTS = prepared(
    f"""
    SELECT request.id, elector, name, reason, asked_by, asked_at, granted_at
    FROM (
        SELECT * FROM undoing WHERE poll_id = :poll
        ORDER BY granted_at IS NOT NULL, asked_at DESC LIMIT {MOST_LISTED}
    ) AS request CROSS JOIN LATERAL (
        SELECT number AS elector, name FROM elector WHERE id = elector_id OFFSET 0
    ) AS of_roll
    ORDER BY granted_at IS NOT NULL, asked_at DESC
    """  # noqa: S608 - fixed text
)
