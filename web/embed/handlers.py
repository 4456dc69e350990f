"""A consultation in a frame of another site: read here, act on the full page (top level).

A frame shows what anybody may see, whoever looks at it; it sets no cookie, holds no form, and
only the origins that the consultation lists may show it.
"""

from dataclasses import replace
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.core.errors import NotFound
from deliberation.elections.results.queries import result_page
from deliberation.explanations.texts import explain_outcome
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.views.overview.queries import ConsultationOverview, consultation_overview
from deliberation.views.timeline.texts import status_message, timeline_texts
from web.embed.texts import ACTIONS, FIGURES
from web.shell.render import page_language, render


class ResultText(msgspec.Struct, frozen=True):
    """A published result in words: its question, who came first, and why."""

    number: int
    question: str
    headline: str
    reasons: list[str]


@get("/embed/c/{slug:str}")
async def embedded(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """A public consultation in a few lines: question, status, timeline, figures, best ideas."""
    ctx = _anybody(request, ctx)
    try:
        overview = await consultation_overview(ctx, await consultation_page(ctx, slug))
    except NotFound:
        return _missing(request)
    figures = [(name, getattr(overview.figures, code)) for code, name in FIGURES.items()]
    return _framed(
        request,
        overview.page,
        "embed/consultation.html",
        overview=overview,
        message=status_message(ctx.lang, overview.status, ctx.now, overview.standing),
        timeline=timeline_texts(ctx.lang, overview.timeline, overview.standing),
        call=ACTIONS[overview.action],
        figures=[(name, count) for name, count in figures if count],
        results=await _results(ctx, overview),
    )


@get("/embed/c/{slug:str}/resultats")
async def embedded_results(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """The published results of a consultation, in sentences."""
    ctx = _anybody(request, ctx)
    try:
        overview = await consultation_overview(ctx, await consultation_page(ctx, slug))
    except NotFound:
        return _missing(request)
    return _framed(
        request,
        overview.page,
        "embed/results.html",
        overview=overview,
        results=await _results(ctx, overview),
    )


async def _results(ctx: RequestContext, overview: ConsultationOverview) -> list[ResultText]:
    found = []
    for poll in overview.polls:
        if poll.state == "counted":
            result = await result_page(ctx, overview.page.ref, poll.number)
            headline, reasons, _steps = explain_outcome(ctx.lang, result.outcome)
            found.append(ResultText(poll.number, poll.question, headline, reasons))
    return found


def _anybody(request: AnyRequest, ctx: RequestContext) -> RequestContext:
    """Context without its person: the frame is the same for everybody, so caches may keep it."""
    nobody = replace(ctx, viewer=None, lang=page_language(request))
    request.scope["ctx"] = nobody  # type: ignore[typeddict-unknown-key]
    return nobody


def _framed(
    request: AnyRequest, page: ConsultationPage, template: str, **values: Any
) -> Response[str]:
    ancestors = " ".join(("'self'", *page.frame_ancestors))
    request.scope["frame_ancestors"] = ancestors  # type: ignore[typeddict-unknown-key]
    return render(request, template, page=page, shared=True, **values)


def _missing(request: AnyRequest) -> Response[str]:
    """Drafts, withdrawn consultations and unknown names look alike, and nobody may frame them."""
    return render(request, "embed/missing.html", status=404, shared=True)
