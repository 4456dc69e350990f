"""Signing in with a passkey, and proving once more who one is before a grave act."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from api.plumbing import cookies
from api.plumbing.browsers import called
from api.plumbing.problems import messages
from api.plumbing.transaction import Acting, acting
from deliberation.kit.act import Act, Viewer
from deliberation.kit.errors import Invalid
from deliberation.kit.ids import new_token
from deliberation.people.commands import CodeAnswer, CodeRequest, confirm_by_code, request_code
from deliberation.people.passkeys import (
    LONGEST,
    confirm_by_passkey,
    may_change_passkeys,
    passkeys,
    person_of_passkey,
    request_options,
)
from deliberation.people.sessions import open_session
from web.forms import Form, Typed, fields_of
from web.pages.identity import asking, begun_in, go_on
from web.paths import local_path
from web.places import authority_of
from web.render import render, see_page

CONFIRM = "/identite/confirmer"


@post("/identite/cle")
async def sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """Sign in with the passkey that the browser has just shown."""
    fields = await fields_of(request)
    begun = begun_in(fields)
    async with acting(request) as act:
        try:
            person = await person_of_passkey(act, _credential(fields))
        except Invalid as error:
            errors = messages(act.lang, error)
            return await asking(request, act, begun, typed=Typed(), errors=errors)
        token = await open_session(act, person, browser=called(request), by_passkey=True)
    viewer = Viewer(person.id, person.voter_id, person.name, person.email or "", {})
    return await go_on(request, act, begun, token, viewer)


@get(CONFIRM)
async def ask(
    request: Request[Any, Any, Any],
    act: Acting,
    suite: FromQuery[str] = "/compte",
    demande: FromQuery[str] = "",
) -> Response[Any]:
    """Ask for a passkey; for a mailed code from whoever has none."""
    if await may_change_passkeys(act) is None:  # roles that sleep wake here
        return see_page(act.lang, local_path(suite))
    return await _asking(request, act, local_path(suite), demande, {})


@post(CONFIRM)
async def confirm(request: Request[Any, Any, Any], act: Acting) -> Response[Any]:
    """Take the passkey or the code, and go on."""
    fields = await fields_of(request)
    suite = local_path(str(fields.get("suite", "")))
    _ = act.person
    try:
        if await passkeys(act):
            await confirm_by_passkey(act, _credential(fields))
        else:
            await _by_code(request, act, fields)
    except Invalid as error:
        errors = messages(act.lang, error)
        return await _asking(request, act, suite, str(fields.get("request", "")), errors)
    return see_page(act.lang, suite)


@post(CONFIRM + "/code")
async def send_code(request: Request[Any, Any, Any], act: Acting) -> Response[Any]:
    """Mail a code to one's own address."""
    suite = local_path(str((await fields_of(request)).get("suite", "")))
    browser = cookies.read(request, "browser") or new_token()
    device = cookies.read(request, "device") or ""
    asked = await request_code(act, CodeRequest(act.person.email), browser, device)
    response = see_page(act.lang, f"{CONFIRM}?demande={asked}&suite={quote(suite, safe='/')}")
    response.set_cookie(cookies.issue(act.house, "browser", browser))
    return response


async def _by_code(request: Request[Any, Any, Any], act: Act, fields: dict[str, Any]) -> None:
    form = Form(CodeAnswer, fields, act.lang)
    if form.draft is None:
        raise Invalid({"code": "six-digits"})
    await confirm_by_code(act, form.draft, cookies.read(request, "browser") or "")


async def _asking(
    request: Request[Any, Any, Any], act: Act, suite: str, asked: str, errors: dict[str, str]
) -> Response[str]:
    held = await passkeys(act)
    return render(
        request,
        "identity/confirm.html",
        authority=await authority_of(act, suite),
        status=422 if errors else 200,
        private=True,
        suite=suite,
        asked=asked,
        email=act.person.email,
        passkey=request_options(act.house, act.now) if held else "",
        errors=errors,
    )


def _credential(fields: dict[str, Any]) -> str:
    sent = fields.get("credential", "")
    return sent if isinstance(sent, str) and len(sent) <= LONGEST else ""


HANDLERS = [sign_in, ask, confirm, send_code]
