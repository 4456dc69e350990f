"""Sign in with a passkey, and give a fresh proof before a serious action."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromQuery

from api.core import cookies
from api.core.cookies import called
from api.core.problems import messages
from api.core.requests import AnyRequest
from api.core.transaction import Ctx, request_context
from deliberation.core.context import RequestContext, Viewer
from deliberation.core.errors import Invalid
from deliberation.network.people.commands import (
    CodeAnswer,
    CodeRequest,
    confirm_by_code,
    request_code,
)
from deliberation.network.people.passkeys import (
    MAX_ANSWER_LENGTH,
    confirm_by_passkey,
    may_change_passkeys,
    passkeys,
    person_of_passkey,
    request_options,
)
from deliberation.network.sessions.commands import open_session, sign_out
from web.account.signin.handlers import asking, begun_in, go_on
from web.shell.forms import BLANK, Filled, Form, fields_of
from web.shell.paths import authority_of, local_path
from web.shell.render import render, see_page

CONFIRM = "/identite/confirmer"


@post("/identite/cle")
async def sign_in(request: AnyRequest) -> Response[Any]:
    """Sign in with the passkey that the browser has just shown."""
    fields = await fields_of(request)
    begun = begun_in(fields)
    async with request_context(request) as ctx:
        try:
            person = await person_of_passkey(ctx, _credential(fields))
        except Invalid as error:
            return await asking(request, ctx, begun, Filled(errors=messages(ctx.lang, error)))
        token = await open_session(ctx, person, browser=called(request), by_passkey=True)
        await sign_out(ctx, cookies.read(request, "session"))
    viewer = Viewer(person.id, person.voter_id, person.name, person.email or "", {})
    return await go_on(request, ctx, begun, token, viewer)


@get(CONFIRM)
async def ask(
    request: AnyRequest,
    ctx: Ctx,
    suite: FromQuery[str] = "/compte",
    demande: FromQuery[str] = "",
) -> Response[Any]:
    """Page that asks for a passkey, or for a mailed code from people without one."""
    if await may_change_passkeys(ctx) is None:  # roles that sleep wake here
        return see_page(ctx.lang, local_path(suite))
    return await _asking(request, ctx, local_path(suite), demande)


@post(CONFIRM)
async def confirm(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """Take the passkey or the code, and go on."""
    fields = await fields_of(request)
    suite = local_path(str(fields.get("suite", "")))
    _ = ctx.person
    try:
        if await passkeys(ctx):
            await confirm_by_passkey(ctx, _credential(fields))
        else:
            await _by_code(request, ctx, fields)
    except Invalid as error:
        wrong = Filled(errors=messages(ctx.lang, error))
        return await _asking(request, ctx, suite, str(fields.get("request", "")), wrong)
    return see_page(ctx.lang, suite)


@post(CONFIRM + "/code")
async def send_code(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """Mail a code to one's own address."""
    suite = local_path(str((await fields_of(request)).get("suite", "")))
    browser = cookies.browser_of(request)
    device = cookies.read(request, "device") or ""
    asked = await request_code(ctx, CodeRequest(ctx.person.email), browser, device)
    return see_page(ctx.lang, f"{CONFIRM}?demande={asked}&suite={quote(suite, safe='/')}")


async def _by_code(request: AnyRequest, ctx: RequestContext, fields: dict[str, Any]) -> None:
    form = Form(CodeAnswer, fields, ctx.lang)
    if form.draft is None:
        raise Invalid({"code": "six-digits"})
    await confirm_by_code(ctx, form.draft, cookies.read(request, "browser") or "")


async def _asking(
    request: AnyRequest, ctx: RequestContext, suite: str, asked: str, form: Filled = BLANK
) -> Response[str]:
    held = await passkeys(ctx)
    return render(
        request,
        "account/signin/confirm.html",
        authority=await authority_of(ctx, suite),
        suite=suite,
        asked=asked,
        email=ctx.person.email,
        passkey=request_options(ctx.app, ctx.now) if held else "",
        form=form,
    )


def _credential(fields: dict[str, Any]) -> str:
    sent = fields.get("credential", "")
    return sent if isinstance(sent, str) and len(sent) <= MAX_ANSWER_LENGTH else ""
