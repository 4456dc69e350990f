"""Read public subjects of any kind: the open data of a consultation."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.cursor import Moment, from_cursor, one_page
from deliberation.core.database import fetch, fetch_one, prepared
from deliberation.core.errors import NotFound
from deliberation.process.consultations.queries import ConsultationRef
from deliberation.process.subjects.kinds import SubjectRef, that

PAGE_SIZE = 100


class SubjectView(msgspec.Struct, frozen=True, kw_only=True):
    """A subject that is or was public. A hidden one shows its reason: no text, no name."""

    id: UUID
    kind: str
    number: int | None
    about: SubjectRef | None  # what a comment or an answer is about
    title: str
    body: str
    theme: str
    place: str
    author: str  # empty: the account was deleted, or nobody wrote it
    state: str
    hidden_reason: str
    hidden_note: str
    answer: str  # the decision of the official answer, or empty
    comment_count: int
    created_at: datetime
    published_at: datetime


class SubjectList(msgspec.Struct, frozen=True, kw_only=True):
    """Subjects of one kind, the oldest first; `next` is a cursor, empty at the end."""

    items: list[SubjectView]
    next: str


async def subject_list(
    ctx: RequestContext, consultation: ConsultationRef, kind: str, cursor: str = ""
) -> SubjectList:
    """The subjects of an exported kind, a page at a time. Raises `NotFound` for other kinds."""
    if kind not in that("exported"):
        raise NotFound
    moment, last = from_cursor(cursor, Moment, UUID) if cursor else (None, None)
    values = {"consultation": consultation.id, "kind": kind, "moment": moment, "last": last}
    rows = await fetch(ctx.db, _LIST, **values, size=PAGE_SIZE + 1)
    shown, onward = one_page(rows, PAGE_SIZE, "published_at", "id")
    return SubjectList(items=[_view(row) for row in shown], next=onward)


async def subject_view(
    ctx: RequestContext, consultation: ConsultationRef, ref: SubjectRef
) -> SubjectView:
    """One subject of an exported kind. Raises `NotFound`."""
    if ref.kind not in that("exported"):
        raise NotFound
    values = {"consultation": consultation.id, "kind": ref.kind, "number": ref.number}
    return _view(await fetch_one(ctx.db, _ONE, **values))


def _view(row: Any) -> SubjectView:
    values = dict(row)
    kind, number = values.pop("about_kind"), values.pop("about_number")
    return SubjectView(about=SubjectRef(kind, number) if kind else None, **values)


_PUBLIC = """
    SELECT subject.id, subject.kind, subject.number, about.kind AS about_kind,
           about.number AS about_number, coalesce(shown.title, '') AS title,
           coalesce(shown.body, '') AS body, coalesce(shown.theme, '') AS theme,
           coalesce(shown.place, '') AS place, coalesce(person.name, '') AS author,
           subject.state, subject.hidden_reason,
           subject.hidden_note, subject.answer, subject.comment_count, subject.created_at,
           subject.published_at
    FROM subject
    LEFT JOIN subject AS about ON about.id = subject.about_id
    LEFT JOIN subject AS shown ON shown.id = subject.id AND subject.state <> 'hidden'
    LEFT JOIN person ON person.id = shown.author_id
    WHERE subject.consultation_id = :consultation AND subject.kind = :kind
      AND subject.published_at IS NOT NULL AND about.state IS DISTINCT FROM 'hidden'
"""
_LIST = prepared(
    f"""{_PUBLIC}
      AND (CAST(:last AS uuid) IS NULL
           OR (subject.published_at, subject.id) > (CAST(:moment AS timestamptz), :last))
    ORDER BY subject.published_at, subject.id LIMIT :size
    """
)
# The planner takes a low number for one that many subjects have: it is hidden from it.
_ONE = prepared(f"{_PUBLIC} AND subject.number = (SELECT CAST(:number AS integer))")
