"""/api/v1/consultations/{slug}/proposals/{number}/comments."""

from litestar.params import FromPath, FromQuery, JSONBody

from api.core.consultations import ThisConsultation
from api.core.routes import post, public_get
from api.core.transaction import Ctx
from deliberation.process.comments import commands
from deliberation.process.comments.commands import CommentDraft
from deliberation.process.comments.queries import CommentView, Thread, ThreadSearch, thread
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.text.inputs import read_draft

COLLECTION = "/consultations/{slug:str}/proposals/{number:int}/comments"


@public_get(COLLECTION)
async def list_comments(
    ctx: Ctx,
    consultation: ThisConsultation,
    number: FromPath[int],
    side: FromQuery[str] = "",
    parent: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> Thread:
    """Comments on a proposal; continue a `side` with its `next` as cursor, the replies to a
    `parent` with its `more_replies`.
    """
    search = read_draft(ThreadSearch, {"side": side, "parent": parent or None, "cursor": cursor})
    return await thread(ctx, consultation, await proposal_view(ctx, consultation, number), search)


@post(COLLECTION)
async def create_comment(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int], data: JSONBody[CommentDraft]
) -> CommentView:
    """Argue or ask with a `stance`, or reply to a `parent`."""
    return await commands.comment(ctx, consultation, SubjectRef("proposal", number), data)
