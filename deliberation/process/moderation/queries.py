"""Reading what waits for moderators, and the public log of what they decided."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext, permit
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.moderation.permissions import may_moderate

LOG_SIZE = 200
# What moderation decides, by the event that records it.
DECIDED = {
    "TextKept": "kept",
    "TextHidden": "hidden",
    "TextReleased": "released",
    "AccountSuspended": "suspended",
    "MeasureUpheld": "upheld",
    "MeasureLifted": "lifted",
}


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
    """A text that waits for a decision: reported, with its reports, oldest first, or held.

    One that is `held` is a newcomer's, and not public yet.
    """

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
    held: bool
    reports: list[ReportView]


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as the public reads it: no person, no text.

    `decision`: `kept`, `hidden`, `released`, `suspended`, `upheld` or `lifted`. `reason`: of what
    is hidden or suspended; `reply`: why a measure was upheld or lifted.
    """

    at: datetime
    subject: str
    decision: str
    reason: str = ""
    reply: str = ""
    reports: int = 0


class ModerationLog(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions of a consultation, newest first, and how many texts still wait for one."""

    waiting: int
    decisions: list[LogEntry]


async def reported_text(
    ctx: RequestContext, consultation_id: UUID, subject: str, subject_id: UUID
) -> ReadText | None:
    """A text of a consultation that everybody can read now, or None."""
    values = {"consultation": consultation_id, "subject": subject, "id": subject_id}
    row = (await ctx.db.execute(_READABLE, values)).one_or_none()
    return ReadText(**row._mapping) if row else None


async def waiting_reports(ctx: RequestContext, authority_id: UUID) -> list[WaitingText]:
    """The texts that wait for the authority's moderators, the oldest first."""
    permit(may_moderate(ctx, authority_id))
    values = {"authority": authority_id, "viewer": ctx.person.voter_id}
    rows = (await ctx.db.execute(_WAITING, values)).all()
    return [
        WaitingText(
            **{name: row._mapping[name] for name in row._mapping if name != "reports"},
            reports=msgspec.convert(row.reports, list[ReportView]),
        )
        for row in rows
    ]


async def waiting_count(ctx: RequestContext, authority_ids: Sequence[UUID]) -> int:
    """How many texts wait for a decision in some authorities."""
    for authority_id in authority_ids:
        permit(may_moderate(ctx, authority_id))
    values = {"authorities": list(authority_ids), "consultation": None}
    counted = await ctx.db.scalar(_COUNT, values)
    return int(counted or 0)


async def decisions(ctx: RequestContext, consultation: ConsultationRef) -> ModerationLog:
    """The public log of a consultation; suspensions in its authority are there too."""
    waiting = await ctx.db.scalar(_COUNT, {"authorities": None, "consultation": consultation.id})
    values = {
        "consultation": consultation.id,
        "authority": consultation.authority_id,
        "most": LOG_SIZE,
    }
    rows = (await ctx.db.execute(_LOG, {**values, "kinds": list(DECIDED)})).all()
    return ModerationLog(
        waiting=int(waiting or 0),
        decisions=[
            LogEntry(
                at=row.at,
                subject=row.data["subject"],
                decision=DECIDED[row.kind],
                reason=row.data.get("reason", ""),
                reply=row.reply,
                reports=row.data.get("reports", 0),
            )
            for row in rows
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
    WITH waiting AS (
        SELECT subject, subject_id, consultation_id, min(created_at) AS since, false AS held,
               json_agg(json_build_object('reason', reason, 'note', note, 'created_at', created_at)
                        ORDER BY created_at) AS reports
        FROM report WHERE decision IS NULL GROUP BY subject, subject_id, consultation_id
        UNION ALL
        SELECT 'proposal', id, consultation_id, created_at, true, '[]'
        FROM proposal WHERE state = 'held'
        UNION ALL
        SELECT 'comment', comment.id, consultation_id, comment.created_at, true, '[]'
        FROM comment JOIN proposal ON proposal.id = proposal_id WHERE comment.state = 'held'
    )
    SELECT waiting.subject, waiting.subject_id, consultation.slug AS consultation,
           consultation.title AS consultation_title, proposal.number, proposal.title,
           coalesce(comment.stance, '') AS stance, coalesce(comment.body, proposal.body) AS body,
           person.name AS author, person.voter_id = :viewer AS own,
           waiting.since, waiting.held, waiting.reports
    FROM waiting
    JOIN consultation ON consultation.id = waiting.consultation_id
    LEFT JOIN comment ON waiting.subject = 'comment' AND comment.id = waiting.subject_id
    JOIN proposal ON proposal.id = coalesce(comment.proposal_id, waiting.subject_id)
    JOIN person ON person.id = coalesce(comment.author_id, proposal.author_id)
    WHERE consultation.authority_id = :authority
    ORDER BY since
    """
)
_COUNT = text(
    """
    SELECT count(*) FROM (
        SELECT subject_id, consultation_id FROM report WHERE decision IS NULL
        UNION
        SELECT id, consultation_id FROM proposal WHERE state = 'held'
        UNION
        SELECT comment.id, consultation_id FROM comment
        JOIN proposal ON proposal.id = proposal_id WHERE comment.state = 'held'
    ) AS waiting
    JOIN consultation ON consultation.id = waiting.consultation_id
    WHERE consultation.id = CAST(:consultation AS uuid)
       OR consultation.authority_id = ANY(CAST(:authorities AS uuid[]))
    """
)
_LOG = text(
    """
    SELECT event.at, event.kind, event.data, coalesce(measure.reply, '') AS reply
    FROM event
    LEFT JOIN measure ON measure.id = CAST(event.data ->> 'measure_id' AS uuid)
    WHERE event.kind = ANY(:kinds) AND (
        event.consultation_id = :consultation
        OR (event.consultation_id IS NULL AND event.authority_id = :authority)
    )
    ORDER BY event.id DESC LIMIT :most
    """
)
