"""Contents of mails: names, titles, published results; never a vote or a hidden text."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from deliberation.core.context import RequestContext
from deliberation.process.consultations.versions import differing
from deliberation.process.subjects.kinds import SubjectRef, path_of
from voting.explain import headline
from voting.records.documents import from_document


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message for many: its name in `texts`, its values and its link."""

    name: str
    authority: str
    path: str  # without origin and language
    values: dict[str, Any]
    about: UUID | None = None  # the subject that the mail is about


async def answer_message(ctx: RequestContext, answer_id: UUID) -> Message | None:
    """Message on an official answer; None when its subject was hidden since."""
    row = (await ctx.db.execute(_ANSWER, {"id": answer_id})).one_or_none()
    if row is None:
        return None
    return Message(
        name=f"answer-{row.kind}" if row.kind in ("proposal", "poll") else "answer",
        authority=row.authority,
        path=f"{path_of(row.slug, SubjectRef(row.kind, row.number))}#reponse",
        about=row.about_id,
        values=row._asdict(),
    )


async def result_message(ctx: RequestContext, poll_id: UUID) -> Message | None:
    """The results of the votes of a phase that were counted as this one: who came first."""
    rows = (await ctx.db.execute(_RESULTS, {"id": poll_id})).all()
    if not rows:
        return None
    results = [
        {"question": row.question, "headline": headline(from_document(row.outcome)),
         "path": f"/c/{row.slug}/resultats/{row.number}"}
        for row in rows
    ]  # fmt: skip
    return Message(
        name="result",
        authority=rows[0].authority,
        path=f"/c/{rows[0].slug}/resultats",
        values={"consultation": rows[0].consultation, "results": results},
    )


async def last_of_its_votes(ctx: RequestContext, poll_id: UUID) -> bool:
    """Whether a result completes those of its phase's votes that are counted alike."""
    return bool(await ctx.db.scalar(_LAST_RESULT, {"id": poll_id}))


async def change_message(ctx: RequestContext, version_id: UUID) -> Message | None:
    """Which announced fields changed, and why; the texts are on the page."""
    rows = (await ctx.db.execute(_SAME_CHANGE, {"id": version_id})).all()
    if not rows:
        return None
    row = rows[0]
    fields = [
        (one.poll_number, field)
        for one in rows
        for field in differing(one.before or {}, one.content)
    ]
    return Message(
        name="cancelled" if row.state == "cancelled" else "change",
        authority=row.authority,
        path=f"/c/{row.slug}/versions",
        values={"consultation": row.consultation, "fields": fields, "reason": row.reason},
    )


async def last_of_its_change(ctx: RequestContext, version_id: UUID) -> bool:
    """Whether a version is the last of those that one saving made."""
    rows = (await ctx.db.execute(_SAME_CHANGE, {"id": version_id})).all()
    return bool(rows) and rows[-1].id == version_id


async def hidden_message(ctx: RequestContext, subject_id: UUID) -> Message | None:
    """Message on a hidden text: the reason, without the text.

    None when it is shown again, or was hidden with its author's account, which has its own mail.
    """
    row = (await ctx.db.execute(_HIDDEN, {"id": subject_id})).one_or_none()
    if row is None:
        return None
    return Message(
        name=f"hidden-{row.kind}" if row.kind in ("proposal", "comment") else "hidden",
        authority=row.authority,
        path=f"/contester/{row.id}",
        values=row._asdict(),
    )


async def measure_message(ctx: RequestContext, measure_id: UUID) -> Message | None:
    """Message on a suspension, or on the reply to a contestation."""
    row = (await ctx.db.execute(_MEASURE, {"id": measure_id})).one_or_none()
    if row is None:
        return None
    return Message(
        name=f"measure-{row.state}",
        authority=row.authority,
        path=f"/contester/{measure_id}",
        values=row._asdict(),
    )


_ANSWER = text(
    """
    SELECT consultation.slug, consultation.title AS consultation, authority.name AS authority,
           person.name AS author, answer.decision, about.kind, about.number, about.title,
           subject.about_id
    FROM subject
    JOIN answer USING (id)
    JOIN subject AS about ON about.id = subject.about_id AND about.state <> 'hidden'
    JOIN consultation ON consultation.id = subject.consultation_id
    JOIN authority ON authority.id = subject.authority_id
    JOIN person ON person.id = subject.author_id
    WHERE subject.id = :id
    """
)
_RESULTS = text(
    """
    SELECT consultation.slug, consultation.title AS consultation, authority.name AS authority,
           other.number, other.question, result.outcome
    FROM poll
    JOIN poll AS other USING (consultation_id)
    JOIN result ON result.poll_id = other.id
    JOIN consultation ON consultation.id = poll.consultation_id
    JOIN authority ON authority.id = consultation.authority_id
    WHERE poll.id = :id AND other.source = poll.source AND other.profile = poll.profile
      AND other.phase_id IS NOT DISTINCT FROM poll.phase_id
    ORDER BY other.number
    """
)
_LAST_RESULT = text(
    """
    SELECT bool_and(other.counted_at IS NOT NULL
                    AND (other.counted_at, other.number) <= (poll.counted_at, poll.number))
    FROM poll JOIN poll AS other USING (consultation_id)
    WHERE poll.id = :id AND other.source = poll.source AND other.profile = poll.profile
      AND other.phase_id IS NOT DISTINCT FROM poll.phase_id
    """
)
# The versions of one transaction (same time), each with the one before it.
_SAME_CHANGE = text(
    """
    SELECT one.id, one.poll_number, one.content, one.reason, before.content AS before,
           consultation.slug, consultation.title AS consultation, consultation.state,
           authority.name AS authority
    FROM version AS this
    JOIN version AS one USING (consultation_id, made_at)
    LEFT JOIN version AS before ON before.consultation_id = one.consultation_id
        AND before.poll_number = one.poll_number AND before.number = one.number - 1
    JOIN consultation ON consultation.id = one.consultation_id
    JOIN authority ON authority.id = consultation.authority_id
    WHERE this.id = :id AND one.number > 1
    ORDER BY one.poll_number
    """
)
_HIDDEN = text(
    """
    SELECT measure.id, measure.subject AS kind, measure.reason, measure.note,
           consultation.title AS consultation, authority.name AS authority,
           authority.contact_email AS contact, top.number,
           CASE WHEN subject.about_id IS NULL
                THEN coalesce(subject.published_at, subject.created_at)
                ELSE subject.created_at END AS at
    FROM measure
    JOIN authority ON authority.id = measure.authority_id
    JOIN consultation ON consultation.id = measure.consultation_id
    JOIN subject ON subject.id = measure.subject_id
    JOIN subject AS top ON top.id = coalesce(subject.about_id, subject.id)
    WHERE measure.subject_id = :id AND lifted_at IS NULL AND within_id IS NULL
    """
)
_MEASURE = text(
    """
    SELECT measure.subject, measure.reason, measure.note, measure.reply,
           authority.name AS authority, authority.contact_email AS contact,
           (SELECT count(*) FROM measure AS part WHERE part.within_id = measure.id) AS texts,
           (SELECT count(*) FROM measure AS part
            WHERE part.within_id = measure.id AND part.lifted_at IS NULL) AS texts_left,
           CASE WHEN measure.subject = 'account' THEN 'account'
                WHEN subject.about_id IS NULL THEN subject.state
                WHEN subject.state = 'published' AND top.state IN ('published', 'withdrawn')
                    THEN 'published' END AS stands,
           CASE WHEN lifted_at IS NOT NULL THEN 'lifted' WHEN upheld_at IS NOT NULL THEN 'upheld'
                ELSE 'suspended' END AS state
    FROM measure JOIN authority ON authority.id = measure.authority_id
    LEFT JOIN subject ON subject.id = measure.subject_id
    LEFT JOIN subject AS top ON top.id = coalesce(subject.about_id, subject.id)
    WHERE measure.id = :id
    """
)
