"""Suspend an account, read measures, contest them."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Conflict, NotAllowed
from deliberation.network.authorities.queries import authority_row, card_of
from deliberation.process.moderation.measure_queries import (
    MeasureView,
    may_end_one,
    measure_view,
    measures,
    own_measure,
)
from deliberation.process.moderation.measures import (
    Appeal,
    Ending,
    Suspension,
    TextOf,
    contest,
    end,
    suspend,
    text_of,
)
from deliberation.process.moderation.permissions import may_suspend, may_suspend_account
from deliberation.process.moderation.texts import REASON_LABELS
from web.shell.forms import BLANK, Filled, Form, fields_of, form_of
from web.shell.permitted import refusal_text
from web.shell.render import render, see_page

SUSPEND = "/gestion/a/{authority:str}/signalements/{subject_id:uuid}/suspendre"
MEASURES = "/gestion/a/{authority:str}/mesures"
CONTEST = "/contester/{measure_id:uuid}"


@get(SUSPEND)
async def ask_suspension(
    request: AnyRequest,
    ctx: Ctx,
    authority: FromPath[str],
    subject_id: FromPath[UUID],
) -> Response[str]:
    """Ask why the account that wrote a text is to be suspended."""
    row = await authority_row(ctx, authority)
    permit(may_suspend(ctx, row.id))
    found = await text_of(ctx, row.id, subject_id)
    permit(await may_suspend_account(ctx, row.id, found.voter_id))
    return _suspending(request, card_of(row), found)


@post(SUSPEND)
async def send_suspension(
    request: AnyRequest,
    ctx: Ctx,
    authority: FromPath[str],
    subject_id: FromPath[UUID],
) -> Response[Any]:
    """Suspend an account."""
    row = await authority_row(ctx, authority)
    permit(may_suspend(ctx, row.id))
    found = await text_of(ctx, row.id, subject_id)
    fields = {**await fields_of(request), "subject_id": str(subject_id)}
    form = Form(Suspension, fields, ctx.lang)
    if form.draft is not None:
        with form.refusing(Conflict, NotAllowed):
            measure = await suspend(ctx, row.id, form.draft)
            return see_page(ctx.lang, f"/gestion/a/{authority}/mesures/{measure.id}?fait=suspendu")
    return _suspending(request, card_of(row), found, form)


@get(MEASURES)
async def all_measures(request: AnyRequest, ctx: Ctx, authority: FromPath[str]) -> Response[str]:
    """Hidden texts and suspended accounts; what is contested comes first."""
    row = await authority_row(ctx, authority)
    return render(
        request,
        "staff/moderation/measures.html",
        authority=card_of(row),
        measures=await measures(ctx, row.id),
    )


@get(MEASURES + "/{measure_id:uuid}")
async def one_measure(
    request: AnyRequest, ctx: Ctx, authority: FromPath[str], measure_id: FromPath[UUID]
) -> Response[str]:
    """Page of one measure, its contestation, and how another person can end it."""
    row = await authority_row(ctx, authority)
    view = await measure_view(ctx, row.id, measure_id)
    return await _ending(request, ctx, card_of(row), view)


@post(MEASURES + "/{measure_id:uuid}")
async def settle(
    request: AnyRequest,
    ctx: Ctx,
    authority: FromPath[str],
    measure_id: FromPath[UUID],
) -> Response[Any]:
    """Lift or uphold a measure."""
    row = await authority_row(ctx, authority)
    view = await measure_view(ctx, row.id, measure_id)
    form = await form_of(request, Ending, ctx.lang)
    if form.draft is not None:
        await end(ctx, row.id, measure_id, form.draft)
        done = "leve" if form.draft.decision == "lifted" else "maintenu"
        return see_page(ctx.lang, f"/gestion/a/{authority}/mesures/{measure_id}?fait={done}")
    return await _ending(request, ctx, card_of(row), view, form)


@get(CONTEST)
async def contesting(request: AnyRequest, ctx: Ctx, measure_id: FromPath[UUID]) -> Response[str]:
    """Page of a measure against the viewer, with the form to contest it."""
    view = await own_measure(ctx, measure_id)
    return _contesting(request, view)


@post(CONTEST)
async def send_appeal(request: AnyRequest, ctx: Ctx, measure_id: FromPath[UUID]) -> Response[Any]:
    """Contest a measure against oneself."""
    view = await own_measure(ctx, measure_id)
    form = await form_of(request, Appeal, ctx.lang)
    if form.draft is not None:
        await contest(ctx, measure_id, form.draft)
        return see_page(ctx.lang, f"/contester/{measure_id}?fait=conteste")
    return _contesting(request, view, form)


def _suspending(
    request: AnyRequest, authority: Any, found: TextOf, form: Filled = BLANK
) -> Response[str]:
    return render(
        request,
        "staff/moderation/suspend.html",
        authority=authority,
        text=found,
        reasons=list(REASON_LABELS),
        form=form,
    )


async def _ending(
    request: AnyRequest,
    ctx: RequestContext,
    authority: Any,
    view: MeasureView,
    form: Filled = BLANK,
) -> Response[str]:
    return render(
        request,
        "staff/moderation/measure.html",
        authority=authority,
        measure=view,
        unable=refusal_text(ctx, await may_end_one(ctx, authority.id, view.id)),
        form=form,
    )


def _contesting(request: AnyRequest, view: MeasureView, form: Filled = BLANK) -> Response[str]:
    return render(request, "staff/moderation/contest.html", measure=view, form=form)
