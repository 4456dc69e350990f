"""An agent's wish to end earlier than announced, or to cancel: asked here, granted by another."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.plumbing.transaction import Acting
from deliberation.ballot_box.ends import (
    EndDraft,
    ask_end,
    end_requests,
    endings,
    grant_end,
    may_grant_end,
)
from deliberation.ballot_box.overview import names_of
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act
from deliberation.kit.errors import Conflict, Invalid
from deliberation.words.refusals import refusal
from web.forms import Typed, form_of
from web.pages.management import ITEM, agents_page
from web.pages.permitted import why_not
from web.render import render, see_page

ENDS = ITEM + "/fins"


@get(ENDS)
async def ends(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[str]:
    """The form, and what was asked so far."""
    return await _shown(request, act, await agents_page(act, slug), Typed(), {})


@post(ENDS)
async def ask(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[Any]:
    """Ask for an earlier end."""
    page = await agents_page(act, slug)
    form = await form_of(request, EndDraft, act.lang)
    if form.draft is not None:
        try:
            await ask_end(act, page, form.draft)
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            form.errors["ending"] = refusal(act.lang, error.code, error.values)
    if form.errors:
        return await _shown(request, act, page, form.typed, form.errors)
    return _to(act, slug, "demandee")


@post(ENDS + "/{request_id:uuid}/accorder")
async def grant(act: Acting, slug: FromPath[str], request_id: FromPath[UUID]) -> Redirect:
    """Grant an earlier end, as a second person."""
    await grant_end(act, await agents_page(act, slug), request_id)
    return _to(act, slug, "accordee")


async def _shown(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    typed: Typed,
    errors: dict[str, str],
) -> Response[str]:
    asked = await end_requests(act, page)
    return render(
        request,
        "management/ends.html",
        authority=page.card.authority,
        status=422 if errors else 200,
        private=True,
        page=page,
        able=await endings(act, page),
        asked=asked,
        unable={
            one.id: why_not(act, await may_grant_end(act, page, one))
            for one in asked
            if not one.granted_at
        },
        names=await names_of(act, [one.asked_by for one in asked]),
        typed=typed,
        errors=errors,
        done=request.query_params.get("fait", ""),
    )


def _to(act: Act, slug: str, done: str) -> Redirect:
    return see_page(act.lang, f"/gestion/c/{slug}/fins?fait={done}")


HANDLERS = [ends, ask, grant]
