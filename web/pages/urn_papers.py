"""Votes on paper and at a counter: marking who votes, typing their ballots twice, no script."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.plumbing.bodies import by_its_agents, larger
from api.plumbing.transaction import Acting
from deliberation.ballot_box.overview import names_of
from deliberation.ballot_box.papers import (
    BatchDraft,
    BatchView,
    Channel,
    batches,
    mark_voters,
    may_mark,
    may_type,
    may_type_again,
    type_again,
    type_batch,
)
from deliberation.ballot_box.undoing import (
    UndoingDraft,
    ask_undoing,
    grant_undoing,
    may_grant_undoing,
    undoings,
)
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act
from deliberation.kit.drafts import read_draft
from deliberation.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from deliberation.polls.methods import ROLLED
from deliberation.polls.queries import PollView, poll_view
from deliberation.words.catalogue import translate
from deliberation.words.refusals import refusal
from web.forms import Typed, fields_of, form_of
from web.pages.consultation_fields import lines
from web.pages.management import agents_page
from web.pages.permitted import why_not, why_not_each
from web.pages.urn import ITEM, to_urn, told, urn_page
from web.pages.urn_words import told_line, told_paper

PAPERS = ITEM + "/{number:int}/papier"
MOST = 50  # ballots a form: more make several batches
USUAL = 10


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody votes, and the identifiers of those who do, one a line."""

    channel: Channel
    voters: str = ""


@get(PAPERS)
async def papers(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """The batches of a poll, and the form that marks voters."""
    page, poll = await _poll(act, slug, number)
    return await _papers(request, act, page, poll, Typed(), {})


@post(PAPERS, **larger(by_its_agents))
async def mark(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Mark people as voting on paper or at a counter: all of those named, or nobody."""
    page, poll = await _poll(act, slug, number)
    fields = await fields_of(request)
    named = lines(fields.get("voters", ""))
    errors: dict[str, str] = {}
    try:
        marking = read_draft(Marking, fields)
        if not named:
            raise Invalid({"voters": "required"})
        await mark_voters(act, page, poll, marking.channel, named)
    except Invalid as error:
        errors = told_line(act.lang, told(act.lang, error), named)
    if errors:
        return await _papers(request, act, page, poll, Typed(fields), errors)
    return to_urn(act, slug, f"/{number}/papier?fait=emarge")


@post(PAPERS + "/annulations")
async def ask_undone(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Ask that somebody's mark be undone."""
    page, poll = await _poll(act, slug, number)
    form = await form_of(request, UndoingDraft, act.lang)
    if form.draft is not None:
        try:
            await ask_undoing(act, page, poll, form.draft)
        except (NotFound, Conflict) as error:
            form.errors = {"number": refusal(act.lang, error.code)}
    if form.errors:
        return await _papers(request, act, page, poll, form.typed, form.errors)
    return to_urn(act, slug, f"/{number}/papier?fait=annulation")


@post(PAPERS + "/annulations/{undoing_id:uuid}/accorder")
async def grant_undone(
    act: Acting, slug: FromPath[str], number: FromPath[int], undoing_id: FromPath[UUID]
) -> Redirect:
    """Undo somebody's mark, as a second person."""
    page, poll = await _poll(act, slug, number)
    await grant_undoing(act, page, poll, undoing_id)
    return to_urn(act, slug, f"/{number}/papier?fait=annule")


@get(PAPERS + "/lot")
async def new_batch(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """An empty form of as many ballots as the address says."""
    page, poll = await _poll(act, slug, number)
    typed = Typed(request.query_params)
    return await _form(request, act, page, poll, None, typed, {})


@post(PAPERS + "/lot", **larger(by_its_agents, fields=2000))
async def type_first(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Keep a batch as it is typed a first time."""
    page, poll = await _poll(act, slug, number)
    fields = await fields_of(request)
    errors: dict[str, str] = {}
    try:
        async with act.db.begin_nested():
            await type_batch(act, page, poll, _draft(poll, fields))
    except Invalid as error:
        errors = told_paper(act.lang, told(act.lang, error))
    if errors:
        return await _form(request, act, page, poll, None, Typed(fields), errors)
    return to_urn(act, slug, f"/{number}/papier?fait=lot")


@get(PAPERS + "/{batch:int}")
async def one_batch(
    request: Request[Any, Any, Any],
    act: Acting,
    slug: FromPath[str],
    number: FromPath[int],
    batch: FromPath[int],
) -> Response[str]:
    """The form that types a batch again: what was typed before is not shown."""
    page, poll = await _poll(act, slug, number)
    found = await _batch(act, page, poll, batch)
    return await _form(request, act, page, poll, found, Typed(request.query_params), {})


@post(PAPERS + "/{batch:int}", **larger(by_its_agents, fields=2000))
async def type_second(
    request: Request[Any, Any, Any],
    act: Acting,
    slug: FromPath[str],
    number: FromPath[int],
    batch: FromPath[int],
) -> Response[Any]:
    """Compare a second typing with the first: the batch counts, or the papers that differ."""
    page, poll = await _poll(act, slug, number)
    found = await _batch(act, page, poll, batch)
    fields = await fields_of(request)
    errors: dict[str, str] = {}
    try:
        async with act.db.begin_nested():
            found = await type_again(act, page, poll, batch, _draft(poll, fields))
    except Invalid as error:
        errors = told_paper(act.lang, told(act.lang, error))
    except Conflict as error:
        errors = {"": refusal(act.lang, error.code, error.values)}
    except NotAllowed as error:
        if error.code != "needs-another-person":
            raise
        errors = {"": refusal(act.lang, error.code)}
    if errors:
        return await _form(request, act, page, poll, found, Typed(fields), errors)
    if found.state == "agreed":
        return to_urn(act, slug, f"/{number}/papier?fait=accord")
    return await _form(request, act, page, poll, found, Typed(fields), {})


async def _poll(act: Act, slug: str, number: int) -> tuple[ConsultationPage, PollView]:
    page = await agents_page(act, slug)
    poll = await poll_view(act, page, number)
    if poll.eligibility not in ROLLED:
        raise NotFound  # nobody votes on paper without a roll
    return page, poll


async def _batch(act: Act, page: ConsultationPage, poll: PollView, number: int) -> BatchView:
    found = {one.number: one for one in await batches(act, page, poll)}
    if number not in found:
        raise NotFound
    return found[number]


def _size(text: Any, usual: int) -> int:
    """How many ballots a form holds."""
    plain = str(text).strip()
    return min(max(int(plain), 1), MOST) if plain.isdecimal() and len(plain) < 6 else usual


def _draft(poll: PollView, fields: Mapping[str, Any]) -> BatchDraft:
    """The batch that was typed. Raises `Invalid` naming the paper (`ballots.2`)."""
    errors: dict[str, Any] = {}
    ballots = []
    for place in range(_size(fields.get("bulletins"), USUAL)):
        marks = {}
        for option in poll.options:
            sent = str(fields.get(f"b{place}-{option.number}", "")).strip()
            if sent in ("", "0"):
                continue
            if not sent.isdecimal() or len(sent) > 3:
                errors[f"ballots.{place}"] = "not-a-number"
                continue
            # Papers are read best first: 1 is the best grade.
            mark = len(poll.grades) + 1 - int(sent) if poll.ballot == "grades" else int(sent)
            if mark < 1:
                errors[f"ballots.{place}"] = "out-of-range"
            marks[str(option.number)] = mark
        ballots.append(marks)
    if errors:
        raise Invalid(errors)
    return read_draft(BatchDraft, {"channel": fields.get("channel", ""), "ballots": ballots})


async def _papers(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    poll: PollView,
    typed: Typed,
    errors: Mapping[str, str],
) -> Response[str]:
    found = await batches(act, page, poll)
    asked = await undoings(act, page, poll)
    return await urn_page(
        request,
        act,
        page,
        "urn_papers",
        errors,
        typed=typed,
        poll=poll,
        batches=found,
        undoings=asked,
        names=await names_of(
            act, [one.first_by for one in found] + [one.asked_by for one in asked]
        ),
        unmarked=why_not(act, await may_mark(act, page, poll)),
        untyped=why_not(act, await may_type(act, page, poll)),
        unable=await why_not_each(
            act,
            {one.id: one for one in asked if not one.granted_at},
            lambda one: may_grant_undoing(act, page, poll, one),
            alike=lambda one: one.asked_by,
        ),
        unable_again=await why_not_each(
            act,
            {one.number: one for one in found if one.state != "agreed"},
            lambda one: may_type_again(act, page, poll, one),
            alike=lambda one: (one.first_by, one.state),
        ),
        most=MOST,
        usual=USUAL,
    )


async def _form(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    poll: PollView,
    batch: BatchView | None,
    typed: Typed,
    errors: Mapping[str, str],
) -> Response[str]:
    count = _size(typed["bulletins"], batch.ballots if batch else USUAL)
    refused = await (may_type_again(act, page, poll, batch) if batch else may_type(act, page, poll))
    differing = {
        f"ballots.{place - 1}": translate(
            act.lang, "Bulletin %(place)s : les deux saisies diffèrent.", place=place
        )
        for place in (batch.places if batch and batch.state == "differs" else [])
    }
    return await urn_page(
        request,
        act,
        page,
        "urn_batch",
        {**differing, **errors},
        typed=typed,
        poll=poll,
        batch=batch,
        count=count,
        unable=why_not(act, refused),
    )


HANDLERS = [papers, mark, ask_undone, grant_undone, new_batch, type_first, one_batch, type_second]
