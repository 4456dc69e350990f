"""Comments on the pages of commentable subjects: add one, reply to one, show one side."""

from typing import Any

from litestar.response import Redirect

from api.core.requests import AnyRequest
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Invalid, SignInNeeded
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.comments.permissions import may_comment
from deliberation.process.comments.queries import CommentView, Thread, ThreadSearch
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.subjects.kinds import SubjectRef, path_of
from deliberation.text.inputs import read_draft
from web.account.signin.signatures import signing
from web.shell.forms import Form, form_of
from web.shell.permitted import apart_from_signing
from web.shell.render import see_page

# Value of `cote` in the URL -> side of the search.
SIDES = {"pour": "for", "contre": "against", "questions": "question"}


async def argue(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, about: SubjectRef
) -> Redirect | Form[CommentDraft]:
    """Add the comment of a form to a subject; a redirection to it, or the form with its errors."""
    if ctx.viewer is None:
        raise SignInNeeded
    form = await form_of(request, CommentDraft, ctx.lang)
    if not form.typed["stance"] and not form.typed["parent"]:
        form.refuse(Invalid({"stance": "required"}))
    ctx = await signing(ctx, form)
    if form.draft is not None and not form.errors:
        with form.refusing():
            added = await comment(ctx, page.ref, about, form.draft)
            outcome = "attend" if added.state == "held" else "oui"
            here, alone = path_of(page.card.slug, about), form.draft.parent or added.id
            return see_page(ctx.lang, f"{here}?message={alone}&ecrit={outcome}#c-{added.id}")
    permit(apart_from_signing(lambda: may_comment(ctx, page.ref)))
    return form


def replied_to(thread: Thread, wished: str) -> CommentView | None:
    """The first-level comment that is replied to, when it is on the page and visible."""
    sides = (thread.in_favour, thread.against, thread.questions)
    shown = (one for side in sides for one in side.items if one.state == "visible")
    return next((one for one in shown if str(one.id) == wished), None)


def wished_side(query: Any, answered: str) -> ThreadSearch:
    """The side, comment and cursor in the address; an unknown side or comment is ignored.

    `answered`: the comment that is replied to, which is shown alone.
    """
    wish = {
        "side": SIDES.get(query.get("cote", ""), ""),
        "parent": query.get("message") or answered or None,
        "cursor": query.get("suite", ""),
    }
    try:
        return read_draft(ThreadSearch, wish)
    except Invalid:
        return ThreadSearch()


def side_alone(thread: Thread, search: ThreadSearch) -> str:
    """The side of a page of one side, or of one comment, as the address names it."""
    sides = {"pour": thread.in_favour, "contre": thread.against, "questions": thread.questions}
    alone = (
        name
        for name in sides
        if SIDES[name] == search.side or (search.parent and sides[name].items)
    )
    return next(alone, "")
