"""Read the comments of a subject: arguments for and against, questions, replies."""

from collections import defaultdict
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

import msgspec
from sqlalchemy import Integer, column, text

from deliberation.core.context import RequestContext
from deliberation.core.cursor import Moment, Number, from_cursor, to_cursor
from deliberation.core.database import fetch, prepared
from deliberation.process.consultations.queries import ConsultationRef

SIDE_SIZE = 50
REPLIES = 100  # shown under one comment


class CommentView(msgspec.Struct, frozen=True, kw_only=True):
    """A comment as everybody sees it. A hidden one shows its reason: no text, no name.

    One that is held, which waits for moderation, exists for its author only.
    """

    id: UUID
    parent: UUID | None
    stance: str  # empty for a reply
    author: str  # empty: the account was deleted, or the text is hidden
    mine: bool
    from_authority: bool  # written by somebody of the authority that consults
    body: str
    state: str
    hidden_reason: str
    hidden_note: str
    created_at: datetime
    replies: list["CommentView"] = []


class Side(msgspec.Struct, frozen=True):
    """One side of a thread; `total` counts the visible ones, `next` is a cursor or empty."""

    total: int
    items: list[CommentView]
    next: str


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """All comments of a subject; each person's first comment comes before any second."""

    in_favour: Side = msgspec.field(name="for")
    against: Side
    questions: Side


class ThreadSearch(msgspec.Struct, frozen=True, kw_only=True):
    """Pagination of one side of a discussion; empty: the first page of all three."""

    side: Literal["", "for", "against", "question"] = ""
    cursor: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Readable(Protocol):
    """The fields of a subject that its comments need."""

    @property
    def id(self) -> UUID: ...
    @property
    def state(self) -> str: ...


EMPTY = Side(0, [], "")
BEGINNING = ThreadSearch()


async def thread(
    ctx: RequestContext,
    consultation: ConsultationRef,
    subject: Readable,
    search: ThreadSearch = BEGINNING,
) -> Thread:
    """The comments about a subject, `SIDE_SIZE` a side, with their replies: one statement.

    A draft has no comments, and those of a hidden subject are not shown.
    """
    if subject.state in ("draft", "held", "hidden"):
        return Thread(in_favour=EMPTY, against=EMPTY, questions=EMPTY)
    turn, moment, last = thread_keys(search.cursor) if search.cursor else [0, ctx.now, UUID(int=0)]
    values = {
        "about": subject.id,
        "authority": consultation.authority_id,
        "viewer": ctx.viewer.id if ctx.viewer else None,
        "side": search.side,
        "turn": turn,
        "moment": moment,
        "last": last,
        "size": SIDE_SIZE,
        "replies": REPLIES,
    }
    replies: dict[UUID, list[CommentView]] = defaultdict(list)
    sides: dict[str, list[Any]] = {"for": [], "against": [], "question": []}
    for row in await fetch(ctx.db, _THREAD, **values):
        if row["parent_id"] is None:
            sides[row["stance"]].append(row)
        else:
            replies[row["parent_id"]].append(_view(row, []))
    made = {stance: _side(found, replies) for stance, found in sides.items()}
    return Thread(in_favour=made["for"], against=made["against"], questions=made["question"])


def thread_keys(cursor: str) -> list[Any]:
    """The keys of a cursor of a side. Raises `Invalid` on `cursor`."""
    return from_cursor(cursor, Number, Moment, UUID)


# `turn`: the n-th comment of its author on that side. Nobody fills a page before others have
# spoken, and a cursor stays true, since a comment's turn never changes.
_THREAD = prepared(
    text(
        """
        WITH ordered AS (
            SELECT subject.id, author_id, stance, body, state, hidden_reason, hidden_note,
                   created_at,
                   row_number() OVER (
                       PARTITION BY stance, author_id ORDER BY created_at, subject.id) AS turn,
                   count(*) FILTER (WHERE state = 'published') OVER (PARTITION BY stance) AS total
            FROM subject JOIN comment USING (id)
            WHERE about_id = :about AND parent_id IS NULL
                AND (state <> 'held' OR author_id = CAST(:viewer AS uuid))
        ), placed AS (
            SELECT *, row_number() OVER (PARTITION BY stance ORDER BY turn, created_at, id) AS place
            FROM ordered
            WHERE CAST(:side AS varchar) = ''
               OR stance = :side AND (turn, created_at, id) > (:turn, :moment, :last)
        ), shown AS (
            SELECT id, CAST(NULL AS uuid) AS parent_id, author_id, stance, body, state,
                   hidden_reason, hidden_note, created_at, turn, total, place
            FROM placed WHERE place <= :size + 1
            UNION ALL
            SELECT id, parent_id, author_id, NULL, body, state, hidden_reason, hidden_note,
                   created_at, 0, 0, place
            FROM (
                SELECT comment.id, comment.parent_id, subject.author_id, subject.body,
                       subject.state, subject.hidden_reason, subject.hidden_note,
                       subject.created_at, row_number() OVER (
                    PARTITION BY comment.parent_id ORDER BY subject.created_at, comment.id) AS place
                FROM placed JOIN comment ON comment.parent_id = placed.id AND placed.place <= :size
                JOIN subject ON subject.id = comment.id
                WHERE subject.state <> 'held' OR subject.author_id = CAST(:viewer AS uuid)
            ) AS reply WHERE place <= :replies
        )
        SELECT shown.*, person.name AS author,
               coalesce(shown.author_id = CAST(:viewer AS uuid), false) AS mine,
               EXISTS (SELECT FROM membership
                       WHERE membership.person_id = shown.author_id
                         AND membership.authority_id = :authority
                         AND membership.role IN ('agent', 'official', 'administrator')) AS official
        FROM shown JOIN person ON person.id = shown.author_id
        ORDER BY place
        """
    )
)


# The visible comments about the `subject` of the same statement, by kind: replies are what is left
# of `comment_count`.
COUNT_BY_STANCE = (
    "SELECT coalesce(sum(count) FILTER (WHERE stance <> 'question'), 0) AS arguments,"
    " coalesce(sum(count) FILTER (WHERE stance = 'question'), 0) AS questions"
    " FROM stance_count WHERE subject_id = subject.id"
)
COMMENT_COUNTS = (
    text(COUNT_BY_STANCE)
    .columns(column("arguments", Integer), column("questions", Integer))
    .subquery("said")
    .lateral()
)


def shown_state(state: str) -> str:
    """A comment's state as pages and API name it: a published one is `visible`."""
    return "visible" if state == "published" else state


def _side(rows: list[Any], replies: dict[UUID, list[CommentView]]) -> Side:
    items = [_view(row, replies[row["id"]]) for row in rows[:SIDE_SIZE]]
    total = rows[0]["total"] if rows else 0
    if len(rows) <= SIDE_SIZE:
        return Side(total, items, "")
    last = rows[SIDE_SIZE - 1]
    return Side(total, items, to_cursor(last["turn"], last["created_at"], last["id"]))


def _view(row: Any, replies: list[CommentView]) -> CommentView:
    seen = row["state"] != "hidden"  # the query holds no other's text that waits
    return CommentView(
        id=row["id"],
        parent=row["parent_id"],
        stance=row["stance"] or "",
        author=row["author"] if seen else "",
        mine=row["mine"],
        from_authority=seen and row["official"],
        body=row["body"] if seen else "",
        state=shown_state(row["state"]),
        hidden_reason=row["hidden_reason"],
        hidden_note=row["hidden_note"],
        created_at=row["created_at"],
        replies=replies,
    )
