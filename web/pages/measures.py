"""Suspending an account, what was decided, and contesting it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from api.plumbing.transaction import Acting
from deliberation.authorities.queries import authority_row, card_of
from deliberation.kit.act import Act, permit
from deliberation.kit.errors import Conflict, NotAllowed
from deliberation.moderation.measures import (
    Appeal,
    Ending,
    MeasureView,
    Suspension,
    TextOf,
    contest,
    end,
    may_end_one,
    measure_view,
    measures,
    own_measure,
    suspend,
    text_of,
)
from deliberation.moderation.permissions import may_suspend, may_suspend_account
from deliberation.words.labels import LABELS
from deliberation.words.refusals import refusal
from web.forms import Form, Typed, fields_of, form_of
from web.pages.permitted import why_not
from web.render import render, see_page

SUSPEND = "/gestion/a/{authority:str}/signalements/{subject_id:uuid}/suspendre"
MEASURES = "/gestion/a/{authority:str}/mesures"
CONTEST = "/contester/{measure_id:uuid}"


@get(SUSPEND)
async def ask_suspension(
    request: Request[Any, Any, Any],
    act: Acting,
    authority: FromPath[str],
    subject_id: FromPath[UUID],
) -> Response[str]:
    """Ask why the account that wrote a text is to be suspended."""
    row = await authority_row(act, authority)
    permit(may_suspend(act, row.id))
    found = await text_of(act, row.id, subject_id)
    permit(await may_suspend_account(act, row.id, found.voter_id))
    return _suspending(request, card_of(row), found, Typed(), {})


@post(SUSPEND)
async def send_suspension(
    request: Request[Any, Any, Any],
    act: Acting,
    authority: FromPath[str],
    subject_id: FromPath[UUID],
) -> Response[Any]:
    """Suspend it."""
    row = await authority_row(act, authority)
    permit(may_suspend(act, row.id))
    found = await text_of(act, row.id, subject_id)
    fields = {**await fields_of(request), "subject_id": str(subject_id)}
    form = Form(Suspension, fields, act.lang)
    if form.draft is not None:
        try:
            measure = await suspend(act, row.id, form.draft)
        except (Conflict, NotAllowed) as error:
            form.errors[""] = refusal(act.lang, error.code)
        else:
            return see_page(act.lang, f"/gestion/a/{authority}/mesures/{measure.id}?fait=suspendu")
    return _suspending(request, card_of(row), found, form.typed, form.errors)


@get(MEASURES)
async def all_measures(
    request: Request[Any, Any, Any], act: Acting, authority: FromPath[str]
) -> Response[str]:
    """Hidden texts and suspended accounts; what is contested comes first."""
    row = await authority_row(act, authority)
    return render(
        request,
        "moderation/measures.html",
        authority=card_of(row),
        private=True,
        measures=await measures(act, row.id),
    )


@get(MEASURES + "/{measure_id:uuid}")
async def one_measure(
    request: Request[Any, Any, Any],
    act: Acting,
    authority: FromPath[str],
    measure_id: FromPath[UUID],
    fait: FromQuery[str] = "",
) -> Response[str]:
    """One of them, its contestation, and how another person can end it."""
    row = await authority_row(act, authority)
    view = await measure_view(act, row.id, measure_id)
    return await _ending(request, act, card_of(row), view, Typed(), {}, done=fait)


@post(MEASURES + "/{measure_id:uuid}")
async def settle(
    request: Request[Any, Any, Any],
    act: Acting,
    authority: FromPath[str],
    measure_id: FromPath[UUID],
) -> Response[Any]:
    """Lift or uphold it."""
    row = await authority_row(act, authority)
    view = await measure_view(act, row.id, measure_id)
    form = await form_of(request, Ending, act.lang)
    if form.draft is not None:
        await end(act, row.id, measure_id, form.draft)
        done = "leve" if form.draft.decision == "lifted" else "maintenu"
        return see_page(act.lang, f"/gestion/a/{authority}/mesures/{measure_id}?fait={done}")
    return await _ending(request, act, card_of(row), view, form.typed, form.errors)


@get(CONTEST)
async def contesting(
    request: Request[Any, Any, Any],
    act: Acting,
    measure_id: FromPath[UUID],
    fait: FromQuery[str] = "",
) -> Response[str]:
    """What was decided against oneself, and the form to contest it."""
    view = await own_measure(act, measure_id)
    return _contesting(request, view, Typed(), {}, done=fait == "conteste")


@post(CONTEST)
async def send_appeal(
    request: Request[Any, Any, Any], act: Acting, measure_id: FromPath[UUID]
) -> Response[Any]:
    """Contest it."""
    view = await own_measure(act, measure_id)
    form = await form_of(request, Appeal, act.lang)
    if form.draft is not None:
        await contest(act, measure_id, form.draft)
        return see_page(act.lang, f"/contester/{measure_id}?fait=conteste")
    return _contesting(request, view, form.typed, form.errors)


def _suspending(
    request: Request[Any, Any, Any],
    authority: Any,
    found: TextOf,
    typed: Typed,
    errors: dict[str, str],
) -> Response[str]:
    return render(
        request,
        "moderation/suspend.html",
        authority=authority,
        status=422 if errors else 200,
        private=True,
        text=found,
        reasons=list(LABELS["reason"]),
        typed=typed,
        errors=errors,
    )


async def _ending(
    request: Request[Any, Any, Any],
    act: Act,
    authority: Any,
    view: MeasureView,
    typed: Typed,
    errors: dict[str, str],
    *,
    done: str = "",
) -> Response[str]:
    return render(
        request,
        "moderation/measure.html",
        authority=authority,
        status=422 if errors else 200,
        private=True,
        measure=view,
        unable=why_not(act, await may_end_one(act, authority.id, view.id)),
        done=done,
        typed=typed,
        errors=errors,
    )


def _contesting(
    request: Request[Any, Any, Any],
    view: MeasureView,
    typed: Typed,
    errors: dict[str, str],
    *,
    done: bool = False,
) -> Response[str]:
    return render(
        request,
        "moderation/contest.html",
        status=422 if errors else 200,
        private=True,
        measure=view,
        done=done,
        typed=typed,
        errors=errors,
    )


HANDLERS = [
    ask_suspension,
    send_suspension,
    all_measures,
    one_measure,
    settle,
    contesting,
    send_appeal,
]
