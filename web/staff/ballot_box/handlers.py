"""The ballot box for agents: opening requirements, roll, codes, lost codes."""

from asyncio import to_thread
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.bodies import by_its_agents, larger
from api.core.files import attachment
from api.core.refusals import refusal
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.cursor import MOST_LISTED
from deliberation.core.errors import Conflict, NotFound
from deliberation.core.rate_limits import limit
from deliberation.elections.ballot_box.texts import agents_wait_text
from deliberation.elections.electorate.letter_texts import Form, Printed
from deliberation.elections.electorate.letters import print_letters
from deliberation.elections.electorate.permissions import may_countersign, may_prepare
from deliberation.elections.electorate.roll import (
    CodeReason,
    ask_code,
    code_requests,
    grant_code,
    import_roll,
    issue_codes,
    refuse_code,
)
from deliberation.elections.electorate.roll_file import LineFault, read_roll, roll_template
from deliberation.elections.findings import texts as verification_texts
from deliberation.elections.polls.eligibility import ROLLED
from deliberation.elections.results.queries import faults_of
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.views.ballot_boxes.queries import Overview, names_of, overview
from web.shell.forms import BLANK, Filled, FormValues, fields_of, files_of, form_of
from web.shell.permitted import refusal_texts
from web.shell.render import render, see_page
from web.shell.templating import page_address
from web.staff.ballot_box.texts import PARTS, worded_hurry, worded_requirements
from web.staff.consultations.handlers import agents_page

ITEM = "/gestion/c/{slug:str}/urne"
ROLL_LIMIT = 30_000_000  # bytes: more than 300,000 lines
REQUEST = ITEM + "/codes/{request_id:uuid}"


@get(ITEM)
async def state(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """The checklist of missing requirements, and the figures of each ballot box."""
    page = await agents_page(ctx, slug)
    return await ballot_box_page(request, ctx, page, "home")


@get(ITEM + "/liste")
async def roll(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """The roll: the number of its people, and the form that replaces it."""
    page = await agents_page(ctx, slug)
    return await ballot_box_page(request, ctx, page, "roll", faults=[])


@post(ITEM + "/liste", **larger(by_its_agents, ROLL_LIMIT))
async def replace_roll(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Replace the roll by a file; when lines have errors, list all of them and change nothing."""
    page = await agents_page(ctx, slug)
    permit(await may_prepare(ctx, page.ref))
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    files = await files_of(request, "file")
    if not files:
        wrong = Filled(errors={"file": refusal(ctx.lang, "file-needed")})
        return await ballot_box_page(request, ctx, page, "roll", wrong, faults=[])
    found = await to_thread(read_roll, files[0])  # seconds, for a hundred thousand lines
    if found.faults:
        wrong = Filled(errors={"file": refusal(ctx.lang, "roll-faults")})
        faults = [line_fault_text(ctx.lang, one) for one in found.faults]
        return await ballot_box_page(request, ctx, page, "roll", wrong, faults=faults)
    await import_roll(ctx, page.ref, found.lines)
    return to_ballot_box(ctx, slug, "/liste?fait=liste")


@get(ITEM + "/liste/modele.csv")
async def template_file(ctx: Ctx, slug: FromPath[str]) -> Response[bytes]:
    """An empty roll to fill in."""
    await agents_page(ctx, slug)
    return attachment(roll_template(), "liste.csv", "text/csv")


@get(ITEM + "/codes")
async def codes(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """The codes: draw them, and replace lost ones."""
    page = await agents_page(ctx, slug)
    return await _codes(request, ctx, page)


@post(ITEM + "/codes")
async def draw_codes(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Draw new codes and send the file of their letters, which is not stored."""
    page = await agents_page(ctx, slug)
    permit(await may_prepare(ctx, page.ref))
    fields = await fields_of(request)
    known = await overview(ctx, page.ref)
    if known.codes and not fields.get("confirm"):
        wrong = {"confirm": refusal(ctx.lang, "confirm-revoking")}
        return await _codes(request, ctx, page, Filled(FormValues(fields), wrong))
    await limit(ctx, "letters", str(ctx.person.id))
    letters = await issue_codes(ctx, page.ref)
    form: Form = "cards" if fields.get("form") == "cards" else "letters"
    return _printed(await print_letters(ctx, page, letters, form))


@post(ITEM + "/codes/demandes")
async def ask(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Ask for another code for somebody who lost theirs."""
    page = await agents_page(ctx, slug)
    form = await form_of(request, CodeReason, ctx.lang)
    if form.draft is not None:
        with form.refusing(NotFound, Conflict, at="number"):
            await ask_code(ctx, page.ref, form.draft.number, form.draft.reason)
            return to_ballot_box(ctx, slug, "/codes?fait=demande")
    return await _codes(request, ctx, page, form)


@post(REQUEST + "/accorder")
async def grant(ctx: Ctx, slug: FromPath[str], request_id: FromPath[UUID]) -> Response[bytes]:
    """Grant another code, as a second person: its letter, this once."""
    page = await agents_page(ctx, slug)
    letter = await grant_code(ctx, page.ref, request_id)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    return _printed(await print_letters(ctx, page, [letter], "letters"))


@post(REQUEST + "/refuser")
async def refuse(ctx: Ctx, slug: FromPath[str], request_id: FromPath[UUID]) -> Redirect:
    """Refuse another code, as a second person."""
    await refuse_code(ctx, (await agents_page(ctx, slug)).ref, request_id)
    return to_ballot_box(ctx, slug, "/codes?fait=refus")


async def ballot_box_page(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    template: str,
    form: Filled = BLANK,
    **values: Any,
) -> Response[str]:
    """One of the pages of a ballot box, with its state."""
    box: Overview = await overview(ctx, page.ref)
    part = PARTS.get(template)
    absent = part is not None and not getattr(box, part.of)
    return render(
        request,
        "staff/ballot_box/absent.html" if absent else f"staff/ballot_box/{template}.html",
        page=page,
        here=page_address(ctx.lang, f"/gestion/c/{page.card.slug}/urne"),
        box=box,
        part=part,
        on_roll=ROLLED,
        opening_requirements=worded_requirements(ctx.lang, box.opening_requirements),
        why={
            one_box.poll.number: agents_wait_text(ctx.lang, one_box.why) if one_box.why else None
            for one_box in box.ballot_boxes
        },
        counted_with={
            one_box.poll.number: verification_texts.faults(
                ctx.lang, await faults_of(ctx, page.ref, one_box.poll)
            )
            for one_box in box.ballot_boxes
        },
        most_listed=MOST_LISTED,
        hurried={one_box.poll.number: worded_hurry(ctx, one_box) for one_box in box.ballot_boxes},
        form=form,
        **values,
    )


def to_ballot_box(ctx: RequestContext, slug: str, rest: str = "") -> Redirect:
    """On to one of the pages on a ballot box."""
    return see_page(ctx.lang, f"/gestion/c/{slug}/urne{rest}")


def line_fault_text(lang: str, fault: LineFault) -> tuple[int, str]:
    """A line of a file, and what is wrong with it."""
    return fault.line, refusal(lang, fault.code, fault.values)


async def _codes(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, form: Filled = BLANK
) -> Response[str]:
    asked = await code_requests(ctx, page.ref)
    names = await names_of(ctx, [one.asked_by for one in asked])
    return await ballot_box_page(
        request,
        ctx,
        page,
        "codes",
        form,
        requests=asked,
        unable=await refusal_texts(
            ctx,
            {one.id: one for one in asked if one.state == "asked"},
            lambda one: may_countersign(ctx, page.ref, one.asked_by),
            alike=lambda one: one.asked_by,
        ),
        names=names,
    )


def _printed(file: Printed) -> Response[bytes]:
    """A file that no cache keeps, its codes standing nowhere else."""
    answer = attachment(file.data, file.name, file.media_type)
    answer.headers["cache-control"] = "no-store"
    answer.status_code = 200
    return answer
