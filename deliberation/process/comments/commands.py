"""Arguing, asking and replying; hiding a comment."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import one_at_a_time
from deliberation.core.errors import Conflict, Invalid, NotFound
from deliberation.core.ids import new_id
from deliberation.core.rate_limits import limit
from deliberation.journal.commands import record, record_sql, record_values
from deliberation.process.comments.events import CommentHidden, CommentShown, ProposalCommented
from deliberation.process.comments.permissions import may_comment
from deliberation.process.comments.queries import CommentView
from deliberation.process.consultations.queries import ConsultationRef, place_of
from deliberation.process.proposals.commands import Standing
from deliberation.process.proposals.newcomers import must_wait

REPEATED = timedelta(minutes=10)


class CommentDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody writes: an argument or question with its stance, or a reply to `parent`."""

    body: Annotated[str, msgspec.Meta(min_length=3, max_length=1000)]
    stance: Literal["for", "against", "question"] | None = None
    parent: UUID | None = None


class Hiding(msgspec.Struct, frozen=True):
    """Why a comment is hidden; both are public."""

    reason: str
    note: str = ""


async def comment(
    ctx: RequestContext, consultation: ConsultationRef, number: int, draft: CommentDraft
) -> CommentView:
    """Comment on the published proposal of a number; a reply to a reply joins its thread.

    The same words sent again within `REPEATED` are the comment that is there already. Raises
    `Invalid` without exactly one of stance and parent, `NotFound` when the proposal or the comment
    replied to is not there for everybody to read.
    """
    permit(may_comment(ctx, consultation))
    if draft.stance is None and draft.parent is None:
        raise Invalid({"stance": "required"})
    if draft.stance is not None and draft.parent is not None:
        raise Invalid({"stance": "reply-has-no-stance"})
    await limit(ctx, "comment", str(ctx.person.voter_id))
    waits = await must_wait(ctx, consultation.authority_id, draft.body)
    values = {
        "id": new_id(),
        "consultation": consultation.id,
        "number": number,
        "parent": draft.parent,
        "person": ctx.person.id,
        "stance": draft.stance,
        "body": draft.body,
        "state": "held" if waits else "visible",
        "now": ctx.now,
    }
    await one_at_a_time(ctx.db, f"comment:{ctx.person.id}")
    since = {"since": ctx.now - REPEATED}
    row = (await ctx.db.execute(_SENT, values | since)).one_or_none()
    if row is None:
        recording = record_values(ctx, ProposalCommented, **place_of(consultation))
        row = (await ctx.db.execute(_COMMENT, values | recording)).one_or_none()
    if row is None:
        raise NotFound
    return CommentView(
        id=row.id,
        parent=row.parent_id,
        stance=draft.stance or "",
        author=ctx.person.name,
        mine=True,
        from_authority=ctx.person.has(consultation.authority_id, "agent", "official"),
        body=draft.body,
        state=row.state,
        hidden_reason="",
        hidden_note="",
        created_at=row.created_at,
    )


async def hide(
    ctx: RequestContext, consultation: ConsultationRef, comment_id: UUID, hiding: Hiding
) -> None:
    """Hide a comment; its replies stay. `moderation` decides who may; twice changes nothing."""
    values = {"id": comment_id, "reason": hiding.reason, "note": hiding.note}
    if (await ctx.db.execute(_HIDE, values)).first() is None:
        return
    await record(
        ctx,
        CommentHidden(
            comment_id=comment_id,
            reason=hiding.reason,
            authority_id=consultation.authority_id,
            consultation_id=consultation.id,
        ),
    )


async def release(ctx: RequestContext, consultation: ConsultationRef, comment_id: UUID) -> None:
    """Make a comment public that waits; `moderation` decides who may. Raises `Conflict`."""
    if not await _move(ctx, consultation, comment_id, "held", "first"):
        raise Conflict("already-decided")


async def unhide(
    ctx: RequestContext, consultation: ConsultationRef, comment_id: UUID, standing: Standing
) -> None:
    """Have a hidden comment stand where it would without that; `moderation` decides who may."""
    await _move(ctx, consultation, comment_id, "hidden", standing)


async def remove_unread(ctx: RequestContext, person_id: UUID) -> None:
    """Reaction to a deleted account: what was never public goes too, hidden or not."""
    await ctx.db.execute(_REMOVE_UNREAD, {"person": person_id})


async def _move(
    ctx: RequestContext,
    consultation: ConsultationRef,
    comment_id: UUID,
    before: str,
    standing: Standing,
) -> bool:
    """Whether a comment was in a state, and stands elsewhere now."""
    state = "held" if standing == "held" else "visible"
    values = {"id": comment_id, "before": before, "state": state}
    proposal_id = await ctx.db.scalar(_MOVE, values)
    if proposal_id is None:
        return False
    place = {"comment_id": comment_id, **place_of(consultation)}
    if standing == "first":
        await record(ctx, ProposalCommented(proposal_id=proposal_id, **place))
    else:
        await record(ctx, CommentShown(state=state, **place))
    return True


# One statement each, so that a proposal's count equals its visible comments under any concurrency.
# The proposal's lock comes first: a proposal hidden meanwhile gets no comment.
_COMMENTED = record_sql(
    ProposalCommented, "added WHERE state = 'visible'", comment_id="id", proposal_id="proposal_id"
)
_COMMENT = text(
    f"""
    WITH target AS (
        SELECT id FROM proposal
        WHERE consultation_id = :consultation AND number = :number AND state = 'published'
        FOR NO KEY UPDATE
    ), top AS (
        SELECT top.id FROM comment AS chosen
        JOIN comment AS top ON top.id = coalesce(chosen.parent_id, chosen.id)
        JOIN target ON target.id = top.proposal_id
        WHERE chosen.id = :parent AND chosen.state = 'visible' AND top.state = 'visible'
    ), added AS (
        INSERT INTO comment (id, proposal_id, parent_id, author_id, stance, body, state,
                             hidden_reason, hidden_note, created_at)
        SELECT :id, target.id, (SELECT id FROM top), :person, CAST(:stance AS varchar), :body,
               :state, '', '', :now
        FROM target WHERE CAST(:parent AS uuid) IS NULL OR EXISTS (SELECT FROM top)
        RETURNING id, proposal_id, parent_id, state
    ), {_COMMENTED}
    UPDATE proposal SET comment_count = comment_count + CAST(added.state = 'visible' AS integer)
    FROM added WHERE proposal.id = added.proposal_id
    RETURNING added.id, added.parent_id, added.state, CAST(:now AS timestamptz) AS created_at
    """  # noqa: S608 - fixed text
)
_SENT = text(
    """
    SELECT comment.id, comment.parent_id, comment.state, comment.created_at
    FROM comment JOIN proposal ON proposal.id = comment.proposal_id
    WHERE proposal.consultation_id = :consultation AND proposal.number = :number
      AND comment.author_id = :person AND comment.body = :body AND comment.state <> 'hidden'
      AND comment.stance IS NOT DISTINCT FROM CAST(:stance AS varchar)
      AND comment.parent_id IS NOT DISTINCT FROM (
          SELECT coalesce(parent_id, id) FROM comment WHERE id = CAST(:parent AS uuid))
      AND comment.created_at > :since
    ORDER BY comment.created_at LIMIT 1
    """
)
_HIDE = text(
    """
    WITH before AS (
        SELECT id, proposal_id, state FROM comment WHERE id = :id AND state <> 'hidden' FOR UPDATE
    ), changed AS (
        UPDATE comment SET state = 'hidden', hidden_reason = :reason, hidden_note = :note
        FROM before WHERE comment.id = before.id
    )
    UPDATE proposal SET comment_count = comment_count - CAST(before.state = 'visible' AS integer)
    FROM before WHERE proposal.id = before.proposal_id RETURNING proposal.id
    """
)
_MOVE = text(
    """
    WITH before AS (
        SELECT id, proposal_id FROM comment WHERE id = :id AND state = :before FOR UPDATE
    ), changed AS (
        UPDATE comment SET state = :state, hidden_reason = '', hidden_note = ''
        FROM before WHERE comment.id = before.id
    )
    UPDATE proposal SET comment_count = comment_count + CAST(:state = 'visible' AS integer)
    FROM before WHERE proposal.id = before.proposal_id RETURNING proposal.id
    """
)
_REMOVE_UNREAD = text(
    """
    DELETE FROM comment USING proposal
    WHERE proposal.id = proposal_id AND comment.author_id = :person
      AND (comment.state = 'held' OR comment.state = 'hidden' AND NOT EXISTS (
          SELECT FROM event
          WHERE event.consultation_id = proposal.consultation_id AND kind = 'ProposalCommented'
            AND data ->> 'comment_id' = CAST(comment.id AS text)))
    """
)
