"""Read measures against texts and accounts."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import NotFound, Refusal
from deliberation.process.moderation.model import Measure
from deliberation.process.moderation.permissions import may_end, may_moderate

MAX_LISTED_MEASURES = 200  # measures that are listed


class MeasureView(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as its subject and the team read it; `own`: the viewer took it, or is its subject.

    `texts`: how many texts a suspension hid with it. Of an account, consultation, number, title and
    body are empty.
    """

    id: UUID
    authority: str  # its slug
    authority_name: str
    subject: str
    subject_id: UUID
    consultation: str  # its slug
    consultation_title: str
    number: int  # of the proposal
    title: str  # of the proposal
    body: str
    author: str
    reason: str
    note: str
    texts: int
    taken_at: datetime
    appeal: str
    appealed_at: datetime | None
    upheld_at: datetime | None
    lifted_at: datetime | None
    reply: str
    own: bool


async def may_end_one(ctx: RequestContext, authority_id: UUID, measure_id: UUID) -> Refusal | None:
    """Whether the viewer may end one of an authority's measures, as `may_end` says."""
    query = select(Measure).where(Measure.id == measure_id, Measure.authority_id == authority_id)
    measure = (await ctx.db.scalars(query)).one_or_none()
    return NotFound() if measure is None else await may_end(ctx, measure)


async def own_measures(ctx: RequestContext) -> list[MeasureView]:
    """Moderation measures against the viewer, newest first. Raises `SignInNeeded`.

    Texts hidden by a suspension are listed with it; once it is lifted, those still hidden, alone.
    """
    return await _views(ctx, whose=ctx.person.voter_id)


async def own_measure(ctx: RequestContext, measure_id: UUID) -> MeasureView:
    """One measure against the viewer. Raises `NotFound`."""
    return _one(await _views(ctx, whose=ctx.person.voter_id, id=measure_id))


async def measures(ctx: RequestContext, authority_id: UUID) -> list[MeasureView]:
    """The authority's measures, as `own_measures` shows them: contested ones that wait first."""
    permit(may_moderate(ctx, authority_id))
    return await _views(ctx, authority=authority_id)


async def contested_count(ctx: RequestContext, authority_id: UUID) -> int:
    """Number of contested measures of an authority that await a decision."""
    permit(may_moderate(ctx, authority_id))
    return int(await ctx.db.scalar(_CONTESTED, {"authority": authority_id}) or 0)


async def measure_view(ctx: RequestContext, authority_id: UUID, measure_id: UUID) -> MeasureView:
    """One measure of an authority. Raises `NotFound`."""
    permit(may_moderate(ctx, authority_id))
    return _one(await _views(ctx, authority=authority_id, id=measure_id))


async def _views(ctx: RequestContext, **which: UUID) -> list[MeasureView]:
    values = {"whose": None, "authority": None, "id": None, **which}
    viewer = {"viewer": ctx.person.voter_id, "most": MAX_LISTED_MEASURES}
    rows = (await ctx.db.execute(_VIEWS, {**values, **viewer})).all()
    return [MeasureView(**row._mapping) for row in rows]


def _one(found: list[MeasureView]) -> MeasureView:
    if not found:
        raise NotFound
    return found[0]


_CONTESTED = text(
    """
    SELECT count(*) FROM measure WHERE authority_id = :authority
    AND appealed_at IS NOT NULL AND upheld_at IS NULL AND lifted_at IS NULL
    """
)
_VIEWS = text(
    """
    SELECT measure.id, authority.slug AS authority, authority.name AS authority_name,
           measure.subject, coalesce(measure.subject_id, measure.voter_id) AS subject_id,
           coalesce(consultation.slug, '') AS consultation,
           coalesce(consultation.title, '') AS consultation_title,
           coalesce(top.number, 0) AS number, coalesce(top.title, '') AS title,
           coalesce(subject.body, '') AS body, coalesce(author.name, '') AS author,
           measure.reason, measure.note, measure.taken_at, measure.appeal, measure.appealed_at,
           measure.upheld_at, measure.lifted_at, measure.reply,
           (SELECT count(*) FROM measure AS part WHERE part.within_id = measure.id) AS texts,
           :viewer IN (taker.voter_id, measure.voter_id) AS own
    FROM measure
    JOIN authority ON authority.id = measure.authority_id
    JOIN person AS taker ON taker.id = measure.taken_by
    LEFT JOIN measure AS whole ON whole.id = measure.within_id
    LEFT JOIN consultation ON consultation.id = measure.consultation_id
    LEFT JOIN subject ON subject.id = measure.subject_id
    LEFT JOIN subject AS top ON top.id = coalesce(subject.about_id, subject.id)
    LEFT JOIN person AS author ON author.id = coalesce(
        subject.author_id,
        (SELECT id FROM person WHERE person.voter_id = measure.voter_id
         ORDER BY deleted_at DESC NULLS FIRST LIMIT 1))
    WHERE (CAST(:whose AS uuid) IS NULL OR measure.voter_id = :whose)
      AND (CAST(:authority AS uuid) IS NULL OR measure.authority_id = :authority)
      AND (CAST(:id AS uuid) IS NULL OR measure.id = :id)
      AND (CAST(:id AS uuid) IS NOT NULL OR measure.within_id IS NULL
           OR measure.lifted_at IS NULL AND whole.lifted_at IS NOT NULL)
    ORDER BY measure.appealed_at IS NULL OR measure.upheld_at IS NOT NULL
             OR measure.lifted_at IS NOT NULL, measure.taken_at DESC, measure.id
    LIMIT :most
    """
)
