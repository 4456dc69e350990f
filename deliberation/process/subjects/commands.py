"""Change the state of subjects of any kind."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update

from deliberation.core.context import RequestContext
from deliberation.core.errors import existing
from deliberation.core.ids import new_id
from deliberation.process.consultations.model import Consultation
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.process.subjects.model import HIDEABLE, Subject


async def add_subject(
    ctx: RequestContext,
    kind: str,
    title: str,
    body: str,
    number: int,
    *,
    authority_id: UUID,
    consultation_id: UUID | None,
    author_id: UUID | None = None,
    submission: UUID | None = None,
    held: bool = False,
) -> UUID:
    """Add a published subject, by nobody unless `author_id` says by whom; its id.

    `submission`: the form that made it. `held`: it waits for moderation, and is not public yet.
    """
    subject_id = new_id()
    await ctx.db.execute(
        insert(Subject.__table__).values(  # type: ignore[arg-type]
            id=subject_id,
            kind=kind,
            title=title,
            body=body,
            author_id=author_id,
            number=number,
            authority_id=authority_id,
            consultation_id=consultation_id,
            submission=submission,
            state="held" if held else "published",
            created_at=ctx.now,
            published_at=None if held else ctx.now,
        )
    )
    return subject_id


async def next_number(ctx: RequestContext, consultation_id: UUID, kind: str) -> int:
    """The next number of a kind in a consultation; two people adding at once get two numbers."""
    await ctx.db.execute(
        select(Consultation.id).where(Consultation.id == consultation_id).with_for_update()
    )
    last = select(func.coalesce(func.max(Subject.number), 0)).where(
        Subject.consultation_id == consultation_id, Subject.kind == kind
    )
    return (await ctx.db.scalars(last)).one() + 1


async def rename(ctx: RequestContext, subject_id: UUID, title: str) -> None:
    """Change the title of a subject."""
    await ctx.db.execute(update(Subject).where(Subject.id == subject_id).values(title=title))


async def remove(ctx: RequestContext, subject_id: UUID) -> None:
    """Delete a subject whose own row is gone."""
    await ctx.db.execute(delete(Subject).where(Subject.id == subject_id))


async def mark_answered(ctx: RequestContext, subject_id: UUID, decision: str) -> None:
    """Keep the decision of the official answer to a subject, for lists."""
    await ctx.db.execute(update(Subject).where(Subject.id == subject_id).values(answer=decision))


async def lock_published(
    ctx: RequestContext, consultation: ConsultationRef, ref: SubjectRef
) -> UUID:
    """The id of a published subject, locked until the transaction ends. Raises `NotFound`.

    Whoever hides it meanwhile waits, so that nothing is added to what nobody can read.
    """
    query = select(Subject.id).where(
        Subject.consultation_id == consultation.id,
        Subject.kind == ref.kind,
        Subject.number == ref.number,
        Subject.state == "published",
    )
    return existing(await ctx.db.scalar(query.with_for_update(key_share=True)))


async def hide(ctx: RequestContext, subject_id: UUID, reason: str, note: str) -> bool:
    """Hide a subject with a public reason; whether it was shown. `moderation` decides who may."""
    said = {"reason": reason, "note": note}
    return await _move(ctx, subject_id, before=HIDEABLE, after="hidden", **said) is not None


async def publish_first(ctx: RequestContext, subject_id: UUID, before: str) -> bool:
    """Make public, for the first time, a subject in the state `before`; whether it was in it."""
    return await _move(ctx, subject_id, before=(before,), after="published") is not None


async def unhide(ctx: RequestContext, subject_id: UUID) -> str | None:
    """Give a hidden subject the state that it would have otherwise; `moderation` decides who may.

    Published, withdrawn if its author took it back, held if it was never public. Returns the state,
    None when it was not hidden.
    """
    return await _move(ctx, subject_id, before=("hidden",), after=None)


async def count_comments(ctx: RequestContext, subject_id: UUID, more: int) -> None:
    """Add to the number of visible comments of a subject."""
    await ctx.db.execute(
        text("UPDATE subject SET comment_count = comment_count + :more WHERE id = :id"),
        {"id": subject_id, "more": more},
    )


async def remove_unpublished(ctx: RequestContext, person_id: UUID) -> None:
    """Reaction to a deleted account: what was never public goes too, hidden or not."""
    await ctx.db.execute(
        text("DELETE FROM subject WHERE author_id = :person AND published_at IS NULL"),
        {"person": person_id},
    )


async def _move(
    ctx: RequestContext,
    subject_id: UUID,
    *,
    before: tuple[str, ...],
    after: str | None,
    reason: str = "",
    note: str = "",
) -> str | None:
    """Change the state of a subject that is in one of some states; the new state, or None."""
    values = {"id": subject_id, "before": list(before), "after": after, "now": ctx.now}
    moved: Any = await ctx.db.scalar(_MOVE, {**values, "reason": reason, "note": note})
    return None if moved is None else str(moved)


# One statement, so that a subject's count equals its visible comments under any concurrency.
_MOVE = text(
    """
    WITH moved AS (
        SELECT id, kind, about_id, state AS before,
               coalesce(CAST(:after AS varchar),
                        CASE WHEN published_at IS NULL THEN 'held'
                             WHEN withdrawn_at IS NULL THEN 'published' ELSE 'withdrawn' END
               ) AS after
        FROM subject WHERE id = :id AND state = ANY(:before) FOR UPDATE
    ), counted AS (
        UPDATE subject SET comment_count = comment_count
            + CAST(after = 'published' AS integer) - CAST(before = 'published' AS integer)
        FROM moved WHERE subject.id = moved.about_id AND moved.kind = 'comment'
    )
    UPDATE subject SET state = after, hidden_reason = :reason, hidden_note = :note,
        published_at = CASE WHEN after = 'published' THEN coalesce(published_at, :now)
                            ELSE published_at END
    FROM moved WHERE subject.id = moved.id RETURNING subject.state
    """
)
