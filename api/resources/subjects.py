"""/api/v1/consultations/{slug}/subjects: texts of any kind, read, followed, commented."""

from litestar.params import FromPath, FromQuery, JSONBody

from api.core.consultations import ThisConsultation
from api.core.routes import delete, post, public_get, put
from api.core.transaction import Ctx
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.comments.queries import CommentView, Thread, ThreadSearch, thread
from deliberation.process.subjects import following
from deliberation.process.subjects.following import Following
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.process.subjects.queries import (
    SubjectList,
    SubjectView,
    subject_list,
    subject_view,
)
from deliberation.text.inputs import read_draft

KIND = "/consultations/{slug:str}/subjects/{kind:str}"
ITEM = KIND + "/{number:int}"


@public_get(KIND)
async def list_subjects(
    ctx: Ctx, consultation: ThisConsultation, kind: FromPath[str], cursor: FromQuery[str] = ""
) -> SubjectList:
    """Open data: all public texts of a kind, the oldest first; follow `next`."""
    return await subject_list(ctx, consultation, kind, cursor)


@public_get(ITEM)
async def get_subject(
    ctx: Ctx, consultation: ThisConsultation, kind: FromPath[str], number: FromPath[int]
) -> SubjectView:
    """One public text of a kind."""
    ref = SubjectRef(kind, number)
    return await subject_view(ctx, consultation, ref)


@put(ITEM + "/follow")
async def follow_subject(
    ctx: Ctx, consultation: ThisConsultation, kind: FromPath[str], number: FromPath[int]
) -> Following:
    """Follow a text by mail; following twice changes nothing."""
    ref = SubjectRef(kind, number)
    return await following.follow(ctx, consultation, ref)


@delete(ITEM + "/follow", status_code=200)
async def unfollow_subject(
    ctx: Ctx, consultation: ThisConsultation, kind: FromPath[str], number: FromPath[int]
) -> Following:
    """Follow a text no longer."""
    ref = SubjectRef(kind, number)
    return await following.unfollow(ctx, consultation, ref)


@public_get(ITEM + "/comments")
async def list_subject_comments(
    ctx: Ctx,
    consultation: ThisConsultation,
    kind: FromPath[str],
    number: FromPath[int],
    side: FromQuery[str] = "",
    parent: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> Thread:
    """Comments on a text; continue a `side` with its `next` as cursor, the replies to a
    `parent` with its `more_replies`.
    """
    about = await subject_view(ctx, consultation, SubjectRef(kind, number))
    search = read_draft(ThreadSearch, {"side": side, "parent": parent or None, "cursor": cursor})
    return await thread(ctx, consultation, about, search)


@post(ITEM + "/comments")
async def create_subject_comment(
    ctx: Ctx,
    consultation: ThisConsultation,
    kind: FromPath[str],
    number: FromPath[int],
    data: JSONBody[CommentDraft],
) -> CommentView:
    """Argue or ask with a `stance`, or reply to a `parent`, about a text of any kind."""
    ref = SubjectRef(kind, number)
    return await comment(ctx, consultation, ref, data)
