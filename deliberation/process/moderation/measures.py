"""What is decided against a text or an account, how it is contested, and how it ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Conflict, NotFound, Refusal
from deliberation.core.ids import new_id
from deliberation.journal.commands import record
from deliberation.journal.queries import last_events
from deliberation.process.comments import commands as comments
from deliberation.process.comments.commands import Hiding
from deliberation.process.consultations.queries import ConsultationRef, consultation_ref, place_of
from deliberation.process.moderation.events import (
    AccountSuspended,
    MeasureContested,
    MeasureLifted,
    MeasureUpheld,
    TextHidden,
)
from deliberation.process.moderation.model import Measure, Report
from deliberation.process.moderation.permissions import (
    may_end,
    may_moderate,
    may_suspend,
    may_suspend_account,
)
from deliberation.process.proposals import commands as proposals
from deliberation.process.proposals.commands import Standing

Subject = Literal["proposal", "comment"]
Reason = Literal["off_topic", "personal_attack", "illegal", "advertising", "personal_data"]
MAX_LISTED_MEASURES = 200  # measures that are listed
# The last that the journal tells of a text, its hiding aside -> where it stands without that.
STANDING: dict[str, Standing] = {
    "ProposalPublished": "again",
    "ProposalReinstated": "again",
    "ProposalWithdrawn": "withdrawn",
    "ProposalCommented": "again",
}


class Suspension(msgspec.Struct, frozen=True, kw_only=True):
    """The account of whoever wrote a text is suspended; the note is read by that person only."""

    subject_id: UUID
    reason: Reason
    note: Annotated[str, msgspec.Meta(min_length=5, max_length=300)]
    hide_texts: bool = False


class Appeal(msgspec.Struct, frozen=True):
    """Why somebody contests what was decided against them."""

    appeal: Annotated[str, msgspec.Meta(min_length=10, max_length=1500)]


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What another person decides: to lift a measure, or to uphold it; the reply is public."""

    decision: Literal["lifted", "upheld"]
    reply: Annotated[str, msgspec.Meta(min_length=5, max_length=300)]
    with_texts: bool = False


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


class TextOf(msgspec.Struct, frozen=True):
    """A text that a measure can be about, and whose it is."""

    subject: Subject
    id: UUID
    slug: str
    number: int  # of the proposal
    voter_id: UUID
    state: str


async def text_of(ctx: RequestContext, authority_id: UUID, subject_id: UUID) -> TextOf:
    """A text of the authority's consultations that is or was public. Raises `NotFound`."""
    row = (await ctx.db.execute(_TEXT, {"authority": authority_id, "id": subject_id})).one_or_none()
    if row is None:
        raise NotFound
    return TextOf(**row._mapping)


async def hide(
    ctx: RequestContext,
    found: TextOf,
    reason: str,
    note: str,
    *,
    reports: int,
    within: UUID | None = None,
) -> None:
    """Hide a text with a public reason; `within`: the suspension that hides all of an account's."""
    consultation = await consultation_ref(ctx, found.slug)
    if found.subject == "comment":
        await comments.hide(ctx, consultation, found.id, Hiding(reason, note))
    else:
        row = await proposals.proposal_row(ctx, consultation, found.number)
        await proposals.hide(ctx, consultation, row, reason, note)
    where = place_of(consultation)
    await _take(
        ctx,
        subject=found.subject,
        subject_id=found.id,
        voter_id=found.voter_id,
        reason=reason,
        note=note,
        within_id=within,
        **where,
    )
    event = TextHidden(
        subject=found.subject, subject_id=found.id, reason=reason, reports=reports, **where
    )
    await record(ctx, event)


async def release(ctx: RequestContext, consultation: ConsultationRef, found: TextOf) -> None:
    """Make a text public that waits. Raises `Conflict("already-decided")`."""
    if found.subject == "comment":
        await comments.release(ctx, consultation, found.id)
    else:
        await proposals.release(
            ctx, consultation, await proposals.proposal_row(ctx, consultation, found.number)
        )


async def suspend(ctx: RequestContext, authority_id: UUID, wish: Suspension) -> Measure:
    """Suspend the account that wrote a text, in one authority; `hide_texts`: and hide all of its.

    Whoever is suspended reads and votes: nobody who asks a question chooses who answers it. Raises
    `NotAllowed("own-text")`, `Conflict`: `team-member`, `already-suspended`.
    """
    permit(may_suspend(ctx, authority_id))
    found = await text_of(ctx, authority_id, wish.subject_id)
    permit(await may_suspend_account(ctx, authority_id, found.voter_id))
    measure = await _take(
        ctx,
        subject="account",
        subject_id=found.voter_id,
        voter_id=found.voter_id,
        reason=wish.reason,
        note=wish.note,
        authority_id=authority_id,
    )
    if measure is None:
        raise Conflict("already-suspended")
    texts = await _hide_all(ctx, measure) if wish.hide_texts else 0
    await record(
        ctx,
        AccountSuspended(
            measure_id=measure.id,
            subject="account",
            reason=wish.reason,
            texts=texts,
            authority_id=authority_id,
        ),
    )
    return measure


async def contest(ctx: RequestContext, measure_id: UUID, wish: Appeal) -> None:
    """Contest what was decided against oneself, once. Raises `NotFound`, `Conflict`."""
    query = select(Measure).where(Measure.id == measure_id, Measure.voter_id == ctx.person.voter_id)
    measure = (await ctx.db.scalars(query.with_for_update())).one_or_none()
    if measure is None:
        raise NotFound
    if measure.lifted_at is not None:
        raise Conflict("measure-over")
    if measure.appealed_at is not None:
        raise Conflict("already-contested")
    measure.appeal, measure.appealed_at = wish.appeal, ctx.now
    await ctx.db.flush()
    await record(ctx, MeasureContested(**_about(measure)))


async def end(ctx: RequestContext, authority_id: UUID, measure_id: UUID, wish: Ending) -> None:
    """Lift a measure at any time, or uphold a contested one, as another person.

    A hidden text stands again where it would without that: withdrawn, if its author took it back;
    with a suspension, `with_texts`: all that it hid, and what nobody had read yet waits again.
    Raises `NotFound`, `NotAllowed`: `needs-another-person`, `own-text`; `Conflict`:
    `measure-over`, `not-contested`.
    """
    permit(may_moderate(ctx, authority_id))
    query = select(Measure).where(Measure.id == measure_id, Measure.authority_id == authority_id)
    measure = (await ctx.db.scalars(query.with_for_update())).one_or_none()
    if measure is None:
        raise NotFound
    permit(await may_end(ctx, measure))
    if wish.decision == "upheld":
        if measure.appealed_at is None or measure.upheld_at is not None:
            raise Conflict("not-contested")
        measure.upheld_at, measure.upheld_by, measure.reply = ctx.now, ctx.person.id, wish.reply
        await ctx.db.flush()
        await record(ctx, MeasureUpheld(**_about(measure)))
        return
    query = select(Measure).where(Measure.within_id == measure.id, Measure.lifted_at.is_(None))
    parts = (await ctx.db.scalars(query.with_for_update())).all() if wish.with_texts else []
    last = await _last_told(ctx, [measure, *parts])
    for part in parts:
        await _lift(ctx, part, wish.reply, last, unread="held")
    await _lift(ctx, measure, wish.reply, last, unread="first")
    await record(ctx, MeasureLifted(**_about(measure)))


async def may_end_one(ctx: RequestContext, authority_id: UUID, measure_id: UUID) -> Refusal | None:
    """Whether the viewer may end one of an authority's measures, as `may_end` says."""
    query = select(Measure).where(Measure.id == measure_id, Measure.authority_id == authority_id)
    measure = (await ctx.db.scalars(query)).one_or_none()
    return NotFound() if measure is None else await may_end(ctx, measure)


async def own_measures(ctx: RequestContext) -> list[MeasureView]:
    """What was decided against the viewer, newest first. Raises `SignInNeeded`.

    What a suspension hid is told with it; once it is lifted, what is still hidden stands alone.
    """
    return await _views(ctx, whose=ctx.person.voter_id)


async def own_measure(ctx: RequestContext, measure_id: UUID) -> MeasureView:
    """One of them. Raises `NotFound`."""
    return _one(await _views(ctx, whose=ctx.person.voter_id, id=measure_id))


async def measures(ctx: RequestContext, authority_id: UUID) -> list[MeasureView]:
    """The authority's measures, as `own_measures` shows them: contested ones that wait first."""
    permit(may_moderate(ctx, authority_id))
    return await _views(ctx, authority=authority_id)


async def contested_count(ctx: RequestContext, authority_id: UUID) -> int:
    """How many contestations wait in an authority."""
    permit(may_moderate(ctx, authority_id))
    return int(await ctx.db.scalar(_CONTESTED, {"authority": authority_id}) or 0)


async def measure_view(ctx: RequestContext, authority_id: UUID, measure_id: UUID) -> MeasureView:
    """One of them. Raises `NotFound`."""
    permit(may_moderate(ctx, authority_id))
    return _one(await _views(ctx, authority=authority_id, id=measure_id))


async def _take(ctx: RequestContext, **values: Any) -> Measure | None:
    """Write a measure down; None when one is in force already. Waiting reports are decided."""
    added = insert(Measure).values(id=new_id(), taken_by=ctx.person.id, taken_at=ctx.now, **values)
    found = await ctx.db.scalars(added.on_conflict_do_nothing().returning(Measure))
    return found.one_or_none()


async def _hide_all(ctx: RequestContext, measure: Measure) -> int:
    """Hide every public text of a suspended account in the authority; how many they are."""
    values = {"authority": measure.authority_id, "voter": measure.voter_id}
    rows = (await ctx.db.execute(_PUBLIC_TEXTS, values)).all()
    for row in rows:
        found = await text_of(ctx, measure.authority_id, row.id)
        reports = await close_reports(ctx, row.id, "hidden")
        await hide(ctx, found, measure.reason, "", reports=reports, within=measure.id)
    return len(rows)


async def close_reports(ctx: RequestContext, subject_id: UUID, decision: str) -> int:
    """Decide all waiting reports of a text; how many they were."""
    decided = await ctx.db.scalars(
        update(Report)
        .where(Report.subject_id == subject_id, Report.decision.is_(None))
        .values(decision=decision, decided_at=ctx.now, decided_by=ctx.person.id)
        .returning(Report.id)
    )
    return len(decided.all())


async def _last_told(ctx: RequestContext, ended: Sequence[Measure]) -> dict[UUID, str]:
    """What the journal told last of each text of some measures, their hiding aside.

    The proposals are held: their authors take none back in between.
    """
    texts = [one for one in ended if one.subject != "account"]
    await ctx.db.execute(_HOLD, {"texts": [one.subject_id for one in texts]})
    where = {one.consultation_id for one in texts if one.consultation_id is not None}
    return await last_events(ctx, where, STANDING, [one.subject_id for one in texts])


async def _lift(
    ctx: RequestContext, measure: Measure, reply: str, last: Mapping[UUID, str], *, unread: Standing
) -> None:
    """End a measure; `unread`: where a text stands that was never public."""
    measure.lifted_at, measure.lifted_by, measure.reply = ctx.now, ctx.person.id, reply
    await ctx.db.flush()
    if measure.subject == "account":
        return
    try:
        found = await text_of(ctx, measure.authority_id, measure.subject_id)
    except NotFound:  # never public, it went with its author's account
        return
    consultation = await consultation_ref(ctx, found.slug)
    standing = STANDING[last[found.id]] if found.id in last else unread
    if found.subject == "comment":
        await comments.unhide(ctx, consultation, found.id, standing)
    else:
        row = await proposals.proposal_row(ctx, consultation, found.number)
        await proposals.unhide(ctx, consultation, row, standing)


async def _views(ctx: RequestContext, **which: UUID) -> list[MeasureView]:
    values = {"whose": None, "authority": None, "id": None, **which}
    viewer = {"viewer": ctx.person.voter_id, "most": MAX_LISTED_MEASURES}
    rows = (await ctx.db.execute(_VIEWS, {**values, **viewer})).all()
    return [MeasureView(**row._mapping) for row in rows]


def _one(found: list[MeasureView]) -> MeasureView:
    if not found:
        raise NotFound
    return found[0]


def _about(measure: Measure) -> dict[str, Any]:
    """What an event says of a measure: nobody's name."""
    return {
        "measure_id": measure.id,
        "subject": measure.subject,
        "authority_id": measure.authority_id,
        "consultation_id": measure.consultation_id,
    }


_HOLD = text("SELECT FROM proposal WHERE id = ANY(:texts) ORDER BY id FOR UPDATE")
_TEXT = text(
    """
    SELECT CASE WHEN comment.id IS NULL THEN 'proposal' ELSE 'comment' END AS subject,
           coalesce(comment.id, proposal.id) AS id, consultation.slug, proposal.number,
           person.voter_id, coalesce(comment.state, proposal.state) AS state
    FROM consultation
    JOIN proposal ON proposal.consultation_id = consultation.id
    LEFT JOIN comment ON comment.proposal_id = proposal.id AND comment.id = :id
    JOIN person ON person.id = coalesce(comment.author_id, proposal.author_id)
    WHERE consultation.authority_id = :authority AND proposal.state <> 'draft'
      AND (comment.id = :id OR proposal.id = :id)
    """
)
_PUBLIC_TEXTS = text(
    """
    SELECT proposal.id FROM proposal
    JOIN consultation ON consultation.id = consultation_id
    JOIN person ON person.id = author_id
    WHERE authority_id = :authority AND voter_id = :voter
      AND proposal.state IN ('published', 'withdrawn', 'held')
    UNION ALL
    SELECT comment.id FROM comment
    JOIN proposal ON proposal.id = proposal_id
    JOIN consultation ON consultation.id = consultation_id
    JOIN person ON person.id = comment.author_id
    WHERE authority_id = :authority AND voter_id = :voter
      AND comment.state IN ('visible', 'held')
    """
)
_CONTESTED = text(
    """
    SELECT count(*) FROM measure WHERE authority_id = :authority
    AND appealed_at IS NOT NULL AND upheld_at IS NULL AND lifted_at IS NULL
    """
)
_VIEWS = text(
    """
    SELECT measure.id, authority.slug AS authority, authority.name AS authority_name,
           measure.subject, measure.subject_id, coalesce(consultation.slug, '') AS consultation,
           coalesce(consultation.title, '') AS consultation_title,
           coalesce(proposal.number, 0) AS number, coalesce(proposal.title, '') AS title,
           coalesce(comment.body, proposal.body, '') AS body, coalesce(author.name, '') AS author,
           measure.reason, measure.note, measure.taken_at, measure.appeal, measure.appealed_at,
           measure.upheld_at, measure.lifted_at, measure.reply,
           (SELECT count(*) FROM measure AS part WHERE part.within_id = measure.id) AS texts,
           :viewer IN (taker.voter_id, measure.voter_id) AS own
    FROM measure
    JOIN authority ON authority.id = measure.authority_id
    JOIN person AS taker ON taker.id = measure.taken_by
    LEFT JOIN measure AS whole ON whole.id = measure.within_id
    LEFT JOIN consultation ON consultation.id = measure.consultation_id
    LEFT JOIN comment ON measure.subject = 'comment' AND comment.id = measure.subject_id
    LEFT JOIN proposal ON proposal.id = coalesce(comment.proposal_id, measure.subject_id)
    LEFT JOIN person AS author ON author.id = coalesce(
        comment.author_id, proposal.author_id,
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
