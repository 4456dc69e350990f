"""An earlier end or a cancellation: requested by an agent here, granted by another."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict
from deliberation.elections.ballot_box.early_ends import (
    EndDraft,
    ask_end,
    end_requests,
    endings,
    grant_end,
    may_grant_end,
)
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.views.ballot_boxes.queries import names_of
from web.shell.forms import BLANK, Filled, form_of
from web.shell.permitted import refusal_text
from web.shell.render import render, see_page
from web.staff.consultations.handlers import ITEM, agents_page

ENDS = ITEM + "/fins"


@get(ENDS)
async def ends(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """The form, and what was asked so far."""
    return await _shown(request, ctx, await agents_page(ctx, slug))


@post(ENDS)
async def ask(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Ask for an earlier end."""
    page = await agents_page(ctx, slug)
    form = await form_of(request, EndDraft, ctx.lang)
    if form.draft is not None:
        with form.refusing(Conflict, at="ending"):
            await ask_end(ctx, page.ref, form.draft)
            return _to(ctx, slug, "demandee")
    return await _shown(request, ctx, page, form)


@post(ENDS + "/{request_id:uuid}/accorder")
async def grant(ctx: Ctx, slug: FromPath[str], request_id: FromPath[UUID]) -> Redirect:
    """Grant an earlier end, as a second person."""
    await grant_end(ctx, (await agents_page(ctx, slug)).ref, request_id)
    return _to(ctx, slug, "accordee")


async def _shown(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, form: Filled = BLANK
) -> Response[str]:
    asked = await end_requests(ctx, page.ref)
    return render(
        request,
        "staff/early_ends/ends.html",
        page=page,
        able=await endings(ctx, page.ref),
        asked=asked,
        unable={
            one.id: refusal_text(ctx, await may_grant_end(ctx, page.ref, one))
            for one in asked
            if not one.granted_at
        },
        names=await names_of(ctx, [one.asked_by for one in asked]),
        form=form,
    )


def _to(ctx: RequestContext, slug: str, done: str) -> Redirect:
    return see_page(ctx.lang, f"/gestion/c/{slug}/fins?fait={done}")
