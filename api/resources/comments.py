"""/api/v1/consultations/{slug}/proposals/{number}/comments."""

from litestar.params import FromPath, FromQuery, JSONBody

from api.plumbing.routes import get, post
from api.plumbing.transaction import Acting
from deliberation.comments import commands
from deliberation.comments.commands import CommentDraft
from deliberation.comments.queries import CommentView, Thread, ThreadSearch, thread
from deliberation.consultations.queries import consultation_page
from deliberation.kit.drafts import read_draft
from deliberation.proposals.queries import proposal_view

COLLECTION = "/consultations/{slug:str}/proposals/{number:int}/comments"


@get(COLLECTION)
async def list_comments(
    act: Acting,
    slug: FromPath[str],
    number: FromPath[int],
    side: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> Thread:
    """What is said for and against a proposal; go on in a `side` with its `next` as cursor."""
    page = await consultation_page(act, slug)
    search = read_draft(ThreadSearch, {"side": side, "cursor": cursor})
    return await thread(act, page, await proposal_view(act, page, number), search)


@post(COLLECTION)
async def create_comment(
    act: Acting, slug: FromPath[str], number: FromPath[int], data: JSONBody[CommentDraft]
) -> CommentView:
    """Argue or ask with a `stance`, or reply to a `parent`."""
    page = await consultation_page(act, slug)
    return await commands.comment(act, page, number, data)


HANDLERS = [list_comments, create_comment]
