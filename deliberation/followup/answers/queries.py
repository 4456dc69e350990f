"""Queries of answers."""

# ruff: noqa: S608 (fixed texts: what varies is bound)

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.cursor import LATEST, Moment, from_cursor, one_page
from deliberation.core.database import Prepared, fetch, prepared
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.subjects.kinds import SubjectRef

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


_ANSWER = (
    "said.id, about.kind, about.number, about.title, decision, said.body, person.name AS author,"
    " said.created_at, edited_at"
)
_READABLE = "(about.state = 'published' OR about.state = 'withdrawn')"
_ANSWERS = f"""
    SELECT {_ANSWER} FROM subject AS about
    JOIN subject AS said ON said.about_id = about.id AND said.kind = 'answer'
    JOIN answer ON answer.id = said.id JOIN person ON person.id = said.author_id
    WHERE {_READABLE} AND about.consultation_id = :consultation
"""
_BEFORE = "(said.created_at, said.id) < (:moment, :last)"
_ORDER = "ORDER BY said.created_at DESC, said.id DESC LIMIT"


@lru_cache(maxsize=16)
def _newest(size: int, *, first: bool) -> Prepared:
    """The newest answers before a moment, one more than are shown; `first`: and those to results
    of votes.
    """
    # By the index of answers in order: OFFSET 0 keeps the plan from joining them otherwise.
    others = f"""
        SELECT told.* FROM subject AS said CROSS JOIN LATERAL (
            SELECT {_ANSWER} FROM answer JOIN subject AS about ON about.id = said.about_id
            JOIN person ON person.id = said.author_id
            WHERE answer.id = said.id AND about.kind <> 'poll' AND {_READABLE} OFFSET 0
        ) AS told
        WHERE said.kind = 'answer' AND said.consultation_id = :consultation AND {_BEFORE}
        {_ORDER} {size + 1:d}
    """
    if not first:
        return prepared(others)
    of_polls = f"{_ANSWERS} AND about.kind = 'poll' AND {_BEFORE} {_ORDER} {size:d}"
    return prepared(
        f"SELECT * FROM (({others}) UNION ALL ({of_polls})) AS newest"
        " ORDER BY created_at DESC, id DESC"
    )


# No plan sees the number: most consultations have a first one.
_ONE = prepared(
    f"""{_ANSWERS} AND about.kind = :kind AND about.number = (SELECT CAST(:number AS integer))"""
)
