"""Queries of answers."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import String, bindparam, literal_column, or_, select
from sqlalchemy.orm import aliased

from deliberation.core.context import RequestContext
from deliberation.core.database import fetch, prepared
from deliberation.followup.answers.model import Answer
from deliberation.network.people.model import Person
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.process.subjects.model import Subject


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
    ctx: RequestContext, page: ConsultationPage, about: SubjectRef
) -> AnswerView | None:
    """The answer to a proposal or to a poll's result, if there is one."""
    values = {"consultation": page.card.id, "kind": about.kind, "number": about.number}
    rows = await fetch(ctx.db, _ONE, **values)
    return _view(rows[0], page) if rows else None


async def answers_of(ctx: RequestContext, page: ConsultationPage) -> list[AnswerView]:
    """All answers of a consultation, newest first; none to a hidden text."""
    rows = await fetch(ctx.db, _ALL, consultation=page.card.id)
    return [_view(row, page) for row in rows]


def _view(row: Any, page: ConsultationPage) -> AnswerView:
    return AnswerView(authority=page.card.authority.name, **row)


_ABOUT = aliased(Subject)
_ANSWERS = (
    select(
        _ABOUT.kind,
        _ABOUT.number,
        _ABOUT.title,
        Answer.decision,
        Answer.body,
        Person.name.label("author"),
        Answer.created_at,
        Answer.edited_at,
    )
    .join(_ABOUT, _ABOUT.id == Answer.about_id)
    .join(Person, Person.id == Answer.author_id)
    .where(
        Answer.consultation_id == bindparam("consultation"),
        Answer.kind == literal_column("'answer'", String),  # the kept plan counts its rows
        or_(_ABOUT.state == "published", _ABOUT.state == "withdrawn"),
    )
)
_ALL = prepared(_ANSWERS.order_by(Answer.created_at.desc()))
_ONE = prepared(
    _ANSWERS.where(_ABOUT.kind == bindparam("kind"), _ABOUT.number == bindparam("number"))
)
