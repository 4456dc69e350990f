"""What the public front pages show, composed: lists of consultations, the latest answers, one."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, or_, select

from deliberation.answers.model import Answer
from deliberation.answers.owed import standings
from deliberation.answers.queries import AnswerView, answers_of
from deliberation.authorities.model import Authority
from deliberation.ballot_box.queries import voted_polls
from deliberation.consultations.model import Consultation
from deliberation.consultations.queries import (
    ConsultationCard,
    ConsultationPage,
    consultation_cards,
    consultation_page,
    moment_of,
    visible,
)
from deliberation.consultations.standing import Standing
from deliberation.insights.cells import SMALLEST
from deliberation.insights.figures import Figures, public_figures
from deliberation.kit.act import Act
from deliberation.kit.markup import excerpt
from deliberation.polls.model import Poll
from deliberation.polls.queries import PollView, poll_views
from deliberation.proposals.model import Proposal
from deliberation.proposals.queries import ProposalCard, ProposalSearch, proposal_list
from deliberation.results.model import Result
from deliberation.words.thread import Step, Telling, telling, thread

EXCERPT = 200
WORDS_A_MINUTE = 200
ANSWERABLE = {"proposals", "discussion", "vote", "decision", "follow_up"}
MOST_SUPPORTED = ProposalSearch(sort="supported", size=4)


class ConsultationLine(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation in a list, with what it holds; `moment` is open, coming or over."""

    card: ConsultationCard
    moment: str
    standing: Standing
    proposals: int
    answers: int
    ballots: int  # of the poll with most; 0 until a result is published, or while it is small


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


class ConsultationFront(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the first page of a consultation shows.

    `action`: what is open for anybody now: vote, propose, discuss, answers, results, read or "".
    `minutes`: how long it takes. `answers`: those to results first, then the newest.
    `voted`: numbers of the polls the viewer has voted in.
    """

    page: ConsultationPage
    action: str
    minutes: int
    standing: Standing
    telling: Telling
    thread: list[Step]
    figures: Figures
    polls: list[PollView]
    voted: list[int]
    proposals: list[ProposalCard]
    proposal_count: int
    answers: list[AnswerView]


async def consultation_front(act: Act, slug: str) -> ConsultationFront:
    """One consultation, composed; for visitors six statements at most. Raises `NotFound`."""
    page = await consultation_page(act, slug)
    begun = {phase.kind for phase in page.card.phases if phase.state != "promised"}
    polls = await poll_views(act, page)
    found = await proposal_list(act, page, MOST_SUPPORTED) if "proposals" in begun else None
    answers = await answers_of(act, page) if begun & ANSWERABLE else []
    stands = (await standings(act, [page.card]))[page.card.id]
    action = _action(page, polls, stands)
    return ConsultationFront(
        page=page,
        action=action,
        minutes=_minutes(action, page, polls),
        standing=stands,
        telling=telling(act.lang, page.card.phases, act.now, stands),
        thread=thread(act.lang, page.card.phases, stands),
        figures=await public_figures(act, page),
        polls=polls,
        voted=sorted(await voted_polls(act, page)) if polls else [],
        proposals=found.items if found else [],
        proposal_count=found.total if found else 0,
        answers=sorted(answers, key=lambda one: one.kind != "poll"),
    )


async def consultation_lines(
    act: Act, *, authority_id: UUID | None = None, state: str = "", words: str = ""
) -> list[ConsultationLine]:
    """The visible consultations and what they hold, in the order of `consultation_cards`."""
    cards = await consultation_cards(act, authority_id=authority_id, state=state, words=words)
    held = await _held(act, [card.id for card in cards])
    stand = await standings(act, cards)
    return [
        ConsultationLine(
            card=card, moment=moment_of(card), standing=stand[card.id], **held[card.id]
        )
        for card in cards
    ]


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


def _action(page: ConsultationPage, polls: Sequence[PollView], stands: Standing) -> str:
    """The one thing to do now, what asks most of people first."""
    if any(poll.state == "open" for poll in polls):
        return "vote"
    for right, action in (("propose", "propose"), ("comment", "discuss"), ("support", "discuss")):
        if right in page.open_actions:
            return action
    if stands.state == "answered":
        return "answers"
    if any(poll.state == "counted" for poll in polls):
        return "results"
    if stands.to_votes or stands.to_proposals:
        return "answers"
    return "read" if page.body else ""


def _minutes(action: str, page: ConsultationPage, polls: Sequence[PollView]) -> int:
    """How long it takes: ten seconds an option to judge, or the time to read or to write."""
    if action == "vote":
        options = sum(len(poll.options) for poll in polls if poll.state == "open")
        return max(1, math.ceil(options * 10 / 60) + 1)
    if action == "read":
        return max(1, math.ceil(len(page.body.split()) / WORDS_A_MINUTE))
    return {"propose": 5, "discuss": 10}.get(action, 2)


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
        .where(or_(Poll.source == "import", Result.ballots >= SMALLEST))
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
    return AnswerLine(excerpt=excerpt(values.pop("body"), EXCERPT), **values)
