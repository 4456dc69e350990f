"""Pages of elected officials: their consultations, ten questions about one, answers."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from api.core.bodies import by_staff, larger
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import NotFound
from deliberation.elections.results.queries import ResultPage, result_page
from deliberation.explanations.texts import explain_sentence
from deliberation.followup.answers.commands import AnswerDraft, answer
from deliberation.followup.answers.owed import MOST_WAITING, THRESHOLD
from deliberation.followup.answers.permissions import may_answer
from deliberation.followup.answers.queries import AnswerView, answer_to
from deliberation.followup.answers.texts import DECISION_LABELS
from deliberation.i18n.catalogue import label
from deliberation.i18n.formats import PARIS
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.proposals.structs import ProposalView
from deliberation.process.subjects.kinds import SubjectRef, path_below, that
from deliberation.process.subjects.queries import SubjectView, subject_view
from deliberation.views.figures import findings
from deliberation.views.figures.permissions import official_in
from deliberation.views.figures.queries import consultation_insight, dashboard
from deliberation.views.figures.texts import (
    FIGURES,
    caveat,
    figure_definition,
    figure_label,
    of_whom,
)
from deliberation.views.timeline.texts import badge
from voting.explain import headline
from voting.methods import METHODS
from web.charts.days import days, number_events
from web.shell.forms import Filled, form_of, stored_form
from web.shell.render import render, see_page
from web.shell.templating import next_page
from web.staff.officials.texts import milestone_text

ONE = "/elus/c/{slug:str}"


@get("/elus")
async def portfolio(request: AnyRequest, ctx: Ctx, suite: FromQuery[str] = "") -> Response[str]:
    """The consultations of one's authorities, a page at a time, and the answers they owe."""
    board = await dashboard(ctx, official_in(ctx), suite)
    return render(
        request,
        "staff/officials/portfolio.html",
        board=board,
        most=MOST_WAITING,
        more=next_page(ctx.lang, "/elus", board.next),
        badges={
            one.card.slug: badge(ctx.lang, one.card.phases, one.standing)
            for one in board.consultations
        },
        figures=_definitions(ctx.lang),
        threshold=THRESHOLD,
    )


@get(ONE)
async def questions(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """Ten questions about one consultation, answered as far as the data allows."""
    official_in(ctx)
    page = await consultation_page(ctx, slug)
    insight = await consultation_insight(ctx, page)
    events = [
        (mark.at.astimezone(PARIS).date(), milestone_text(ctx.lang, mark)) for mark in insight.marks
    ]
    return render(
        request,
        "staff/officials/questions.html",
        page=page,
        insight=insight,
        chart=days(ctx.lang, insight.participation, events),
        events=[text for _place, text in number_events(insight.participation, events)],
        headlines=[explain_sentence(ctx.lang, result.headline) for result in insight.results],
        judged=[METHODS[result.method].family == "grades" for result in insight.results],
        of_whom=of_whom(
            ctx.lang,
            insight.figures.participants,
            insight.figures.voters,
            insight.base.population,
            insight.base.called,
            anybody=insight.base.anybody,
            at_least=insight.figures.at_least,
        ),
        caveats=[caveat(ctx.lang, one.code, one.values) for one in insight.caveats],
        figures=_definitions(ctx.lang),
        rules=findings,
        threshold=THRESHOLD,
    )


def _answers(kind: str) -> list[HTTPRouteHandler]:
    """The form that answers a text of a kind, and what it sends."""
    path = ONE + path_below(kind, "{number:int}") + "/repondre"

    @get(path, name=f"answer-{kind}", **larger(by_staff))
    async def ask(
        request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
    ) -> Response[str]:
        """The form that answers a text."""
        return await _asking(request, ctx, slug, SubjectRef(kind, number))

    @post(path, name=f"send-answer-{kind}", **larger(by_staff))
    async def send(
        request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
    ) -> Response[Any]:
        """Publish the answer, or say what is wrong with it."""
        return await _answering(request, ctx, slug, SubjectRef(kind, number))

    return [ask, send]


async def _asking(
    request: AnyRequest, ctx: RequestContext, slug: str, subject: SubjectRef
) -> Response[str]:
    page = await _answerable(ctx, slug)
    given = await answer_to(ctx, page, subject)
    return await _form(request, ctx, page, subject, given, stored_form(_written(given)))


async def _answering(
    request: AnyRequest, ctx: RequestContext, slug: str, subject: SubjectRef
) -> Response[Any]:
    page = await _answerable(ctx, slug)
    form = await form_of(request, AnswerDraft, ctx.lang)
    given = await answer_to(ctx, page, subject)
    if form.is_outdated(_written(given)) or form.draft is None:
        return await _form(request, ctx, page, subject, given, form)
    await answer(ctx, page.ref, subject, form.draft)
    return see_page(ctx.lang, f"/elus/c/{slug}?fait=reponse")


async def _answerable(ctx: RequestContext, slug: str) -> ConsultationPage:
    official_in(ctx)
    page = await consultation_page(ctx, slug)
    permit(may_answer(ctx, page.card.authority.id))
    return page


async def _form(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    subject: SubjectRef,
    given: AnswerView | None,
    form: Filled,
) -> Response[str]:
    result: ResultPage | None = None
    text: ProposalView | SubjectView | None = None
    if subject.kind == "poll":
        result = await result_page(ctx, page.ref, subject.number)
    else:
        if subject.kind == "proposal":
            text = await proposal_view(ctx, page.ref, subject.number)
        else:
            text = await subject_view(ctx, page.ref, subject)
        if text.state != "published":
            raise NotFound
    return render(
        request,
        "staff/officials/answer.html",
        page=page,
        subject=subject,
        text=text,
        result=result,
        headline=explain_sentence(ctx.lang, headline(result.outcome)) if result else "",
        given=given,
        decisions=list(DECISION_LABELS),
        form=form,
        changed=_shown(ctx.lang, form.changed),
    )


def _written(given: AnswerView | None) -> dict[str, str]:
    """Current answer, by field of its form."""
    return {"decision": given.decision, "body": given.body} if given else {}


def _shown(lang: str, changed: Mapping[str, str]) -> dict[str, str]:
    """Fields that somebody else changed meanwhile, the decision as a label."""
    return {
        name: label(lang, DECISION_LABELS, value) if name == "decision" else value
        for name, value in changed.items()
    }


def _definitions(lang: str) -> dict[str, tuple[str, str]]:
    return {code: (figure_label(lang, code), figure_definition(lang, code)) for code in FIGURES}


ANSWERS = [handler for kind in that("answerable") for handler in _answers(kind)]
