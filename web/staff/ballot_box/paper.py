"""Votes on paper and at a counter: mark voters, enter their ballots twice; without scripts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.bodies import by_its_agents, larger
from api.core.problems import messages
from api.core.refusals import refusal
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.core.errors import Conflict, Invalid, NotAllowed, NotFound
from deliberation.elections.paper.paper_ballots import (
    BatchDraft,
    BatchView,
    Channel,
    batch_view,
    batches,
    enter_batch,
    enter_second_copy,
    mark_voters,
    may_enter_batch,
    may_enter_second_copy,
    may_mark,
)
from deliberation.elections.paper.undoing import (
    UndoingDraft,
    ask_undoing,
    grant_undoing,
    may_grant_undoing,
    undoings,
)
from deliberation.elections.polls.eligibility import ROLLED
from deliberation.elections.polls.queries import PollView, ballot_rules_of, poll_view
from deliberation.i18n.catalogue import translate
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.text.inputs import read_draft
from deliberation.views.ballot_boxes.queries import names_of
from web.shell.forms import BLANK, Filled, FormValues, fields_of, form_of
from web.shell.permitted import refusal_text, refusal_texts
from web.staff.ballot_box.handlers import ITEM, ballot_box_page, to_ballot_box
from web.staff.ballot_box.texts import number_lines, number_papers
from web.staff.consultations.fields import lines
from web.staff.consultations.handlers import agents_page

PAPERS = ITEM + "/{number:int}/papier"
MAX_FORM_BALLOTS = 50  # ballots a form: more make several batches
USUAL = 10


class PaperMarkingForm(msgspec.Struct, frozen=True, kw_only=True):
    """Form that marks voters on paper or at a counter, by identifiers, one a line."""

    channel: Channel
    voters: str = ""


@get(PAPERS)
async def paper_ballots(
    request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """The batches of a poll, and the form that marks voters."""
    page, poll = await _poll(ctx, slug, number)
    return await _paper_page(request, ctx, page, poll)


@post(PAPERS, **larger(by_its_agents))
async def mark(
    request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Mark people as voting on paper or at a counter: all of those named, or nobody."""
    page, poll = await _poll(ctx, slug, number)
    fields = await fields_of(request)
    named = lines(fields.get("voters", ""))
    errors: dict[str, str] = {}
    try:
        marking = read_draft(PaperMarkingForm, fields)
        if not named:
            raise Invalid({"voters": "required"})
        await mark_voters(ctx, page.ref, poll, marking.channel, named)
    except Invalid as error:
        errors = number_lines(ctx.lang, messages(ctx.lang, error), named)
    if errors:
        return await _paper_page(request, ctx, page, poll, Filled(FormValues(fields), errors))
    return to_ballot_box(ctx, slug, f"/{number}/papier?fait=emarge")


@post(PAPERS + "/annulations")
async def ask_undone(
    request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Ask that somebody's mark be undone."""
    page, poll = await _poll(ctx, slug, number)
    form = await form_of(request, UndoingDraft, ctx.lang)
    if form.draft is not None:
        with form.refusing(NotFound, Conflict, at="number"):
            await ask_undoing(ctx, page.ref, poll, form.draft)
            return to_ballot_box(ctx, slug, f"/{number}/papier?fait=annulation")
    return await _paper_page(request, ctx, page, poll, form)


@post(PAPERS + "/annulations/{undoing_id:uuid}/accorder")
async def grant_undone(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], undoing_id: FromPath[UUID]
) -> Redirect:
    """Undo somebody's mark, as a second person."""
    page, poll = await _poll(ctx, slug, number)
    await grant_undoing(ctx, page.ref, poll, undoing_id)
    return to_ballot_box(ctx, slug, f"/{number}/papier?fait=annule")


@get(PAPERS + "/lot")
async def new_batch(
    request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """An empty form of as many ballots as the address says."""
    page, poll = await _poll(ctx, slug, number)
    return await _form(request, ctx, page, poll, None, Filled(FormValues(request.query_params)))


@post(PAPERS + "/lot", **larger(by_its_agents, fields=2000))
async def type_first(
    request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Keep a batch as it is typed a first time."""
    page, poll = await _poll(ctx, slug, number)
    fields = await fields_of(request)
    errors: dict[str, str] = {}
    try:
        async with ctx.db.begin_nested():
            await enter_batch(ctx, page.ref, poll, _draft(poll, fields))
    except Invalid as error:
        errors = number_papers(ctx.lang, messages(ctx.lang, error))
    if errors:
        return await _form(request, ctx, page, poll, None, Filled(FormValues(fields), errors))
    return to_ballot_box(ctx, slug, f"/{number}/papier?fait=lot")


@get(PAPERS + "/{batch:int}")
async def one_batch(
    request: AnyRequest,
    ctx: Ctx,
    slug: FromPath[str],
    number: FromPath[int],
    batch: FromPath[int],
) -> Response[str]:
    """The form that types a batch again: what was typed before is not shown."""
    page, poll = await _poll(ctx, slug, number)
    found = await batch_view(ctx, page.ref, poll, batch)
    return await _form(request, ctx, page, poll, found, Filled(FormValues(request.query_params)))


@post(PAPERS + "/{batch:int}", **larger(by_its_agents, fields=2000))
async def type_second(
    request: AnyRequest,
    ctx: Ctx,
    slug: FromPath[str],
    number: FromPath[int],
    batch: FromPath[int],
) -> Response[Any]:
    """Compare a second typing with the first: the batch counts, or the papers that differ."""
    page, poll = await _poll(ctx, slug, number)
    found = await batch_view(ctx, page.ref, poll, batch)
    fields = await fields_of(request)
    errors: dict[str, str] = {}
    try:
        async with ctx.db.begin_nested():
            found = await enter_second_copy(ctx, page.ref, poll, batch, _draft(poll, fields))
    except Invalid as error:
        errors = number_papers(ctx.lang, messages(ctx.lang, error))
    except Conflict as error:
        errors = {"": refusal(ctx.lang, error.code, error.values)}
    except NotAllowed as error:
        if error.code != "needs-another-person":
            raise
        errors = {"": refusal(ctx.lang, error.code)}
    if found.state == "agreed" and not errors:
        return to_ballot_box(ctx, slug, f"/{number}/papier?fait=accord")
    return await _form(request, ctx, page, poll, found, Filled(FormValues(fields), errors))


async def _poll(ctx: RequestContext, slug: str, number: int) -> tuple[ConsultationPage, PollView]:
    page = await agents_page(ctx, slug)
    poll = await poll_view(ctx, page.ref, number)
    if poll.eligibility not in ROLLED:
        raise NotFound  # nobody votes on paper without a roll
    return page, poll


def _size(text: Any, usual: int) -> int:
    """Number of ballots on a form, within its limits."""
    plain = str(text).strip()
    return (
        min(max(int(plain), 1), MAX_FORM_BALLOTS) if plain.isdecimal() and len(plain) < 6 else usual
    )


def _draft(poll: PollView, fields: Mapping[str, Any]) -> BatchDraft:
    """The batch that was typed. Raises `Invalid` naming the paper (`ballots.2`)."""
    errors: dict[str, Any] = {}
    ballots, least = [], ballot_rules_of(poll).least
    for place in range(_size(fields.get("bulletins"), USUAL)):
        marks = {}
        for option in poll.options:
            sent = str(fields.get(f"b{place}-{option.number}", "")).strip()
            if sent == "" or (sent == "0" and least):
                continue
            if not sent.isdecimal() or len(sent) > 4:
                errors[f"ballots.{place}"] = "not-a-number"
                continue
            # Papers are read best first: 1 is the best grade.
            mark = len(poll.grades) + 1 - int(sent) if poll.ballot == "grades" else int(sent)
            if mark < least:
                errors[f"ballots.{place}"] = "out-of-range"
            marks[str(option.number)] = mark
        ballots.append(marks)
    if errors:
        raise Invalid(errors)
    return read_draft(BatchDraft, {"channel": fields.get("channel", ""), "ballots": ballots})


async def _paper_page(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    poll: PollView,
    form: Filled = BLANK,
) -> Response[str]:
    found = await batches(ctx, page.ref, poll)
    asked = await undoings(ctx, page.ref, poll)
    return await ballot_box_page(
        request,
        ctx,
        page,
        "paper_ballots",
        form,
        poll=poll,
        batches=found,
        undoings=asked,
        names=await names_of(
            ctx, [one.first_by for one in found] + [one.asked_by for one in asked]
        ),
        unmarked=refusal_text(ctx, await may_mark(ctx, page.ref, poll)),
        untyped=refusal_text(ctx, await may_enter_batch(ctx, page.ref, poll)),
        unable=await refusal_texts(
            ctx,
            {one.id: one for one in asked if not one.granted_at},
            lambda one: may_grant_undoing(ctx, page.ref, poll, one),
            alike=lambda one: one.asked_by,
        ),
        unable_again=await refusal_texts(
            ctx,
            {one.number: one for one in found if one.state != "agreed"},
            lambda one: may_enter_second_copy(ctx, page.ref, poll, one),
            alike=lambda one: (one.first_by, one.state),
        ),
        most=MAX_FORM_BALLOTS,
        usual=USUAL,
    )


async def _form(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    poll: PollView,
    batch: BatchView | None,
    form: Filled = BLANK,
) -> Response[str]:
    count = _size(form.typed["bulletins"], batch.ballots if batch else USUAL)
    refused = await (
        may_enter_second_copy(ctx, page.ref, poll, batch)
        if batch
        else may_enter_batch(ctx, page.ref, poll)
    )
    differing = {
        f"ballots.{place - 1}": translate(
            ctx.lang, "Bulletin %(place)s : les deux saisies diffèrent.", place=place
        )
        for place in (batch.places if batch and batch.state == "differs" else [])
    }
    return await ballot_box_page(
        request,
        ctx,
        page,
        "batch",
        Filled(form.typed, {**differing, **form.errors}),
        poll=poll,
        batch=batch,
        count=count,
        rules=ballot_rules_of(poll),
        unable=refusal_text(ctx, refused),
    )
