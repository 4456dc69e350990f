"""Page on embedding a consultation: the line to paste, and the sites that may embed it."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.i18n.catalogue import translate
from deliberation.process.consultations.commands import (
    Origin,
    change_consultation,
    consultation_row,
    draft_of,
)
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from web.shell.forms import BLANK, Filled, Form, fields_of
from web.shell.render import render, see_page
from web.staff.consultations.fields import lines
from web.staff.consultations.form import first_lines

PATH = "/gestion/c/{slug:str}/integrer"


class Origins(msgspec.Struct, frozen=True):
    """The sites that may show a consultation."""

    frame_ancestors: Annotated[list[Origin], msgspec.Meta(max_length=20)]


@get(PATH)
async def embedding(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """The line to paste, what the other site must allow, and the list of sites."""
    await consultation_row(ctx, slug)
    page = await consultation_page(ctx, slug)
    return _page(request, ctx, page, "\n".join(page.frame_ancestors))


@post(PATH)
async def allow_origins(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Change which sites may show the consultation."""
    row = await consultation_row(ctx, slug)
    page = await consultation_page(ctx, slug)
    typed = str((await fields_of(request)).get("frame_ancestors", ""))
    form = Form(Origins, {"frame_ancestors": lines(typed)}, ctx.lang)
    if form.draft is None:
        return _page(request, ctx, page, typed, Filled(errors=first_lines(ctx.lang, form.errors)))
    origins = form.draft.frame_ancestors
    await change_consultation(
        ctx, row, msgspec.structs.replace(draft_of(page), frame_ancestors=origins)
    )
    return see_page(ctx.lang, f"/gestion/c/{slug}/integrer?fait=oui")


def _page(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    origins: str,
    form: Filled = BLANK,
) -> Response[str]:
    origin = ctx.app.settings.origin.rstrip("/")
    return render(
        request,
        "staff/embedding/embed.html",
        page=page,
        origin=origin,
        line=_line(ctx.lang, f"{origin}/embed/c/{page.card.slug}", page.card.title),
        origins=origins,
        form=form,
    )


def _line(lang: str, address: str, title: str) -> str:
    """The HTML to paste; quotation marks of a title do not end its attribute."""
    called = translate(lang, "Consultation : %(title)s", title=title)
    return str(
        Markup(
            '<iframe src="{}" title="{}" loading="lazy" '
            'style="width:100%;height:760px;border:0"></iframe>'
        ).format(address, called)
    )
