"""Answer a proposal or the result of a poll; change an answer."""

from typing import Annotated

import msgspec
from sqlalchemy import select

from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import NotAllowed, NotFound
from deliberation.core.ids import new_id
from deliberation.elections.results.model import Result
from deliberation.followup.answers.events import AnswerEdited, AnswerEvent, AnswerPublished
from deliberation.followup.answers.model import Answer, Decision
from deliberation.followup.answers.permissions import may_answer
from deliberation.journal.commands import record
from deliberation.process.consultations.queries import ConsultationRef, place_of
from deliberation.process.subjects.commands import lock_published, mark_answered
from deliberation.process.subjects.kinds import SubjectRef, that


class AnswerDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An official answer to write: the decision and its text."""

    decision: Decision
    body: Annotated[str, msgspec.Meta(min_length=20, max_length=6000)]


async def answer(
    ctx: RequestContext, consultation: ConsultationRef, about: SubjectRef, draft: AnswerDraft
) -> Answer:
    """Publish an answer, or change the one there is; who changes it signs it.

    Raises `NotFound` when there is no such text to answer, `NotAllowed("no-result-yet")` before
    the result of the poll is published.
    """
    permit(may_answer(ctx, consultation.authority_id))
    if consultation.state != "open" or about.kind not in that("answerable"):
        raise NotFound
    about_id = await lock_published(ctx, consultation, about)
    if about.kind == "poll" and await ctx.db.get(Result, about_id) is None:
        raise NotAllowed("no-result-yet")
    query = select(Answer).where(Answer.about_id == about_id, Answer.kind == "answer")
    given = (await ctx.db.scalars(query.with_for_update())).one_or_none()
    if given is None:
        given = Answer(
            id=new_id(),
            **place_of(consultation),
            about_id=about_id,
            author_id=ctx.person.id,
            decision=draft.decision,
            body=draft.body,
            created_at=ctx.now,
            published_at=ctx.now,
        )
        ctx.db.add(given)
        kind: type[AnswerEvent] = AnswerPublished
    elif (given.decision, given.body) == (draft.decision, draft.body):
        return given
    else:
        given.decision, given.body = draft.decision, draft.body
        given.author_id, given.edited_at = ctx.person.id, ctx.now
        kind = AnswerEdited
    await ctx.db.flush()
    await mark_answered(ctx, about_id, draft.decision)
    what = kind(
        answer_id=given.id, subject=about.kind, subject_id=about_id, **place_of(consultation)
    )
    await record(ctx, what)
    return given
