"""Write arguments, questions and replies."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from deliberation.core.context import RequestContext, permit
from deliberation.core.database import one_at_a_time
from deliberation.core.errors import Invalid, NotFound, existing
from deliberation.core.ids import new_id
from deliberation.core.rate_limits import limit
from deliberation.journal.commands import record
from deliberation.process.comments.events import CommentPublished
from deliberation.process.comments.model import Comment, Stance
from deliberation.process.comments.permissions import may_comment
from deliberation.process.comments.queries import CommentView, shown_state
from deliberation.process.consultations.queries import ConsultationRef, place_of
from deliberation.process.subjects.commands import count_comments, lock_published
from deliberation.process.subjects.kinds import SubjectRef, that
from deliberation.process.subjects.newcomers import must_wait

REPEATED = timedelta(minutes=10)


class CommentDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A comment to post: an argument or question with its stance, or a reply to `parent`."""

    body: Annotated[str, msgspec.Meta(min_length=3, max_length=1000)]
    stance: Stance | None = None
    parent: UUID | None = None


async def comment(
    ctx: RequestContext, consultation: ConsultationRef, about: SubjectRef, draft: CommentDraft
) -> CommentView:
    """Comment on a published subject; a reply to a reply joins its thread.

    The same words sent again within `REPEATED` are the comment that is there already. Raises
    `Invalid` without exactly one of stance and parent, `NotFound` when the subject or the comment
    replied to is not there for everybody to read.
    """
    permit(may_comment(ctx, consultation))
    if draft.stance is None and draft.parent is None:
        raise Invalid({"stance": "required"})
    if draft.stance is not None and draft.parent is not None:
        raise Invalid({"stance": "reply-has-no-stance"})
    if about.kind not in that("commentable"):
        raise NotFound
    await limit(ctx, "comment", str(ctx.person.voter_id))
    waits = await must_wait(ctx, consultation.authority_id, draft.body)
    await one_at_a_time(ctx.db, f"comment:{ctx.person.id}")
    about_id = await lock_published(ctx, consultation, about)
    parent_id = await _thread_of(ctx, about_id, draft.parent) if draft.parent else None
    row = await _already_sent(ctx, about_id, parent_id, draft)
    if row is None:
        row = Comment(
            id=new_id(),
            **place_of(consultation),
            about_id=about_id,
            author_id=ctx.person.id,
            parent_id=parent_id,
            stance=draft.stance,
            body=draft.body,
            state="held" if waits else "published",
            created_at=ctx.now,
            published_at=None if waits else ctx.now,
        )
        ctx.db.add(row)
        await ctx.db.flush()
        if not waits:
            await count_comments(ctx, about_id, 1)
            await tell_published(ctx, row.id)
    return CommentView(
        id=row.id,
        parent=row.parent_id,
        stance=draft.stance or "",
        author=ctx.person.name,
        mine=True,
        from_authority=ctx.person.has(consultation.authority_id, "agent", "official"),
        body=draft.body,
        state=shown_state(row.state),
        hidden_reason="",
        hidden_note="",
        created_at=row.created_at,
    )


async def tell_published(ctx: RequestContext, comment_id: UUID) -> None:
    """Record that a comment became public."""
    row = await ctx.db.get_one(Comment, comment_id)
    assert row.about_id is not None
    await record(
        ctx,
        CommentPublished(
            subject="comment",
            subject_id=row.id,
            about_id=row.about_id,
            authority_id=row.authority_id,
            consultation_id=row.consultation_id,
        ),
    )


async def _thread_of(ctx: RequestContext, about_id: UUID, parent: UUID) -> UUID:
    """The comment that begins another one's thread. Raises `NotFound` unless both are public."""
    top = aliased(Comment)
    query = (
        select(top.id)
        .join(Comment, top.id == func.coalesce(Comment.parent_id, Comment.id))
        .where(Comment.id == parent, Comment.state == "published")
        .where(top.about_id == about_id, top.state == "published")
    )
    return existing(await ctx.db.scalar(query))


async def _already_sent(
    ctx: RequestContext, about_id: UUID, parent_id: UUID | None, draft: CommentDraft
) -> Comment | None:
    """The viewer's identical comment of a moment ago (a form sent twice)."""
    query = select(Comment).where(
        Comment.about_id == about_id,
        Comment.author_id == ctx.person.id,
        Comment.body == draft.body,
        Comment.state != "hidden",
        Comment.stance.is_not_distinct_from(draft.stance),
        Comment.parent_id.is_not_distinct_from(parent_id),
        Comment.created_at > ctx.now - REPEATED,
    )
    return (await ctx.db.scalars(query.order_by(Comment.created_at).limit(1))).one_or_none()
