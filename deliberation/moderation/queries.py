"""Reading what waits for moderators, and the public log of what they decided."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text

from deliberation.consultations.queries import ConsultationPage
from deliberation.journal.model import RecordedEvent
from deliberation.kit.act import Act, permit
from deliberation.moderation.model import Report
from deliberation.moderation.permissions import may_moderate

LOG_SIZE = 200


class ReadText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that can be reported, as everybody reads it."""

    number: int  # of the proposal
    title: str  # of the proposal
    body: str
    author: str


class ReportView(msgspec.Struct, frozen=True):
    """One report, without its author: who reports stays between them and the database."""

    reason: str
    note: str
    created_at: datetime


class WaitingText(msgspec.Struct, frozen=True, kw_only=True):
    """A reported text that waits for a decision, with its reports, oldest first."""

    subject: str
    subject_id: UUID
    consultation: str  # its slug
    consultation_title: str
    number: int  # of the proposal
    title: str  # of the proposal
    stance: str
    body: str
    author: str
    own: bool  # the viewer's own text: somebody else decides
    since: datetime
    reports: list[ReportView]


class LogEntry(msgspec.Struct, frozen=True):
    """A decision as the public reads it: no person, no text."""

    at: datetime
    subject: str
    decision: str
    reason: str  # empty when the text was kept
    reports: int


class ModerationLog(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions of a consultation, newest first, and how many texts still wait for one."""

    waiting: int
    decisions: list[LogEntry]


async def reported_text(
    act: Act, consultation_id: UUID, subject: str, subject_id: UUID
) -> ReadText | None:
    """A text of a consultation that everybody can read now, or None."""
    values = {"consultation": consultation_id, "subject": subject, "id": subject_id}
    row = (await act.db.execute(_READABLE, values)).one_or_none()
    return ReadText(**row._mapping) if row else None


async def waiting_reports(act: Act, authority_id: UUID) -> list[WaitingText]:
    """What waits for the authority's moderators, the oldest report first, grouped by text."""
    permit(may_moderate(act, authority_id))
    values = {"authority": authority_id, "viewer": act.person.id}
    rows = (await act.db.execute(_WAITING, values)).all()
    return [
        WaitingText(
            **{name: row._mapping[name] for name in row._mapping if name != "reports"},
            reports=msgspec.convert(row.reports, list[ReportView]),
        )
        for row in rows
    ]


async def waiting_count(act: Act, authority_ids: Sequence[UUID]) -> int:
    """How many texts wait for a decision in some authorities."""
    for authority_id in authority_ids:
        permit(may_moderate(act, authority_id))
    counted = await act.db.scalar(_COUNT, {"authorities": list(authority_ids)})
    return int(counted or 0)


async def decisions(act: Act, page: ConsultationPage) -> ModerationLog:
    """The public log of a consultation."""
    waiting = (
        select(func.count(Report.subject_id.distinct()))
        .where(Report.consultation_id == page.card.id, Report.decision.is_(None))
        .scalar_subquery()
    )
    query = (
        select(RecordedEvent.at, RecordedEvent.kind, RecordedEvent.data)
        .where(
            RecordedEvent.consultation_id == page.card.id,
            RecordedEvent.kind.in_(("TextHidden", "TextKept")),
        )
        .order_by(RecordedEvent.id.desc())
        .limit(LOG_SIZE)
    )
    return ModerationLog(
        waiting=(await act.db.scalars(select(waiting))).one(),
        decisions=[
            LogEntry(
                at=row.at,
                subject=row.data["subject"],
                decision="hidden" if row.kind == "TextHidden" else "kept",
                reason=row.data.get("reason", ""),
                reports=row.data["reports"],
            )
            for row in (await act.db.execute(query)).all()
        ],
    )


_READABLE = text(
    """
    SELECT proposal.number, proposal.title, person.name AS author,
           CASE WHEN :subject = 'comment' THEN comment.body ELSE proposal.body END AS body
    FROM proposal
    LEFT JOIN comment ON comment.proposal_id = proposal.id AND comment.id = :id
                     AND comment.state = 'visible'
    JOIN person ON person.id = coalesce(comment.author_id, proposal.author_id)
    WHERE proposal.consultation_id = :consultation
      AND CASE WHEN :subject = 'comment'
               THEN comment.id IS NOT NULL AND proposal.state IN ('published', 'withdrawn')
               ELSE proposal.id = :id AND proposal.state = 'published' END
    """
)
_WAITING = text(
    """
    SELECT report.subject, report.subject_id, consultation.slug AS consultation,
           consultation.title AS consultation_title, proposal.number, proposal.title,
           coalesce(comment.stance, '') AS stance, coalesce(comment.body, proposal.body) AS body,
           person.name AS author, person.id = :viewer AS own,
           min(report.created_at) AS since,
           json_agg(json_build_object('reason', report.reason, 'note', report.note,
                                      'created_at', report.created_at)
                    ORDER BY report.created_at) AS reports
    FROM report
    JOIN consultation ON consultation.id = report.consultation_id
    LEFT JOIN comment ON report.subject = 'comment' AND comment.id = report.subject_id
    JOIN proposal ON proposal.id = coalesce(comment.proposal_id, report.subject_id)
    JOIN person ON person.id = coalesce(comment.author_id, proposal.author_id)
    WHERE consultation.authority_id = :authority AND report.decision IS NULL
    GROUP BY report.subject, report.subject_id, consultation.id, proposal.id, comment.id, person.id
    ORDER BY since
    """
)
_COUNT = text(
    """
    SELECT count(DISTINCT report.subject_id) FROM report
    JOIN consultation ON consultation.id = report.consultation_id
    WHERE consultation.authority_id = ANY(:authorities) AND report.decision IS NULL
    """
)
