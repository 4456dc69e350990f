"""Those beside the agents: who countersigns, the trustees and their dry run, a later close."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.plumbing.bodies import by_its_agents, larger
from api.plumbing.files import attachment
from api.plumbing.transaction import Acting
from deliberation.ballot_box.countersigners import (
    FEWEST,
    MOST,
    CountersignerDraft,
    colleagues,
    name_countersigner,
    remove_countersigner,
)
from deliberation.ballot_box.extensions import (
    ExtensionDraft,
    ask_extension,
    extensions,
    grant_extension,
    may_ask_extension,
    may_grant_extension,
)
from deliberation.ballot_box.overview import names_of
from deliberation.ballot_box.trustees import (
    begin_rehearsal,
    hand_in_shares,
    register_trustee,
    rehearsal_bundle,
    remove_trustee,
)
from deliberation.consultations.queries import ConsultationPage
from deliberation.kit.act import Act
from deliberation.kit.errors import Invalid
from deliberation.kit.limits import limit
from deliberation.words.refusals import refusal
from web.forms import Typed, files_of, form_of
from web.pages.management import agents_page
from web.pages.permitted import why_not
from web.pages.urn import ITEM, to_urn, told, urn_page

TRUSTEES = ITEM + "/depositaires"
REHEARSAL = ITEM + "/repetition"
SIGNERS = ITEM + "/contreseing"
LATER = ITEM + "/prolongation"


@get(TRUSTEES)
async def trustees(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """The trustees, their fingerprints, and where the dry run stands."""
    return await urn_page(request, act, await agents_page(act, slug), "urn_trustees", {})


@post(TRUSTEES, **larger(by_its_agents))
async def register(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[Any]:
    """Register a trustee by the file of their public key."""
    page = await agents_page(act, slug)
    errors = await _with_files(request, act, page, "key")
    if errors:
        return await urn_page(request, act, page, "urn_trustees", errors)
    return to_urn(act, slug, "/depositaires?fait=depositaire")


@post(TRUSTEES + "/{number:int}/retirer")
async def remove(act: Acting, slug: FromPath[str], number: FromPath[int]) -> Redirect:
    """Take a trustee away before the vote."""
    await remove_trustee(act, await agents_page(act, slug), number)
    return to_urn(act, slug, "/depositaires?fait=retrait")


@post(REHEARSAL)
async def begin(act: Acting, slug: FromPath[str]) -> Redirect:
    """Make the test urn of a dry run."""
    page = await agents_page(act, slug)
    await limit(act, "ballot-box-work", str(act.person.id))
    await begin_rehearsal(act, page)
    return to_urn(act, slug, "/depositaires?fait=repetition#repetition")


@get(REHEARSAL + "/urne-essai.tar")
async def test_urn(act: Acting, slug: FromPath[str]) -> Response[bytes]:
    """The test urn, for the trustees."""
    page = await agents_page(act, slug)
    bundle = await rehearsal_bundle(act, page)
    return attachment(bundle, f"urne-essai-{slug}.tar", "application/x-tar")


@post(REHEARSAL + "/parts", **larger(by_its_agents))
async def hand_in(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[Any]:
    """Take the trustees' shares of the test ballots."""
    page = await agents_page(act, slug)
    errors = await _with_files(request, act, page, "shares")
    if errors:
        return await urn_page(request, act, page, "urn_trustees", errors)
    return to_urn(act, slug, "/depositaires?fait=parts#repetition")


@get(SIGNERS)
async def signers(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """Who may decide second, and the form that names them."""
    return await _signers(request, act, await agents_page(act, slug), Typed(), {})


@post(SIGNERS)
async def name(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[Any]:
    """Name somebody who may decide second."""
    page = await agents_page(act, slug)
    form = await form_of(request, CountersignerDraft, act.lang)
    if form.draft is not None:
        try:
            await name_countersigner(act, page, form.draft)
        except Invalid as error:
            form.refuse(error)
    if form.errors:
        return await _signers(request, act, page, form.typed, form.errors)
    return to_urn(act, slug, "/contreseing?fait=contreseing")


@post(SIGNERS + "/{person_id:uuid}/retirer")
async def unname(act: Acting, slug: FromPath[str], person_id: FromPath[UUID]) -> Redirect:
    """Take a name back before the first ballot."""
    await remove_countersigner(act, await agents_page(act, slug), person_id)
    return to_urn(act, slug, "/contreseing?fait=contreseing-retire")


@get(LATER)
async def later(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[str]:
    """The requests for a later close."""
    return await _later(request, act, await agents_page(act, slug), Typed(), {})


@post(LATER)
async def ask(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[Any]:
    """Ask for a later close."""
    page = await agents_page(act, slug)
    form = await form_of(request, ExtensionDraft, act.lang)
    if form.draft is not None:
        try:
            await ask_extension(act, page, form.draft)
        except Invalid as error:
            form.refuse(error)
    if form.errors:
        return await _later(request, act, page, form.typed, form.errors)
    return to_urn(act, slug, "/prolongation?fait=prolongation")


@post(LATER + "/{extension_id:uuid}/accorder")
async def grant(act: Acting, slug: FromPath[str], extension_id: FromPath[UUID]) -> Redirect:
    """Grant a later close, as a second person."""
    await grant_extension(act, await agents_page(act, slug), extension_id)
    return to_urn(act, slug, "/prolongation?fait=prolonge")


async def _with_files(
    request: Request[Any, Any, Any], act: Act, page: ConsultationPage, name: str
) -> dict[str, str]:
    """Hand each file of a form to its command; what is wrong with the first bad one.

    All of them are taken, or none: the files before a bad one are undone.
    """
    await limit(act, "ballot-box-work", str(act.person.id))
    command = {"key": register_trustee, "shares": hand_in_shares}[name]
    files = await files_of(request, name)
    try:
        async with act.db.begin_nested():
            for data in files:
                await command(act, page, data)
    except Invalid as error:
        return told(act.lang, error)
    return {} if files else {name: refusal(act.lang, "file-needed")}


async def _signers(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    typed: Typed,
    errors: Mapping[str, str],
) -> Response[str]:
    team = await colleagues(act, page)
    return await urn_page(
        request, act, page, "urn_signers", errors, typed=typed, team=team, fewest=FEWEST, most=MOST
    )


async def _later(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    typed: Typed,
    errors: Mapping[str, str],
) -> Response[str]:
    asked = await extensions(act, page)
    return await urn_page(
        request,
        act,
        page,
        "urn_extension",
        errors,
        typed=typed,
        asked=asked,
        closed=why_not(act, await may_ask_extension(act, page)),
        unable={
            one.id: why_not(act, await may_grant_extension(act, page, one))
            for one in asked
            if not one.granted_at
        },
        names=await names_of(act, [one.asked_by for one in asked]),
        vote=next((phase for phase in page.card.phases if phase.kind == "vote"), None),
    )


HANDLERS = [
    signers,
    name,
    unname,
    trustees,
    register,
    remove,
    begin,
    test_urn,
    hand_in,
    later,
    ask,
    grant,
]
