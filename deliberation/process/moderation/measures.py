"""Measures against a text or an account: decide, contest, lift or uphold."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Conflict, existing
from deliberation.core.ids import new_id
from deliberation.journal.commands import record
from deliberation.process.comments.commands import tell_published
from deliberation.process.moderation.events import (
    AccountSuspended,
    MeasureContested,
    MeasureLifted,
    MeasureUpheld,
    TextHidden,
)
from deliberation.process.moderation.model import Measure, Reason, Report
from deliberation.process.moderation.permissions import (
    may_end,
    may_moderate,
    may_suspend,
    may_suspend_account,
)
from deliberation.process.proposals.commands import publish_version
from deliberation.process.subjects import commands as subjects
from deliberation.process.subjects.events import SubjectPublished, SubjectShown
from deliberation.process.subjects.kinds import that
from deliberation.process.subjects.model import HIDEABLE

# What follows when moderation makes a text public for the first time, of the kinds whose
# publication is more than a state.
PUBLISHED = {"proposal": publish_version, "comment": tell_published}


class Suspension(msgspec.Struct, frozen=True, kw_only=True):
    """Suspension of the account of a text's author; only that person reads the note."""

    subject_id: UUID
    reason: Reason
    note: Annotated[str, msgspec.Meta(min_length=5, max_length=300)]
    hide_texts: bool = False


class Appeal(msgspec.Struct, frozen=True):
    """Argument of somebody who contests a measure against them."""

    appeal: Annotated[str, msgspec.Meta(min_length=10, max_length=1500)]


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """Decision of a second moderator: lift a measure or uphold it; the reply is public."""

    decision: Literal["lifted", "upheld"]
    reply: Annotated[str, msgspec.Meta(min_length=5, max_length=300)]
    with_texts: bool = False


class TextOf(msgspec.Struct, frozen=True, kw_only=True):
    """A text that a measure can be about, and whose it is."""

    subject: str  # its kind
    id: UUID
    authority_id: UUID
    consultation_id: UUID | None
    slug: str  # of the consultation
    top_kind: str  # of what stands on the page: the text itself, or what it is about
    number: int  # of the same
    voter_id: UUID
    state: str
    published: bool  # is or was public


async def text_of(ctx: RequestContext, authority_id: UUID, subject_id: UUID) -> TextOf:
    """A reportable text of the authority that left its author's hands. Raises `NotFound`."""
    values = {"authority": authority_id, "id": subject_id, "kinds": that("reportable")}
    row = existing((await ctx.db.execute(_TEXT, values)).one_or_none())
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
    await subjects.hide(ctx, found.id, reason, note)
    await _take(
        ctx,
        subject=found.subject,
        subject_id=found.id,
        voter_id=found.voter_id,
        reason=reason,
        note=note,
        within_id=within,
        authority_id=found.authority_id,
        consultation_id=found.consultation_id,
    )
    await record(ctx, TextHidden(reason=reason, reports=reports, **about_text(found)))


async def publish_first(ctx: RequestContext, found: TextOf) -> None:
    """Make a text public that never was, held or hidden. Raises `Conflict("already-decided")`."""
    if not await subjects.publish_first(ctx, found.id, found.state):
        raise Conflict("already-decided")
    if follow_up := PUBLISHED.get(found.subject):
        await follow_up(ctx, found.id)
    else:
        await record(ctx, SubjectPublished(**about_text(found)))


def about_text(found: TextOf) -> dict[str, Any]:
    """Event fields that identify a text."""
    return {
        "subject": found.subject,
        "subject_id": found.id,
        "authority_id": found.authority_id,
        "consultation_id": found.consultation_id,
    }


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
    measure = existing((await ctx.db.scalars(query.with_for_update())).one_or_none())
    if measure.lifted_at is not None:
        raise Conflict("measure-over")
    if measure.appealed_at is not None:
        raise Conflict("already-contested")
    measure.appeal, measure.appealed_at = wish.appeal, ctx.now
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
    measure = existing((await ctx.db.scalars(query.with_for_update())).one_or_none())
    permit(await may_end(ctx, measure))
    if wish.decision == "upheld":
        if measure.appealed_at is None or measure.upheld_at is not None:
            raise Conflict("not-contested")
        measure.upheld_at, measure.upheld_by, measure.reply = ctx.now, ctx.person.id, wish.reply
        await record(ctx, MeasureUpheld(**_about(measure)))
        return
    query = select(Measure).where(Measure.within_id == measure.id, Measure.lifted_at.is_(None))
    parts = (await ctx.db.scalars(query.with_for_update())).all() if wish.with_texts else []
    for part in parts:
        await _lift(ctx, part, wish.reply, appears=False)
    await _lift(ctx, measure, wish.reply, appears=True)
    await record(ctx, MeasureLifted(**_about(measure)))


async def _take(ctx: RequestContext, **values: Any) -> Measure | None:
    """Write a measure down; None when one is in force already. Waiting reports are decided."""
    added = insert(Measure).values(id=new_id(), taken_by=ctx.person.id, taken_at=ctx.now, **values)
    found = await ctx.db.scalars(added.on_conflict_do_nothing().returning(Measure))
    return found.one_or_none()


async def _hide_all(ctx: RequestContext, measure: Measure) -> int:
    """Hide every public text of a suspended account in the authority; how many they are."""
    values = {
        "authority": measure.authority_id,
        "voter": measure.voter_id,
        "kinds": that("reportable"),
    }
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


async def _lift(ctx: RequestContext, measure: Measure, reply: str, *, appears: bool) -> None:
    """End a measure; `appears`: a text that was never public becomes so, else waits again."""
    measure.lifted_at, measure.lifted_by, measure.reply = ctx.now, ctx.person.id, reply
    await ctx.db.flush()
    if measure.subject_id is None:  # an account, or a text that went with it
        return
    found = await text_of(ctx, measure.authority_id, measure.subject_id)
    if appears and not found.published and found.state == "hidden":
        await publish_first(ctx, found)
    elif (state := await subjects.unhide(ctx, found.id)) is not None:
        await record(ctx, SubjectShown(state=state, **about_text(found)))


def _about(measure: Measure) -> dict[str, Any]:
    """Event fields that identify a measure; no names."""
    return {
        "measure_id": measure.id,
        "subject": measure.subject,
        "authority_id": measure.authority_id,
        "consultation_id": measure.consultation_id,
    }


_TEXT = text(
    """
    SELECT subject.kind AS subject, subject.id, subject.authority_id, subject.consultation_id,
           consultation.slug, top.kind AS top_kind, top.number, person.voter_id, subject.state,
           subject.published_at IS NOT NULL AS published
    FROM subject
    JOIN subject AS top ON top.id = coalesce(subject.about_id, subject.id)
    JOIN consultation ON consultation.id = subject.consultation_id
    JOIN person ON person.id = subject.author_id
    WHERE subject.authority_id = :authority AND subject.id = :id AND subject.kind = ANY(:kinds)
      AND subject.state <> 'draft'
    """
)
_PUBLIC_TEXTS = text(
    f"""
    SELECT subject.id FROM subject JOIN person ON person.id = author_id
    WHERE authority_id = :authority AND voter_id = :voter AND kind = ANY(:kinds)
      AND state IN {HIDEABLE}
    """  # noqa: S608 (a constant)
)
