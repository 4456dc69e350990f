"""Reading answers, and a proposal whole: text, thread and answer."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, or_, select

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.elections.polls.model import Poll
from deliberation.followup.answers.commands import Subject
from deliberation.followup.answers.model import Answer
from deliberation.network.people.model import Person
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.proposals.model import Proposal


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """An official answer as everybody reads it."""

    kind: str  # proposal or poll
    number: int
    title: str  # the proposal's, or the poll's question
    decision: str
    body: str
    author: str  # empty: the account was deleted
    authority: str
    created_at: datetime
    edited_at: datetime | None


async def answer_to(
    ctx: RequestContext, page: ConsultationPage, subject: Subject
) -> AnswerView | None:
    """The answer to a proposal or to a poll's result, if there is one."""
    statement = _TO_PROPOSAL if subject.kind == "proposal" else _TO_POLL
    rows = await fetch(ctx.db, statement, consultation=page.card.id, number=subject.number)
    return _view(rows[0], page) if rows else None


async def answers_of(ctx: RequestContext, page: ConsultationPage) -> list[AnswerView]:
    """All answers of a consultation, newest first; none to a hidden proposal."""
    rows = await fetch(ctx.db, _ALL, consultation=page.card.id)
    return [_view(row, page) for row in rows]


def _view(row: Any, page: ConsultationPage) -> AnswerView:
    values = dict(row)
    proposal_id = values.pop("proposal_id")
    return AnswerView(
        kind="poll" if proposal_id is None else "proposal",
        authority=page.card.authority.name,
        **values,
    )


_ANSWERS = (
    select(
        func.coalesce(Proposal.number, Poll.number).label("number"),
        func.coalesce(Proposal.title, Poll.question).label("title"),
        Answer.proposal_id,
        Answer.decision,
        Answer.body,
        Person.name.label("author"),
        Answer.created_at,
        Answer.edited_at,
    )
    .outerjoin(Proposal, Proposal.id == Answer.proposal_id)
    .outerjoin(Poll, Poll.id == Answer.poll_id)
    .join(Person, Person.id == Answer.author_id)
    .where(
        Answer.consultation_id == bindparam("consultation"),
        or_(Proposal.id.is_(None), Proposal.state == "published", Proposal.state == "withdrawn"),
    )
)


_ALL = prepared(_ANSWERS.order_by(Answer.created_at.desc()))


_TO_PROPOSAL = prepared(_ANSWERS.where(Proposal.number == bindparam("number")))


_TO_POLL = prepared(_ANSWERS.where(Poll.number == bindparam("number")))
