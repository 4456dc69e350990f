"""Report a text, and decide about it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import insert

from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Conflict, Invalid, NotFound
from deliberation.core.ids import new_id
from deliberation.core.rate_limits import limit
from deliberation.journal.commands import record
from deliberation.process.consultations.queries import ConsultationRef, place_of
from deliberation.process.moderation.events import TextKept, TextReleased, TextReported
from deliberation.process.moderation.measures import (
    about_text,
    close_reports,
    hide,
    publish_first,
    text_of,
)
from deliberation.process.moderation.model import Reason, Report
from deliberation.process.moderation.permissions import may_decide, may_moderate
from deliberation.process.moderation.queries import reported_text
from deliberation.process.subjects.kinds import Reportable


class ReportDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Which text somebody reports, and why; the note is read by moderators only."""

    subject: Reportable
    subject_id: UUID
    reason: Reason
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Decision on a text that was reported or awaits moderation: keep it (a waiting one becomes
    public) or hide it.

    Of a hidden one, reason and note are public.
    """

    subject: Reportable
    subject_id: UUID
    decision: Literal["kept", "hidden"]
    reason: Reason | None = None
    note: Annotated[str, msgspec.Meta(max_length=300)] = ""


class Reported(msgspec.Struct, frozen=True):
    """Whether this report is the person's first about the text."""

    first: bool


async def report(
    ctx: RequestContext, consultation: ConsultationRef, draft: ReportDraft
) -> Reported:
    """Report a text that everybody can read; each mailbox counts once a text."""
    reporter = ctx.person
    found = await reported_text(ctx, consultation.id, draft.subject_id)
    if found is None or found.kind != draft.subject:
        raise NotFound
    await limit(ctx, "report", str(reporter.voter_id))
    added = await ctx.db.execute(
        insert(Report)
        .values(
            id=new_id(),
            consultation_id=consultation.id,
            reporter_id=reporter.id,
            voter_id=reporter.voter_id,
            created_at=ctx.now,
            subject_id=draft.subject_id,
            reason=draft.reason,
            note=draft.note,
        )
        .on_conflict_do_nothing()
        .returning(Report.id)
    )
    if added.first() is None:
        return Reported(first=False)
    event = TextReported(
        subject=draft.subject,
        subject_id=draft.subject_id,
        reason=draft.reason,
        **place_of(consultation),
    )
    await record(ctx, event)
    return Reported(first=True)


async def decide(ctx: RequestContext, authority_id: UUID, decision: Decision) -> None:
    """Decide about a text that was reported, or that waits before it is public.

    Raises `NotFound` for other authorities' texts, `Conflict("already-decided")` when somebody
    was faster.
    """
    permit(may_moderate(ctx, authority_id))
    if decision.decision == "hidden" and decision.reason is None:
        raise Invalid({"reason": "required"})
    found = await text_of(ctx, authority_id, decision.subject_id)
    permit(may_decide(ctx, authority_id, found.voter_id))
    reports = await close_reports(ctx, found.id, decision.decision)
    if reports == 0 and found.state != "held":
        raise Conflict("already-decided")
    if decision.decision == "hidden" and decision.reason is not None:
        await hide(ctx, found, decision.reason, decision.note, reports=reports)
        return
    if found.state == "held":
        await publish_first(ctx, found)
        await record(ctx, TextReleased(**about_text(found)))
    else:
        await record(ctx, TextKept(reports=reports, **about_text(found)))
