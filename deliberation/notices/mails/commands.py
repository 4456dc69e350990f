"""Mails about what people wrote, supported or voted, with an unsubscribe link.

Reactions to events find the recipients and enqueue one job per `BATCH` of them; the job writes
each mail in its reader's language. Only people who wish it and still have an address get one.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import literal, or_, select, text

from deliberation.core.context import RequestContext
from deliberation.elections.results.events import ResultPublished
from deliberation.followup.answers.events import AnswerPublished
from deliberation.i18n import formats
from deliberation.journal.commands import record
from deliberation.network.people.commands import stop_mails
from deliberation.network.people.model import Person
from deliberation.notices.mails.events import MailsStopped
from deliberation.notices.mails.queries import (
    Message,
    answer_message,
    change_message,
    hidden_message,
    last_of_its_change,
    last_of_its_votes,
    measure_message,
    result_message,
)
from deliberation.notices.mails.texts import message_text, with_foot
from deliberation.notices.mails.tokens import read_token, unsubscribe_token
from deliberation.operations import mail
from deliberation.operations.queue import enqueue_sql
from deliberation.process.consultations.events import AnnouncementChanged
from deliberation.process.moderation.events import (
    AccountSuspended,
    MeasureLifted,
    MeasureUpheld,
    TextHidden,
)
from deliberation.process.proposals.commands import mark_reminded
from deliberation.process.subjects.following import followers, stop_following

BATCH = 200
DRAFT_REMINDED = timedelta(days=3)  # before proposals close


async def tell_answer(ctx: RequestContext, event: AnswerPublished) -> None:
    """Reaction: mail the answer to participants of the proposal or vote, except its author."""
    values = {"about": event.subject_id, "answer": event.answer_id}
    await _tell(ctx, _ANSWERED, values, "answer", event.answer_id)


async def tell_result(ctx: RequestContext, event: ResultPublished) -> None:
    """Reaction: mail the result to voters and to authors of the proposals in the vote.

    Once for all the votes of a phase that are counted alike: with the last result.
    """
    if await last_of_its_votes(ctx, event.poll_id):
        await _tell(ctx, _VOTED, {"poll": event.poll_id}, "result", event.poll_id)


async def tell_change(ctx: RequestContext, event: AnnouncementChanged) -> None:
    """Reaction: mail changes of what was announced to participants, one mail per save."""
    if await last_of_its_change(ctx, event.version_id):
        values = {"consultation": event.consultation_id}
        await _tell(ctx, _TOOK_PART, values, "change", event.version_id)


async def tell_hidden(ctx: RequestContext, event: TextHidden) -> None:
    """Reaction: mail the author that a text was hidden, and how to contest it."""
    await _tell(ctx, _WROTE, {"id": event.subject_id}, "hidden", event.subject_id)


async def remind_drafts(ctx: RequestContext) -> None:
    """Periodic: mail authors, once, whose draft is not public shortly before the phase ends."""
    values = {"now": ctx.now, "soon": ctx.now + DRAFT_REMINDED, "most": BATCH}
    due = (await ctx.db.execute(_DRAFTS, values)).all()
    unreminded = await mark_reminded(ctx, [row.id for row in due])
    for row in due:
        if row.id not in unreminded:
            continue
        person = await ctx.db.get_one(Person, row.author_id)
        message = Message(
            name="draft",
            authority=row.authority,
            path=f"/c/{row.slug}/p/{row.number}",
            values={
                "consultation": row.consultation,
                "title": row.title,
                "closes": formats.moment(person.lang, row.closes_at),
            },
        )
        await mail.post_all(ctx, [_mail(ctx, person, message, always=False)])


async def tell_measure(
    ctx: RequestContext, event: AccountSuspended | MeasureUpheld | MeasureLifted
) -> None:
    """Reaction: mail somebody a decision against them, or how their contestation ended."""
    await _tell(ctx, _AGAINST, {"id": event.measure_id}, "measure", event.measure_id)


async def tell_people(
    ctx: RequestContext, about: str, subject: str, people: Sequence[str]
) -> str | None:
    """Job: write one mail to each person of a batch; nothing when the subject is gone."""
    message = await MESSAGE_OF[about](ctx, UUID(subject))
    if message is None:
        return "subject-gone"
    query = select(Person).where(
        Person.id.in_([UUID(person) for person in people]),
        or_(Person.notify, literal(about in ALWAYS)),
        Person.email.is_not(None),
    )
    found = (await ctx.db.scalars(query)).all()
    following: set[UUID] = set()
    if message.about is not None:
        following = await followers(ctx, message.about, [person.id for person in found])
    mails = (
        _mail(
            ctx,
            person,
            message,
            always=about in ALWAYS,
            followed=message.about if person.id in following else None,
        )
        for person in found
    )
    await mail.post_all(ctx, mails)
    return None


async def unsubscribe(ctx: RequestContext, token: str) -> None:
    """Send no more mails to the token's person, or have them follow its subject no longer.

    Again changes nothing. Raises `NotFound`.
    """
    person_id, subject_id = read_token(ctx.app, token)
    if subject_id is not None:
        await stop_following(ctx, person_id, subject_id)
        return
    if await stop_mails(ctx, person_id):
        await record(ctx, MailsStopped(person_id=person_id))


MESSAGE_OF = {
    "answer": answer_message,
    "change": change_message,
    "hidden": hidden_message,
    "measure": measure_message,
    "result": result_message,
}
# Decisions against somebody are mailed whatever mails they want.
ALWAYS = frozenset({"hidden", "measure"})

_ANSWERED = """
    SELECT DISTINCT ON (voter_id) id FROM (
        SELECT voter_id FROM subject JOIN person ON person.id = author_id
        WHERE subject.id = :about
           OR about_id = :about AND kind = 'comment' AND state = 'published'
        UNION SELECT voter_id FROM follow JOIN person ON person.id = person_id
              WHERE subject_id = :about
        UNION SELECT voter_id FROM support WHERE proposal_id = :about
        UNION SELECT voter_id FROM roll_mark WHERE poll_id = :about
    ) AS part
    JOIN person USING (voter_id)
    WHERE notify AND email IS NOT NULL
      AND id NOT IN (SELECT author_id FROM subject WHERE subject.id = :answer)
    ORDER BY voter_id, id
    """
_VOTED = """
    WITH counted AS (
        SELECT other.id FROM poll JOIN poll AS other USING (consultation_id)
        WHERE poll.id = :poll AND other.source = 'live' AND other.profile = poll.profile
          AND other.phase_id IS NOT DISTINCT FROM poll.phase_id
    )
    SELECT DISTINCT ON (voter_id) id FROM (
        SELECT voter_id FROM roll_mark JOIN counted ON counted.id = poll_id
        UNION SELECT voter_id FROM follow JOIN person ON person.id = person_id
              WHERE subject_id IN (SELECT id FROM counted UNION
                                   SELECT proposal_id FROM poll_option
                                   JOIN counted ON counted.id = poll_option.poll_id)
        UNION SELECT voter_id FROM poll_option
              JOIN counted ON counted.id = poll_option.poll_id
              JOIN subject ON subject.id = poll_option.proposal_id
              JOIN person ON person.id = subject.author_id
    ) AS part
    JOIN person USING (voter_id)
    WHERE notify AND email IS NOT NULL
    ORDER BY voter_id, id
    """
_TOOK_PART = """
    WITH written AS (
        SELECT id, kind, author_id, state FROM subject WHERE consultation_id = :consultation
    )
    SELECT DISTINCT ON (voter_id) id FROM (
        SELECT voter_id FROM written JOIN person ON person.id = author_id
        WHERE kind = 'proposal' OR kind = 'comment' AND state = 'published'
        UNION SELECT voter_id FROM support JOIN written ON written.id = proposal_id
        UNION SELECT voter_id FROM follow JOIN written ON written.id = subject_id
              JOIN person ON person.id = person_id
        UNION SELECT voter_id FROM roll_mark
              JOIN poll ON poll.id = poll_id WHERE consultation_id = :consultation
    ) AS part
    JOIN person USING (voter_id)
    WHERE notify AND email IS NOT NULL
    ORDER BY voter_id, id
    """
_DRAFTS = text(
    """
    SELECT subject.id, author_id, number, subject.title, consultation.slug,
           consultation.title AS consultation, authority.name AS authority, phase.closes_at
    FROM subject
    JOIN proposal ON proposal.id = subject.id AND reminded_at IS NULL
    JOIN consultation ON consultation.id = subject.consultation_id
                     AND consultation.state = 'open'
    JOIN authority ON authority.id = consultation.authority_id
    JOIN phase ON phase.consultation_id = consultation.id AND phase.kind = 'proposals'
    JOIN person ON person.id = author_id AND notify AND email IS NOT NULL
    WHERE subject.state = 'draft'
      AND phase.opens_at <= :now AND phase.closes_at > :now AND phase.closes_at <= :soon
    ORDER BY subject.id LIMIT :most
    """
)
_WROTE = """
    SELECT person.id FROM subject JOIN person ON person.id = author_id
    WHERE subject.id = :id AND email IS NOT NULL
    """
_AGAINST = """
    SELECT DISTINCT ON (voter_id) person.id FROM measure JOIN person USING (voter_id)
    WHERE measure.id = :id AND email IS NOT NULL ORDER BY voter_id, person.created_at
    """


# One statement however many people there are: their list never leaves the database.
_BATCHES = """
    (SELECT jsonb_build_object('about', CAST(:kind AS text), 'subject', CAST(:source AS text),
                               'people', jsonb_agg(id)) AS batch
     FROM (SELECT id, (row_number() OVER () - 1) / {size} AS number
           FROM ({people}) AS called) AS numbered
     GROUP BY number) AS batches
    """


async def _tell(
    ctx: RequestContext, people: str, values: Mapping[str, Any], about: str, subject: UUID
) -> None:
    """Enqueue a job for each `BATCH` of people."""
    batches = _BATCHES.format(size=BATCH, people=people)
    statement = text(enqueue_sql("tell-people", "batch", batches))
    await ctx.db.execute(statement, {**values, "kind": about, "source": str(subject)})


def _mail(
    ctx: RequestContext,
    person: Person,
    message: Message,
    *,
    always: bool,
    followed: UUID | None = None,
) -> mail.Mail | None:
    """One mail; `followed`: the subject that its reader follows, and may stop following."""
    origin = f"{ctx.app.settings.origin}/{person.lang}"
    stop = f"{origin}/desinscription/{unsubscribe_token(ctx.app, person.id)}"
    values = {
        **message.values,
        "authority": message.authority,
        "origin": origin,
        "address": f"{origin}{message.path}",
    }
    subject, body = message_text(message.name, person.lang, values)
    if always:
        return mail.compose(ctx, person.email or "", subject, body)
    unfollow = ""
    if followed is not None:
        unfollow = f"{origin}/desinscription/{unsubscribe_token(ctx.app, person.id, followed)}"
    body = with_foot(person.lang, body, stop, unfollow)
    return mail.compose(ctx, person.email or "", subject, body, unsubscribe=stop)
