"""Read what waits for moderators, and the public log of their decisions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import MOST_COUNTED
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.moderation.permissions import may_moderate
from deliberation.process.subjects.kinds import that

LOG_SIZE = 200
MOST_WAITING = 100
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

    kind: str
    top_kind: str  # of what stands on the page: the text itself, or what it is about
    number: int  # of the same
    title: str  # of the same
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
    top_kind: str  # of what stands on the page: the text itself, or what it is about
    number: int  # of the same
    title: str  # of the same
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
    """The newest `LOG_SIZE` decisions of a consultation, and how many texts still wait for one, of
    `MOST_COUNTED`.
    """

    waiting: int
    decisions: list[LogEntry]


async def reported_text(
    ctx: RequestContext, consultation_id: UUID, subject_id: UUID
) -> ReadText | None:
    """A text of a consultation that can be reported and that everybody can read now, or None."""
    values = {"consultation": consultation_id, "kinds": that("reportable"), "id": subject_id}
    row = (await ctx.db.execute(_READABLE, values)).one_or_none()
    return ReadText(**row._mapping) if row else None


async def waiting_reports(
    ctx: RequestContext, authority_id: UUID, only: UUID | None = None
) -> list[WaitingText]:
    """The texts that wait for the authority's moderators, the oldest first, or `only` one of them.

    At most `MOST_WAITING`: the next ones follow when these are decided.
    """
    permit(may_moderate(ctx, authority_id))
    which = {"authority": authority_id, "only": only, "viewer": ctx.person.voter_id}
    rows = (await ctx.db.execute(_WAITING, {**which, "most": MOST_WAITING})).all()
    return [
        WaitingText(
            **{name: row._mapping[name] for name in row._mapping if name != "reports"},
            reports=msgspec.convert(row.reports, list[ReportView]),
        )
        for row in rows
    ]


async def waiting_count(ctx: RequestContext, authority_ids: Sequence[UUID]) -> int:
    """Number of texts that await moderation in some authorities; `MOST_COUNTED` are counted."""
    for authority_id in authority_ids:
        permit(may_moderate(ctx, authority_id))
    return await _count(ctx, authority_ids)


async def decisions(ctx: RequestContext, consultation: ConsultationRef) -> ModerationLog:
    """The public log of a consultation; suspensions in its authority are there too."""
    waiting = await _count(ctx, [consultation.authority_id], consultation.id)
    values = {
        "consultation": consultation.id,
        "authority": consultation.authority_id,
        "most": LOG_SIZE,
    }
    rows = (await ctx.db.execute(_LOG, {**values, "kinds": list(DECIDED)})).all()
    return ModerationLog(
        waiting=waiting,
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


async def _count(
    ctx: RequestContext, authority_ids: Sequence[UUID], consultation_id: UUID | None = None
) -> int:
    which = {"authorities": list(authority_ids), "consultation": consultation_id}
    return int(await ctx.db.scalar(_COUNT, {**which, "most": MOST_COUNTED}) or 0)


# A comment is read where what it is about is read, of which it shows number and title.
_READABLE = text(
    """
    SELECT subject.kind, top.kind AS top_kind, top.number, top.title, person.name AS author,
           subject.body
    FROM subject
    JOIN subject AS top ON top.id = coalesce(subject.about_id, subject.id)
    JOIN person ON person.id = subject.author_id
    WHERE subject.id = :id AND subject.consultation_id = :consultation
      AND subject.kind = ANY(:kinds)
      AND subject.state = 'published' AND top.state IN ('published', 'withdrawn')
    """
)
_WAITING = text(
    """
    WITH waiting AS (
        SELECT * FROM (
            SELECT subject_id, min(report.created_at) AS since, false AS held
            FROM consultation JOIN report ON consultation_id = consultation.id
            WHERE authority_id = :authority AND decision IS NULL GROUP BY subject_id
            UNION ALL
            SELECT id, created_at, true FROM subject
            WHERE authority_id = :authority AND state = 'held'
        ) AS found WHERE CAST(:only AS uuid) IS NULL OR subject_id = :only
        ORDER BY since, subject_id LIMIT :most
    )
    SELECT subject.kind AS subject, subject.id AS subject_id, consultation.slug AS consultation,
           consultation.title AS consultation_title, top.kind AS top_kind, top.number, top.title,
           coalesce(comment.stance, '') AS stance, subject.body,
           person.name AS author, person.voter_id = :viewer AS own,
           waiting.since, waiting.held, coalesce((
               SELECT json_agg(json_build_object(
                   'reason', reason, 'note', note, 'created_at', created_at) ORDER BY created_at)
               FROM report WHERE report.subject_id = subject.id AND decision IS NULL
                   AND NOT waiting.held
           ), '[]') AS reports
    FROM waiting
    JOIN subject ON subject.id = waiting.subject_id
    JOIN subject AS top ON top.id = coalesce(subject.about_id, subject.id)
    JOIN consultation ON consultation.id = subject.consultation_id
    LEFT JOIN comment ON comment.id = subject.id
    JOIN person ON person.id = subject.author_id
    ORDER BY since, subject.id
    """
)
_COUNT = text(
    """
    SELECT count(*) FROM (
        (SELECT subject_id FROM consultation JOIN report ON consultation_id = consultation.id
         WHERE authority_id = ANY(CAST(:authorities AS uuid[])) AND decision IS NULL
           AND consultation.id = coalesce(CAST(:consultation AS uuid), consultation.id)
         LIMIT :most)
        UNION
        (SELECT id FROM subject
         WHERE authority_id = ANY(CAST(:authorities AS uuid[])) AND state = 'held'
           AND consultation_id = coalesce(CAST(:consultation AS uuid), consultation_id)
         LIMIT :most)
        LIMIT :most
    ) AS waiting
    """
)
# The newest of each kind, by an index; those of the authority alone are of accounts.
_LOG = text(
    """
    SELECT event.at, event.kind, event.data, coalesce((
        SELECT reply FROM measure WHERE id = CAST(event.data ->> 'measure_id' AS uuid)
    ), '') AS reply
    FROM unnest(CAST(:kinds AS text[])) AS decided (kind) CROSS JOIN LATERAL (
        (SELECT * FROM event
         WHERE consultation_id = :consultation AND event.kind = decided.kind
         ORDER BY at DESC LIMIT :most)
        UNION ALL
        (SELECT * FROM event
         WHERE consultation_id IS NULL AND authority_id = :authority AND event.kind = decided.kind
         ORDER BY at DESC LIMIT :most)
    ) AS event
    ORDER BY event.id DESC LIMIT :most
    """
)
