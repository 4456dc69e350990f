"""Answering a proposal or the result of a poll, and changing an answer."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import NotAllowed, NotFound
from deliberation.core.ids import new_id
from deliberation.elections.polls.model import Poll
from deliberation.elections.results.model import Result
from deliberation.followup.answers.events import AnswerEdited, AnswerPublished
from deliberation.followup.answers.model import Answer
from deliberation.followup.answers.permissions import may_answer
from deliberation.journal.commands import record
from deliberation.process.consultations.queries import ConsultationRef, place_of
from deliberation.process.proposals.model import Proposal


class Subject(msgspec.Struct, frozen=True):
    """What is answered: a proposal, or the result of a poll, by its number."""

    kind: Literal["proposal", "poll"]
    number: int


class AnswerDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is decided, and the words for it."""

    decision: Literal["accepted", "partly", "studied", "declined", "informed"]
    body: Annotated[str, msgspec.Meta(min_length=20, max_length=6000)]


async def answer(
    ctx: RequestContext, consultation: ConsultationRef, subject: Subject, draft: AnswerDraft
) -> Answer:
    """Publish an answer, or change the one there is; who changes it signs it.

    Raises `NotFound` when there is no such text to answer, `NotAllowed("no-result-yet")` before
    the result of the poll is published.
    """
    permit(may_answer(ctx, consultation.authority_id))
    where = await _subject_ids(ctx, consultation, subject)
    column = Answer.proposal_id if subject.kind == "proposal" else Answer.poll_id
    query = select(Answer).where(column == where[f"{subject.kind}_id"]).with_for_update()
    given = (await ctx.db.scalars(query)).one_or_none()
    if given is None:
        given = Answer(
            id=new_id(),
            consultation_id=consultation.id,
            author_id=ctx.person.id,
            decision=draft.decision,
            body=draft.body,
            created_at=ctx.now,
            **where,
        )
        ctx.db.add(given)
        event: AnswerPublished | AnswerEdited = AnswerPublished(
            answer_id=given.id, **where, **place_of(consultation)
        )
    elif (given.decision, given.body) == (draft.decision, draft.body):
        return given
    else:
        given.decision, given.body = draft.decision, draft.body
        given.author_id, given.edited_at = ctx.person.id, ctx.now
        event = AnswerEdited(answer_id=given.id, **where, **place_of(consultation))
    if subject.kind == "proposal":
        await ctx.db.execute(
            update(Proposal).where(Proposal.id == given.proposal_id).values(answer=draft.decision)
        )
    await ctx.db.flush()
    await record(ctx, event)
    return given


async def _subject_ids(
    ctx: RequestContext, consultation: ConsultationRef, subject: Subject
) -> dict[str, UUID]:
    """The key of what is answered, locked so that two first answers wait for each other."""
    if consultation.state != "open":
        raise NotFound
    if subject.kind == "proposal":
        proposal = select(Proposal.id).where(
            Proposal.consultation_id == consultation.id,
            Proposal.number == subject.number,
            Proposal.state == "published",
        )
        proposal_id = await ctx.db.scalar(proposal.with_for_update(key_share=True))
        if proposal_id is None:
            raise NotFound
        return {"proposal_id": proposal_id}
    poll = (
        select(Poll.id, Result.poll_id)
        .outerjoin(Result, Result.poll_id == Poll.id)
        .where(Poll.consultation_id == consultation.id, Poll.number == subject.number)
    )
    row = (await ctx.db.execute(poll.with_for_update(of=Poll, key_share=True))).one_or_none()
    if row is None:
        raise NotFound
    if row[1] is None:
        raise NotAllowed("no-result-yet")
    return {"poll_id": row[0]}
