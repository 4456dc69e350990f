"""Reporting a text, and deciding about it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert

from deliberation.comments import commands as comments
from deliberation.comments.commands import Hiding
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.journal.commands import record
from deliberation.kit.act import Act, permit
from deliberation.kit.errors import Conflict, Invalid, NotFound
from deliberation.kit.ids import new_id
from deliberation.kit.limits import limit
from deliberation.moderation.events import TextHidden, TextKept, TextReported
from deliberation.moderation.model import Report
from deliberation.moderation.permissions import may_decide, may_moderate
from deliberation.moderation.queries import reported_text
from deliberation.proposals import commands as proposals

Reason = Literal["off_topic", "personal_attack", "illegal", "advertising", "personal_data"]


class ReportDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Which text somebody reports, and why; the note is read by moderators only."""

    subject: Literal["proposal", "comment"]
    subject_id: UUID
    reason: Reason
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What is decided about a reported text; of a hidden one, reason and note are public."""

    subject: Literal["proposal", "comment"]
    subject_id: UUID
    decision: Literal["kept", "hidden"]
    reason: Reason | None = None
    note: Annotated[str, msgspec.Meta(max_length=300)] = ""


class Reported(msgspec.Struct, frozen=True):
    """Whether this report is the person's first about the text."""

    first: bool


async def report(act: Act, page: ConsultationPage, draft: ReportDraft) -> Reported:
    """Report a text that everybody can read; each person counts once a text."""
    reporter = act.person.id
    if not await reported_text(act, page.card.id, draft.subject, draft.subject_id):
        raise NotFound
    await limit(act, "report", str(act.person.voter_id))
    added = await act.db.execute(
        insert(Report)
        .values(
            id=new_id(),
            consultation_id=page.card.id,
            reporter_id=reporter,
            created_at=act.now,
            **msgspec.structs.asdict(draft),
        )
        .on_conflict_do_nothing()
        .returning(Report.id)
    )
    if added.first() is None:
        return Reported(first=False)
    event = TextReported(
        subject=draft.subject, subject_id=draft.subject_id, reason=draft.reason, **_where(page)
    )
    await record(act, event)
    return Reported(first=True)


async def decide(act: Act, authority_id: UUID, decision: Decision) -> None:
    """Decide about all waiting reports of one text.

    Raises `NotFound` for other authorities' texts, `Conflict("already-decided")` when somebody
    was faster.
    """
    permit(may_moderate(act, authority_id))
    if decision.decision == "hidden" and decision.reason is None:
        raise Invalid({"reason": "required"})
    target = (
        await act.db.execute(
            _TARGET,
            {"authority": authority_id, "subject": decision.subject, "id": decision.subject_id},
        )
    ).one_or_none()
    if target is None:
        raise NotFound
    permit(may_decide(act, authority_id, target.author_id))
    decided = await act.db.scalars(
        update(Report)
        .where(Report.subject_id == decision.subject_id, Report.decision.is_(None))
        .values(decision=decision.decision, decided_at=act.now, decided_by=act.person.id)
        .returning(Report.id)
    )
    reports = len(decided.all())
    if reports == 0:
        raise Conflict("already-decided")
    page = await consultation_page(act, target.slug)
    subject, subject_id = decision.subject, decision.subject_id
    if decision.reason is None or decision.decision == "kept":
        kept = TextKept(subject=subject, subject_id=subject_id, reports=reports, **_where(page))
        await record(act, kept)
        return
    await _hide(act, page, decision, target.number, decision.reason)
    await record(
        act,
        TextHidden(
            subject=subject,
            subject_id=subject_id,
            reason=decision.reason,
            reports=reports,
            **_where(page),
        ),
    )


# A text that was ever reported, in a consultation of the authority.
_TARGET = text(
    """
    SELECT consultation.slug, proposal.number,
           coalesce(comment.author_id, proposal.author_id) AS author_id
    FROM consultation
    JOIN proposal ON proposal.consultation_id = consultation.id
    LEFT JOIN comment ON comment.proposal_id = proposal.id AND comment.id = :id
                     AND :subject = 'comment'
    WHERE consultation.authority_id = :authority
      AND (comment.id = :id OR :subject = 'proposal' AND proposal.id = :id)
      AND EXISTS (SELECT FROM report WHERE report.subject_id = :id)
    """
)


async def _hide(
    act: Act, page: ConsultationPage, decision: Decision, number: int, reason: str
) -> None:
    if decision.subject == "comment":
        await comments.hide(act, page, decision.subject_id, Hiding(reason, decision.note))
        return
    proposal = await proposals.proposal_row(act, page, number)
    await proposals.hide(act, page, proposal, reason, decision.note)


def _where(page: ConsultationPage) -> dict[str, UUID]:
    return {"authority_id": page.card.authority.id, "consultation_id": page.card.id}
