"""What the public front pages show, composed: lists of consultations, the latest answers, one."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, or_, select

from deliberation.answers.model import Answer
from deliberation.authorities.model import Authority
from deliberation.consultations.model import Consultation
from deliberation.consultations.queries import (
    ConsultationCard,
    consultation_cards,
    moment_of,
    visible,
)
from deliberation.kit.act import Act
from deliberation.kit.markup import to_plain
from deliberation.polls.model import Poll
from deliberation.proposals.model import Proposal
from deliberation.results.model import Result

EXCERPT = 200


class ConsultationLine(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation in a list, with what it holds; `moment` is open, coming or over."""

    card: ConsultationCard
    moment: str
    proposals: int
    answers: int
    ballots: int  # of the poll with most; 0 until a result is published


class AnswerLine(msgspec.Struct, frozen=True, kw_only=True):
    """An official answer in a list: to what, what was decided, how it begins."""

    consultation: str
    slug: str
    authority: str
    number: int | None  # of the proposal; None: the answer is to a result
    subject: str
    decision: str
    excerpt: str
    created_at: datetime


async def consultation_lines(
    act: Act, *, authority_id: UUID | None = None, state: str = "", words: str = ""
) -> list[ConsultationLine]:
    """The visible consultations and what they hold, in the order of `consultation_cards`."""
    cards = await consultation_cards(act, authority_id=authority_id, state=state, words=words)
    held = await _held(act, [card.id for card in cards])
    return [ConsultationLine(card=card, moment=moment_of(card), **held[card.id]) for card in cards]


async def latest_answers(
    act: Act, *, authority_id: UUID | None = None, most: int = 4
) -> list[AnswerLine]:
    """The newest official answers that anybody may read."""
    query = (
        select(
            Consultation.title.label("consultation"),
            Consultation.slug,
            Authority.name.label("authority"),
            Proposal.number,
            func.coalesce(Proposal.title, Poll.question).label("subject"),
            Answer.decision,
            Answer.body,
            Answer.created_at,
        )
        .join(Consultation, Consultation.id == Answer.consultation_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .outerjoin(Proposal, Proposal.id == Answer.proposal_id)
        .outerjoin(Poll, Poll.id == Answer.poll_id)
        .where(visible(act), or_(Answer.proposal_id.is_(None), Proposal.state == "published"))
        .order_by(Answer.created_at.desc())
        .limit(most)
    )
    if authority_id is not None:
        query = query.where(Consultation.authority_id == authority_id)
    rows = (await act.db.execute(query)).all()
    return [_answer_line(row) for row in rows]


async def _held(act: Act, ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    """What each consultation holds: one statement for all of them."""
    proposals = select(func.count()).where(
        Proposal.consultation_id == Consultation.id, Proposal.state == "published"
    )
    answers = select(func.count()).where(Answer.consultation_id == Consultation.id)
    ballots = (
        select(func.coalesce(func.max(Result.ballots), 0))
        .join(Poll, Poll.id == Result.poll_id)
        .where(Poll.consultation_id == Consultation.id)
    )
    query = select(
        Consultation.id,
        proposals.scalar_subquery().label("proposals"),
        answers.scalar_subquery().label("answers"),
        ballots.scalar_subquery().label("ballots"),
    ).where(Consultation.id.in_(ids))
    rows = (await act.db.execute(query)).all()
    return {
        row.id: {"proposals": row.proposals, "answers": row.answers, "ballots": row.ballots}
        for row in rows
    }


def _answer_line(row: Any) -> AnswerLine:
    values = row._asdict()
    text = to_plain(values.pop("body"))
    if len(text) > EXCERPT:
        text = text[:EXCERPT].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
    return AnswerLine(excerpt=text, **values)
