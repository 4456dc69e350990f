"""Follow a subject: get mails about its answer."""

from uuid import UUID

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound, existing
from deliberation.core.rate_limits import limit
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.subjects.kinds import SubjectRef, that
from deliberation.process.subjects.model import Follow, Subject


class Following(msgspec.Struct, frozen=True):
    """Whether the viewer follows a subject."""

    followed: bool


async def follow(ctx: RequestContext, consultation: ConsultationRef, ref: SubjectRef) -> Following:
    """Follow a subject that everybody can read; again changes nothing. Raises `NotFound`."""
    person, subject_id = ctx.person, await _readable(ctx, consultation, ref)
    await limit(ctx, "change", str(person.voter_id))
    await ctx.db.execute(
        insert(Follow)
        .values(subject_id=subject_id, person_id=person.id, created_at=ctx.now)
        .on_conflict_do_nothing()
    )
    return Following(followed=True)


async def unfollow(
    ctx: RequestContext, consultation: ConsultationRef, ref: SubjectRef
) -> Following:
    """Follow a subject no longer; without following it nothing changes. Raises `NotFound`."""
    await stop_following(ctx, ctx.person.id, await _readable(ctx, consultation, ref))
    return Following(followed=False)


async def stop_following(ctx: RequestContext, person_id: UUID, subject_id: UUID) -> None:
    """Have a person follow a subject no longer."""
    await ctx.db.execute(
        delete(Follow).where(Follow.person_id == person_id, Follow.subject_id == subject_id)
    )


async def followers(ctx: RequestContext, subject_id: UUID, people: list[UUID]) -> set[UUID]:
    """Those of some people who follow a subject."""
    query = select(Follow.person_id).where(
        Follow.subject_id == subject_id, Follow.person_id.in_(people)
    )
    return set((await ctx.db.scalars(query)).all())


async def _readable(ctx: RequestContext, consultation: ConsultationRef, ref: SubjectRef) -> UUID:
    if ref.kind not in that("followable"):
        raise NotFound
    query = select(Subject.id).where(
        Subject.consultation_id == consultation.id,
        Subject.kind == ref.kind,
        Subject.number == ref.number,
        Subject.state.in_(("published", "withdrawn")),
    )
    return existing(await ctx.db.scalar(query))
