"""Queries of answers."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    desc,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from deliberation.core.context import RequestContext
from deliberation.core.cursor import LATEST, Moment, from_cursor, one_page
from deliberation.core.database import Prepared, fetch, prepared
from deliberation.followup.answers.model import Answer
from deliberation.network.people.model import Person
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.process.subjects.model import Subject

PAGE_SIZE = 20


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


class AnswerList(msgspec.Struct, frozen=True, kw_only=True):
    """Official answers of a consultation; `next` is a cursor, empty at the end."""

    items: list[AnswerView]
    next: str


async def answers_of(
    ctx: RequestContext, page: ConsultationPage, cursor: str = "", size: int = PAGE_SIZE
) -> AnswerList:
    """The answers of a consultation, newest first, `size` a page; none to a hidden text.

    The first page begins with those to results of votes, as many more at most.
    """
    moment, last = from_cursor(cursor, Moment, UUID) if cursor else (LATEST, UUID(int=0))
    values = {"consultation": page.card.id, "moment": moment, "last": last}
    rows = await fetch(ctx.db, _newest(size, first=not cursor), **values)
    first = [row for row in rows if row["kind"] == "poll"]
    others = [row for row in rows if row["kind"] != "poll"]
    shown, onward = one_page(others, size, "created_at", "id")
    return AnswerList(items=[_view(row, page) for row in (*first, *shown)], next=onward)


def _view(row: Any, page: ConsultationPage) -> AnswerView:
    values = dict(row)
    del values["id"]
    return AnswerView(authority=page.card.authority.name, **values)


_ABOUT, _HERE = aliased(Subject), bindparam("consultation", type_=Uuid)
_ANSWERS = (
    select(
        Answer.id,
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
        Answer.kind == literal_column("'answer'", String),  # the kept plan counts its rows
        or_(_ABOUT.state == "published", _ABOUT.state == "withdrawn"),
    )
)


@lru_cache(maxsize=16)
def _newest(size: int, *, first: bool) -> Prepared:
    """The newest answers before a moment, one more than are shown; `first`: and those to results
    of votes.
    """
    to_poll = _ABOUT.kind == literal_column("'poll'", String)
    # Each by the index that finds it: of answers in order, or of the few polls.
    to_others = and_(Answer.consultation_id == _HERE, ~to_poll)
    to_polls = and_(_ABOUT.consultation_id == _HERE, to_poll)
    keys = (Subject.created_at, Subject.id)
    before = bindparam("moment", type_=DateTime(timezone=True)), bindparam("last", type_=Uuid)

    def newest(about: ColumnElement[bool], most: int) -> Select[Any]:
        query = _ANSWERS.where(about, tuple_(*keys) < tuple_(*before))
        ordered = query.order_by(*(key.desc() for key in keys))
        return select(ordered.limit(literal_column(f"{most:d}", Integer)).subquery())

    found = [newest(to_others, size + 1), *([newest(to_polls, size)] if first else [])]
    return prepared(union_all(*found).order_by(desc("created_at"), desc("id")))


_ONE = prepared(
    _ANSWERS.where(
        _ABOUT.consultation_id == _HERE,
        _ABOUT.kind == bindparam("kind"),
        # No plan sees the number: most consultations have a first one.
        _ABOUT.number == select(bindparam("number", type_=Integer)).scalar_subquery(),
    )
)
