"""Reading answers, what waits for one, and a proposal whole: text, thread and answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, func, or_, select, text

from deliberation.answers.commands import Subject
from deliberation.answers.model import Answer
from deliberation.answers.permissions import may_answer
from deliberation.comments.queries import BEGINNING, Thread, ThreadSearch, thread
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act, permit
from deliberation.kit.database import fetch, prepared
from deliberation.people.model import Person
from deliberation.polls.model import Poll
from deliberation.proposals.model import Proposal
from deliberation.proposals.queries import ProposalView, proposal_view

# An answer is owed to a proposal with as many supports, and to the most supported of each
# consultation.
THRESHOLD = 50


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


class ProposalPage(msgspec.Struct, frozen=True, kw_only=True):
    """What both doors show of one proposal."""

    proposal: ProposalView
    thread: Thread
    answer: AnswerView | None


class WaitingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for an official answer, and since when."""

    consultation: str  # its slug
    consultation_title: str
    kind: str  # proposal or poll
    number: int
    title: str
    support_count: int  # 0 for a poll
    first: bool  # the most supported of its consultation
    since: datetime


async def proposal_page(
    act: Act, page: ConsultationPage, number: int, search: ThreadSearch = BEGINNING
) -> ProposalPage:
    """One proposal with its thread and its answer: three statements at most."""
    proposal = await proposal_view(act, page, number)
    answered = proposal.answer != "" and proposal.state != "hidden"
    return ProposalPage(
        proposal=proposal,
        thread=await thread(act, page, proposal, search),
        answer=await answer_to(act, page, Subject("proposal", number)) if answered else None,
    )


async def answer_to(act: Act, page: ConsultationPage, subject: Subject) -> AnswerView | None:
    """The answer to a proposal or to a poll's result, if there is one."""
    statement = _TO_PROPOSAL if subject.kind == "proposal" else _TO_POLL
    rows = await fetch(act.db, statement, consultation=page.card.id, number=subject.number)
    return _view(rows[0], page) if rows else None


async def answers_of(act: Act, page: ConsultationPage) -> list[AnswerView]:
    """All answers of a consultation, newest first; none to a hidden proposal."""
    rows = await fetch(act.db, _ALL, consultation=page.card.id)
    return [_view(row, page) for row in rows]


async def waiting_for_answer(act: Act, authority_ids: Sequence[UUID]) -> list[WaitingAnswer]:
    """What officials of some authorities owe an answer to, the longest wait first.

    Published proposals with `THRESHOLD` supports, or the most of their consultation, and results.
    """
    for authority_id in authority_ids:
        permit(may_answer(act, authority_id))
    values = {"authorities": list(authority_ids), "threshold": THRESHOLD}
    rows = (await act.db.execute(_WAITING, values)).all()
    return [WaitingAnswer(**row._mapping) for row in rows]


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
_WAITING = text(
    """
    WITH mine AS (
        SELECT id, slug, title FROM consultation
        WHERE authority_id = ANY(:authorities) AND state = 'open'
    ), ranked AS (
        SELECT proposal.*, rank() OVER (
            PARTITION BY consultation_id ORDER BY support_count DESC) AS standing
        FROM proposal JOIN mine ON mine.id = proposal.consultation_id
        WHERE proposal.state = 'published'
    ), due AS (
        SELECT consultation_id, 'proposal' AS kind, number, title, support_count,
               standing = 1 AS first, published_at AS since
        FROM ranked
        WHERE answer = '' AND support_count > 0 AND (support_count >= :threshold OR standing = 1)
        UNION ALL
        SELECT poll.consultation_id, 'poll', poll.number, poll.question, 0, false, result.counted_at
        FROM result JOIN poll ON poll.id = result.poll_id
        JOIN mine ON mine.id = poll.consultation_id
        WHERE NOT EXISTS (SELECT FROM answer WHERE answer.poll_id = poll.id)
    )
    SELECT mine.slug AS consultation, mine.title AS consultation_title, due.kind, due.number,
           due.title, due.support_count, due.first, due.since
    FROM due JOIN mine ON mine.id = due.consultation_id
    ORDER BY due.since, due.kind, due.number
    """
)
