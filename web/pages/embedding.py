"""How to show a consultation in another site: the line to paste, and which sites may."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.plumbing.transaction import Acting
from deliberation.consultations.commands import (
    Origin,
    change_consultation,
    consultation_row,
    draft_of,
)
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.kit.act import Act
from web.forms import Form, fields_of
from web.pages.consultation_fields import lines
from web.pages.consultation_form import first_lines
from web.render import page_address, render

PATH = "/gestion/c/{slug:str}/integrer"


class Origins(msgspec.Struct, frozen=True):
    """The sites that may show a consultation."""

    frame_ancestors: Annotated[list[Origin], msgspec.Meta(max_length=20)]


@get(PATH)
async def embedding(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """The line to paste, what the other site must allow, and the list of sites."""
    await consultation_row(act, slug)
    page = await consultation_page(act, slug)
    return _page(request, act, page, "\n".join(page.frame_ancestors), {})


@post(PATH)
async def allow_origins(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[Any]:
    """Change which sites may show the consultation."""
    row = await consultation_row(act, slug)
    page = await consultation_page(act, slug)
    typed = str((await fields_of(request)).get("frame_ancestors", ""))
    form = Form(Origins, {"frame_ancestors": lines(typed)}, act.lang)
    if form.draft is None:
        return _page(request, act, page, typed, first_lines(act.lang, form.errors))
    origins = form.draft.frame_ancestors
    await change_consultation(
        act, row, msgspec.structs.replace(draft_of(page), frame_ancestors=origins)
    )
    return Redirect(page_address(act.lang, f"/gestion/c/{slug}/integrer?fait=oui"), status_code=303)


def _page(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    origins: str,
    errors: dict[str, str],
) -> Response[str]:
    return render(
        request,
        "management/embed.html",
        authority=page.card.authority,
        status=422 if errors else 200,
        private=True,
        page=page,
        origin=act.house.settings.origin.rstrip("/"),
        origins=origins,
        errors=errors,
        done=request.query_params.get("fait", ""),
    )


HANDLERS = [embedding, allow_origins]
