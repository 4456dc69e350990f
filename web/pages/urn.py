"""The ballot box as agents prepare it: what is lacking, the roll, the codes and lost codes."""

from asyncio import to_thread
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.plumbing.bodies import by_its_agents, larger
from api.plumbing.files import attachment
from api.plumbing.problems import messages
from api.plumbing.transaction import Acting
from deliberation.ballot_box.mailing import print_letters
from deliberation.ballot_box.overview import Overview, names_of, overview
from deliberation.ballot_box.permissions import may_prepare, may_second
from deliberation.ballot_box.roll import (
    CodeReason,
    ask_code,
    code_requests,
    grant_code,
    import_roll,
    issue_codes,
    refuse_code,
)
from deliberation.ballot_box.roll_file import LineFault, read_roll, roll_template
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act, permit
from deliberation.kit.errors import Conflict, Invalid, NotFound
from deliberation.kit.limits import limit
from deliberation.polls.methods import ROLLED
from deliberation.results.queries import faults_of
from deliberation.words import proof
from deliberation.words.letters import Form, Printed
from deliberation.words.refusals import refusal
from deliberation.words.waiting import told_agents
from web.forms import Typed, fields_of, files_of, form_of
from web.pages.management import agents_page
from web.pages.permitted import why_not_each
from web.pages.urn_words import PARTS, worded_hurry, worded_lacks
from web.render import render, see_page
from web.templating import page_address

ITEM = "/gestion/c/{slug:str}/urne"
ROLL_LIMIT = 30_000_000  # bytes: more than 300,000 lines
REQUEST = ITEM + "/codes/{request_id:uuid}"


@get(ITEM)
async def state(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[str]:
    """The checklist of what is lacking, and each urn in figures."""
    page = await agents_page(act, slug)
    return await urn_page(request, act, page, "urn", {})


@get(ITEM + "/liste")
async def roll(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[str]:
    """The roll: how many stand on it, and the form that replaces it."""
    page = await agents_page(act, slug)
    return await urn_page(request, act, page, "urn_roll", {}, faults=[])


@post(ITEM + "/liste", **larger(by_its_agents, ROLL_LIMIT))
async def replace_roll(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[Any]:
    """Replace the roll by that of a file, or tell every line that is at fault and keep nothing."""
    page = await agents_page(act, slug)
    permit(await may_prepare(act, page))
    await limit(act, "ballot-box-work", str(act.person.id))
    files = await files_of(request, "file")
    if not files:
        errors = {"file": refusal(act.lang, "file-needed")}
        return await urn_page(request, act, page, "urn_roll", errors, faults=[])
    found = await to_thread(read_roll, files[0])  # seconds, for a hundred thousand lines
    if found.faults:
        errors = {"file": refusal(act.lang, "roll-faults")}
        faults = [told_fault(act.lang, one) for one in found.faults]
        return await urn_page(request, act, page, "urn_roll", errors, faults=faults)
    await import_roll(act, page, found.lines)
    return to_urn(act, slug, "/liste?fait=liste")


@get(ITEM + "/liste/modele.csv")
async def template_file(act: Acting, slug: FromPath[str]) -> Response[bytes]:
    """An empty roll to fill in."""
    await agents_page(act, slug)
    return attachment(roll_template(), "liste.csv", "text/csv")


@get(ITEM + "/codes")
async def codes(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[str]:
    """The codes: drawing them, and what becomes of lost ones."""
    page = await agents_page(act, slug)
    return await _codes(request, act, page, Typed(), {})


@post(ITEM + "/codes")
async def draw_codes(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[Any]:
    """Draw new codes and hand out their letters, this once."""
    page = await agents_page(act, slug)
    permit(await may_prepare(act, page))
    fields = await fields_of(request)
    known = await overview(act, page)
    if known.codes and not fields.get("confirm"):
        errors = {"confirm": refusal(act.lang, "confirm-revoking")}
        return await _codes(request, act, page, Typed(fields), errors)
    await limit(act, "letters", str(act.person.id))
    letters = await issue_codes(act, page)
    form: Form = "cards" if fields.get("form") == "cards" else "letters"
    return _handed_out(await print_letters(act, page, letters, form))


@post(ITEM + "/codes/demandes")
async def ask(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[Any]:
    """Ask for another code for somebody who lost theirs."""
    page = await agents_page(act, slug)
    form = await form_of(request, CodeReason, act.lang)
    if form.draft is not None:
        try:
            await ask_code(act, page, form.draft.number, form.draft.reason)
        except NotFound as error:
            form.errors = {"number": refusal(act.lang, error.code)}
        except Conflict as error:
            form.errors = {"number": refusal(act.lang, error.code)}
    if form.errors:
        return await _codes(request, act, page, form.typed, form.errors)
    return to_urn(act, slug, "/codes?fait=demande")


@post(REQUEST + "/accorder")
async def grant(act: Acting, slug: FromPath[str], request_id: FromPath[UUID]) -> Response[bytes]:
    """Grant another code, as a second person: its letter, this once."""
    page = await agents_page(act, slug)
    letter = await grant_code(act, page, request_id)
    await limit(act, "ballot-box-work", str(act.person.id))
    return _handed_out(await print_letters(act, page, [letter], "letters"))


@post(REQUEST + "/refuser")
async def refuse(act: Acting, slug: FromPath[str], request_id: FromPath[UUID]) -> Redirect:
    """Refuse another code, as a second person."""
    await refuse_code(act, await agents_page(act, slug), request_id)
    return to_urn(act, slug, "/codes?fait=refus")


async def urn_page(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    template: str,
    errors: Mapping[str, str],
    **values: Any,
) -> Response[str]:
    """One of the pages on a ballot box, with where it stands."""
    box: Overview = await overview(act, page)
    part = PARTS.get(template)
    absent = part is not None and not getattr(box, part.of)
    return render(
        request,
        "management/urn_absent.html" if absent else f"management/{template}.html",
        authority=page.card.authority,
        status=422 if errors else 200,
        private=True,
        page=page,
        here=page_address(act.lang, f"/gestion/c/{page.card.slug}/urne"),
        box=box,
        part=part,
        on_roll=ROLLED,
        lacks=worded_lacks(act.lang, box.lacks),
        why={
            urn.poll.number: told_agents(act.lang, urn.why) if urn.why else None for urn in box.urns
        },
        counted_with={
            urn.poll.number: proof.faults(act.lang, await faults_of(act, page, urn.poll))
            for urn in box.urns
        },
        hurried={urn.poll.number: worded_hurry(act, urn) for urn in box.urns},
        errors=errors,
        done=request.query_params.get("fait", ""),
        **{"typed": Typed(), **values},
    )


def to_urn(act: Act, slug: str, rest: str = "") -> Redirect:
    """On to one of the pages on a ballot box."""
    return see_page(act.lang, f"/gestion/c/{slug}/urne{rest}")


def told_fault(lang: str, fault: LineFault) -> tuple[int, str]:
    """A line of a file, and what is wrong with it."""
    return fault.line, refusal(lang, fault.code, fault.values)


def told(lang: str, error: Invalid) -> dict[str, str]:
    """The sentences of what a command found wrong."""
    return messages(lang, error)


async def _codes(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    typed: Typed,
    errors: Mapping[str, str],
) -> Response[str]:
    asked = await code_requests(act, page)
    names = await names_of(act, [one.asked_by for one in asked])
    return await urn_page(
        request,
        act,
        page,
        "urn_codes",
        errors,
        typed=typed,
        requests=asked,
        unable=await why_not_each(
            act,
            {one.id: one for one in asked if one.state == "asked"},
            lambda one: may_second(act, page, one.asked_by),
            alike=lambda one: one.asked_by,
        ),
        names=names,
    )


def _handed_out(file: Printed) -> Response[bytes]:
    """A file that no cache keeps, its codes standing nowhere else."""
    answer = attachment(file.data, file.name, file.media_type)
    answer.headers["cache-control"] = "no-store"
    answer.status_code = 200
    return answer


HANDLERS = [
    state,
    roll,
    replace_roll,
    template_file,
    codes,
    draw_codes,
    ask,
    grant,
    refuse,
]
