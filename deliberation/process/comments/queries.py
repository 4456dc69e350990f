"""Read the comments of a subject: arguments for and against, questions, replies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from deliberation.core.context import RequestContext
from deliberation.core.cursor import Moment, Number, from_cursor, one_page
from deliberation.core.database import fetch, prepared
from deliberation.process.consultations.queries import ConsultationRef

FIRST_SIZE = 10  # of each side where all begin: on a phone one is below the other
SIDE_SIZE = 50  # of one side alone
REPLIES = 10  # shown under one comment of a page
REPLIES_ALONE = 100  # of one comment, a page of its own


class CommentView(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
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
    replies: tuple["CommentView", ...] = ()
    more_replies: str = ""  # the cursor of the following ones, or empty


class Side(msgspec.Struct, frozen=True):
    """One side of a thread; `total` counts the visible ones, `next` is a cursor or empty."""

    total: int
    items: tuple[CommentView, ...]
    next: str


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """All comments of a subject; each person's first comment comes before any second."""

    in_favour: Side = msgspec.field(name="for")
    against: Side
    questions: Side


class ThreadSearch(msgspec.Struct, frozen=True, kw_only=True):
    """Pagination of one side of a discussion, or of the replies to the comment `parent`; empty: the
    first page of all three sides.
    """

    side: Literal["", "for", "against", "question"] = ""
    parent: UUID | None = None
    cursor: str = ""


class Readable(Protocol):
    """The fields of a subject that its comments need."""

    @property
    def id(self) -> UUID: ...
    @property
    def state(self) -> str: ...


EMPTY = Side(0, (), "")
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
BEGINNING = ThreadSearch()
# Before the first comment of a side, and before the first reply.
BEGINNINGS: dict[str, Any] = {
    "turn": 0,
    "moment": BEFORE_ALL,
    "last": UUID(int=0),
    "replied_at": BEFORE_ALL,
    "reply": UUID(int=0),
}


async def thread(
    ctx: RequestContext,
    consultation: ConsultationRef,
    subject: Readable,
    search: ThreadSearch = BEGINNING,
) -> Thread:
    """The first comments about a subject, or a page of a side, with their first replies: one
    statement.
    """
    values = thread_values(ctx, consultation, search)
    rows = await fetch(ctx.db, _THREAD[part_of(search)], about=subject.id, **values)
    return thread_of(rows, subject, search)


def part_of(search: ThreadSearch) -> str:
    """The part of a thread that is read: a key of `PARTS`."""
    return "replies" if search.parent else "side" if search.side else "sides"


def thread_values(
    ctx: RequestContext, consultation: ConsultationRef, search: ThreadSearch
) -> dict[str, Any]:
    """The values that a statement with `thread_sql` binds."""
    values = {
        **BEGINNINGS,
        "authority": consultation.authority_id,
        "viewer": ctx.viewer.id if ctx.viewer else None,
        "side": search.side,
        "parent": search.parent,
    }
    if search.cursor:
        names = ("replied_at", "reply") if search.parent else ("turn", "moment", "last")
        kinds = (Moment, UUID) if search.parent else (Number, Moment, UUID)
        values |= dict(zip(names, from_cursor(search.cursor, *kinds), strict=True))
    return values


def thread_of(rows: Iterable[Any], subject: Readable, search: ThreadSearch) -> Thread:
    """The thread in rows of `thread_sql`.

    A draft has no comments, and those of a hidden subject are not shown.
    """
    if subject.state in ("draft", "held", "hidden"):
        return Thread(in_favour=EMPTY, against=EMPTY, questions=EMPTY)
    _, size, most = PARTS[part_of(search)]
    tops: dict[str, list[Any]] = defaultdict(list)
    replies: dict[UUID, list[Any]] = defaultdict(list)
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["parent_id"] is not None:
            replies[row["parent_id"]].append(row)
        else:
            totals[row["stance"]] = row["total"]
            tops[row["stance"]] += [row] if row["id"] else []

    def side(stance: str) -> Side:
        shown, onward = one_page(tops[stance], size, "turn", "said_at", "id")
        items = tuple([_view(row, replies[row["id"]], most) for row in shown])
        return Side(totals[stance], items, onward)

    return Thread(in_favour=side("for"), against=side("against"), questions=side("question"))


_AFTER = "(turn, said_at, comment.id) > (:turn, :moment, :last)"
# Part of a thread -> its comments, how many of a side, and how many replies to each.
PARTS = {
    "sides": (_AFTER, FIRST_SIZE, REPLIES),
    "side": (_AFTER, SIDE_SIZE, REPLIES),
    "replies": ("comment.id = :parent", 1, REPLIES_ALONE),
}


def thread_sql(part: str, about: str) -> str:
    """A page of each side, in the order of its index, with the first replies to each comment.

    `turn`: the n-th comment of its author on that side. Nobody fills a page before others have
    spoken, and a cursor stays true, since a comment's turn never changes. `about`: the subject, in
    SQL. A side without any comment is one row without id that holds its total.
    """
    first, size, replies = PARTS[part]
    said = "author_id, body, state, hidden_reason, hidden_note"
    readable = "(state <> 'held' OR author_id = CAST(:viewer AS uuid))"
    return f"""
        WITH top AS (
            SELECT side.stance, coalesce(stance_count.count, 0) AS total, said.*
            FROM (VALUES ('for'), ('against'), ('question')) AS side (stance)
            LEFT JOIN stance_count ON subject_id = {about} AND stance_count.stance = side.stance
            LEFT JOIN LATERAL (
                SELECT comment.id, turn, said_at, {said} FROM comment JOIN subject USING (id)
                WHERE thread_id = {about} AND comment.stance = side.stance AND parent_id IS NULL
                  AND {first} AND {readable}
                ORDER BY turn, said_at, comment.id LIMIT {size + 1}
            ) AS said ON true
            WHERE CAST(:side AS varchar) IN ('', side.stance)
        ), shown AS (
            SELECT id, CAST(NULL AS uuid) AS parent_id, stance, total, turn, said_at, {said}
            FROM top
            UNION ALL
            SELECT reply.id, top.id, NULL, 0, 0, reply.said_at, reply.author_id, reply.body,
                   reply.state, reply.hidden_reason, reply.hidden_note
            FROM top CROSS JOIN LATERAL (
                SELECT comment.id, said_at, {said} FROM comment JOIN subject USING (id)
                WHERE parent_id = top.id AND (said_at, comment.id) > (:replied_at, :reply)
                  AND {readable}
                ORDER BY said_at, comment.id LIMIT {replies + 1}
            ) AS reply
        )
        SELECT shown.*, (SELECT name FROM person WHERE id = shown.author_id) AS author,
               coalesce(shown.author_id = CAST(:viewer AS uuid), false) AS mine,
               EXISTS (SELECT FROM membership
                       WHERE membership.person_id = shown.author_id
                         AND membership.authority_id = :authority
                         AND membership.role IN ('agent', 'official', 'administrator')) AS official
        FROM shown ORDER BY turn, said_at, id
        """  # noqa: S608 - fixed texts


_THREAD = {part: prepared(thread_sql(part, ":about")) for part in PARTS}


# The visible comments about the `subject` of the same statement, by kind: replies are what is left
# of `comment_count`.
COUNT_BY_STANCE = (
    "SELECT coalesce(sum(count) FILTER (WHERE stance <> 'question'), 0) AS arguments,"
    " coalesce(sum(count) FILTER (WHERE stance = 'question'), 0) AS questions"
    " FROM stance_count WHERE subject_id = subject.id"
)


def shown_state(state: str) -> str:
    """A comment's state as pages and API name it: a published one is `visible`."""
    return "visible" if state == "published" else state


def _view(row: Any, replies: Sequence[Any] = (), most: int = 0) -> CommentView:
    shown, onward = one_page(replies, most, "said_at", "id")
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
        created_at=row["said_at"],
        replies=tuple(_view(reply) for reply in shown),
        more_replies=onward,
    )
