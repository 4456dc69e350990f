"""Countersigners, trustees and their rehearsal, a later close."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.bodies import by_its_agents, larger
from api.core.files import attachment
from api.core.problems import messages
from api.core.refusals import refusal
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.core.errors import Invalid
from deliberation.core.rate_limits import limit
from deliberation.elections.ballot_box.extensions import (
    ExtensionDraft,
    ask_extension,
    extensible,
    extensions,
    grant_extension,
    may_ask_extension,
    may_grant_extension,
)
from deliberation.elections.electorate.countersigners import (
    MAX_COUNTERSIGNERS,
    MIN_COUNTERSIGNERS,
    CountersignerDraft,
    colleagues,
    name_countersigner,
    remove_countersigner,
)
from deliberation.elections.trustees.commands import (
    begin_rehearsal,
    hand_in_shares,
    register_trustee,
    rehearsal_archive,
    remove_trustee,
)
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.views.ballot_boxes.queries import names_of
from web.shell.forms import BLANK, Filled, files_of, form_of
from web.shell.permitted import refusal_text
from web.staff.ballot_box.handlers import ITEM, ballot_box_page, to_ballot_box
from web.staff.consultations.handlers import agents_page

TRUSTEES = ITEM + "/depositaires"
REHEARSAL = ITEM + "/repetition"
SIGNERS = ITEM + "/contreseing"
LATER = ITEM + "/prolongation"


@get(TRUSTEES)
async def trustees(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """The trustees, their fingerprints, and the state of the rehearsal."""
    return await ballot_box_page(request, ctx, await agents_page(ctx, slug), "trustees")


@post(TRUSTEES, **larger(by_its_agents))
async def register(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Register a trustee by the file of their public key."""
    page = await agents_page(ctx, slug)
    if wrong := await _with_files(request, ctx, page, "key"):
        return await ballot_box_page(request, ctx, page, "trustees", Filled(errors=wrong))
    return to_ballot_box(ctx, slug, "/depositaires?fait=depositaire")


@post(TRUSTEES + "/{number:int}/retirer")
async def remove(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Redirect:
    """Take a trustee away before the vote."""
    await remove_trustee(ctx, (await agents_page(ctx, slug)).ref, number)
    return to_ballot_box(ctx, slug, "/depositaires?fait=retrait")


@post(REHEARSAL)
async def begin(ctx: Ctx, slug: FromPath[str]) -> Redirect:
    """Start a rehearsal: make the test archive."""
    page = await agents_page(ctx, slug)
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    await begin_rehearsal(ctx, page.ref)
    return to_ballot_box(ctx, slug, "/depositaires?fait=repetition#repetition")


@get(REHEARSAL + "/urne-essai.tar")
async def test_ballots(ctx: Ctx, slug: FromPath[str]) -> Response[bytes]:
    """The test archive, for the trustees."""
    page = await agents_page(ctx, slug)
    archive = await rehearsal_archive(ctx, page.ref)
    return attachment(archive, f"urne-essai-{slug}.tar", "application/x-tar")


@post(REHEARSAL + "/parts", **larger(by_its_agents))
async def hand_in(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Take the trustees' shares of the test ballots."""
    page = await agents_page(ctx, slug)
    if wrong := await _with_files(request, ctx, page, "shares"):
        return await ballot_box_page(request, ctx, page, "trustees", Filled(errors=wrong))
    return to_ballot_box(ctx, slug, "/depositaires?fait=parts#repetition")


@get(SIGNERS)
async def signers(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """Page of the countersigners, with the form that names them."""
    return await _signers(request, ctx, await agents_page(ctx, slug))


@post(SIGNERS)
async def name(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Name somebody who may decide second."""
    page = await agents_page(ctx, slug)
    form = await form_of(request, CountersignerDraft, ctx.lang)
    if form.draft is not None:
        with form.refusing():
            await name_countersigner(ctx, page.ref, form.draft)
            return to_ballot_box(ctx, slug, "/contreseing?fait=contreseing")
    return await _signers(request, ctx, page, form)


@post(SIGNERS + "/{person_id:uuid}/retirer")
async def unname(ctx: Ctx, slug: FromPath[str], person_id: FromPath[UUID]) -> Redirect:
    """Take a name back before the first ballot."""
    await remove_countersigner(ctx, (await agents_page(ctx, slug)).ref, person_id)
    return to_ballot_box(ctx, slug, "/contreseing?fait=contreseing-retire")


@get(LATER)
async def later(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[str]:
    """The requests for a later close."""
    return await _later(request, ctx, await agents_page(ctx, slug))


@post(LATER)
async def ask(request: AnyRequest, ctx: Ctx, slug: FromPath[str]) -> Response[Any]:
    """Ask for a later close."""
    page = await agents_page(ctx, slug)
    form = await form_of(request, ExtensionDraft, ctx.lang)
    if form.draft is not None:
        with form.refusing():
            await ask_extension(ctx, page.ref, form.draft)
            return to_ballot_box(ctx, slug, "/prolongation?fait=prolongation")
    return await _later(request, ctx, page, form)


@post(LATER + "/{extension_id:uuid}/accorder")
async def grant(ctx: Ctx, slug: FromPath[str], extension_id: FromPath[UUID]) -> Redirect:
    """Grant a later close, as a second person."""
    await grant_extension(ctx, (await agents_page(ctx, slug)).ref, extension_id)
    return to_ballot_box(ctx, slug, "/prolongation?fait=prolonge")


async def _with_files(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, name: str
) -> dict[str, str]:
    """Hand each file of a form to its command; what is wrong with the first bad one.

    All of them are taken, or none: the files before a bad one are undone.
    """
    await limit(ctx, "ballot-box-work", str(ctx.person.id))
    command = {"key": register_trustee, "shares": hand_in_shares}[name]
    files = await files_of(request, name)
    try:
        async with ctx.db.begin_nested():
            for data in files:
                await command(ctx, page.ref, data)
    except Invalid as error:
        return messages(ctx.lang, error)
    return {} if files else {name: refusal(ctx.lang, "file-needed")}


async def _signers(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, form: Filled = BLANK
) -> Response[str]:
    team = await colleagues(ctx, page.ref)
    return await ballot_box_page(
        request,
        ctx,
        page,
        "signers",
        form,
        team=team,
        fewest=MIN_COUNTERSIGNERS,
        most=MAX_COUNTERSIGNERS,
    )


async def _later(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, form: Filled = BLANK
) -> Response[str]:
    asked = await extensions(ctx, page.ref)
    return await ballot_box_page(
        request,
        ctx,
        page,
        "extension",
        form,
        asked=asked,
        closed=refusal_text(ctx, await may_ask_extension(ctx, page.ref)),
        unable={
            one.id: refusal_text(ctx, await may_grant_extension(ctx, page.ref, one))
            for one in asked
            if not one.granted_at
        },
        names=await names_of(ctx, [one.asked_by for one in asked]),
        votes=[phase for phase in page.card.phases if phase.kind == "vote"],
        extensible=[phase.id for phase in await extensible(ctx, page.ref)],
    )
