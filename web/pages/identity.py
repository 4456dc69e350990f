"""Signing in at the last moment by a mailed code, saying one's name, signing out."""

import re
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from api.plumbing import cookies
from api.plumbing.transaction import Acting, provide_act
from deliberation.ballot_box.casting import cast_after_sign_in
from deliberation.ballot_box.commands import Receipt
from deliberation.ballot_box.drafts import waiting_drafts
from deliberation.kit.act import Act, Viewer
from deliberation.kit.errors import Invalid
from deliberation.kit.ids import new_token
from deliberation.people import commands
from deliberation.people.commands import CodeAnswer, CodeRequest, Name, Profile
from deliberation.people.queries import account, awaited_address
from deliberation.words.refusals import refusal
from web.forms import Form, Typed, fields_of, form_of
from web.paths import local_path
from web.render import render
from web.templating import page_address

# A request's own act, for what must be committed before the next step begins.
acting = asynccontextmanager(provide_act)

# The address of a voter's last step, which the sign-in finishes.
VALIDATED = re.compile(r"/c/([^/?#]+)/voter/(\d{1,4})/valider")
# That of a voter who signs in before checking a sealed ballot.
CHECKED = re.compile(r"/c/[^/?#]+/voter/\d{1,4}/verifier")


class NameDraft(msgspec.Struct, frozen=True):
    """The name that one's public texts are signed with."""

    name: Name


@get("/identite")
async def identity(
    request: Request[Any, Any, Any],
    act: Acting,
    suite: FromQuery[str] = "/",
    expire: FromQuery[str] = "",
) -> Response[Any]:
    """Ask for an address, and say what is checked and who sees what."""
    if act.viewer is not None:
        return _to(act, local_path(suite))
    return await _asking(request, act, suite=local_path(suite), expired=expire == "1")


@post("/identite")
async def send_code(request: Request[Any, Any, Any], act: Acting) -> Response[Any]:
    """Mail a code; what is shown next is the same for known and unknown addresses."""
    fields = await fields_of(request)
    suite = local_path(_text(fields, "suite"))
    form = Form(CodeRequest, fields, act.lang)
    if form.draft is None:
        return await _asking(request, act, suite=suite, typed=form.typed, errors=form.errors)
    browser = cookies.read(request, "browser") or new_token()
    asked = await commands.request_code(act, form.draft, browser)
    query = urlencode({"demande": asked, "suite": suite}, safe="/")
    response = _to(act, f"/identite/code?{query}")
    response.set_cookie(cookies.issue(act.house, "browser", browser))
    return response


@get("/identite/code")
async def code(
    request: Request[Any, Any, Any],
    act: Acting,
    demande: FromQuery[str] = "",
    suite: FromQuery[str] = "/",
) -> Response[Any]:
    """Ask for the code that was mailed."""
    if act.viewer is not None:
        return _to(act, local_path(suite))
    return await _answering(request, act, _uuid(demande), local_path(suite))


@post("/identite/code")
async def answer_code(request: Request[Any, Any, Any]) -> Response[Any]:
    """Sign in with the code, cast what was committed before, then go on with what was begun.

    The session is committed first: each ballot stands alone in its transaction.
    """
    fields = await fields_of(request)
    suite = local_path(_text(fields, "suite"))
    browser = cookies.read(request, "browser") or ""
    async with acting(request) as act:
        form = Form(CodeAnswer, fields, act.lang)
        if form.draft is None:
            form.errors = {"code": refusal(act.lang, "six-digits")}
        else:
            try:
                token, person = await commands.sign_in(act, form.draft, browser)
                await _leave_old_session(request, act)
            except Invalid as error:  # the try it cost is kept, whatever the page says
                form.refuse(error)
        if form.errors:
            asked = _uuid(_text(fields, "request"))
            return await _answering(request, act, asked, suite, errors=form.errors)
    viewer = Viewer(person.id, person.name, person.email or "", {})
    receipt = None
    if validated := VALIDATED.fullmatch(suite):
        signed_in = replace(act, viewer=viewer)
        receipt = await cast_after_sign_in(signed_in, browser, validated[1], int(validated[2]))
    response = _to(act, _way_on(person.name, suite, receipt))
    response.set_cookie(cookies.issue(act.house, "session", token))
    return response


@get("/compte/nom")
async def name(
    request: Request[Any, Any, Any], act: Acting, suite: FromQuery[str] = "/"
) -> Response[Any]:
    """Ask for the name that public texts are signed with."""
    return _naming(request, local_path(suite), Typed(name=act.person.name), {})


@post("/compte/nom")
async def save_name(request: Request[Any, Any, Any], act: Acting) -> Response[Any]:
    """Keep the name, and go on."""
    mine = await account(act)
    form = await form_of(request, NameDraft, act.lang)
    suite = local_path(form.typed["suite"])
    if form.draft is None:
        return _naming(request, suite, form.typed, form.errors)
    profile = Profile(name=form.draft.name, lang=mine.lang, notify=mine.notify)  # type: ignore[arg-type]
    await commands.change_profile(act, profile)
    return _to(act, suite)


@post("/compte/deconnexion")
async def sign_out(request: Request[Any, Any, Any], act: Acting) -> Response[Any]:
    """End this browser's session, and forget the ballot drafts it held: others may use it next."""
    if token := cookies.read(request, "session"):
        await commands.sign_out(act, token)
    response = _to(act, "/")
    names: tuple[cookies.Name, ...] = ("session", "browser", "errand", "voucher")
    for name in names:
        response.set_cookie(cookies.issue(act.house, name, ""))
    return response


def _way_on(name: str, suite: str, receipt: Receipt | None) -> str:
    """The receipt of what was just cast; else the page asked for, after a name where one writes."""
    if receipt:
        return f"/recu/{receipt.reference}"
    voting = "/voter" in suite
    if name or voting or suite == "/":
        return suite
    return "/compte/nom?" + urlencode({"suite": suite}, safe="/")


async def _leave_old_session(request: Request[Any, Any, Any], act: Act) -> None:
    if old := cookies.read(request, "session"):
        await commands.sign_out(act, old)


async def _voting(request: Request[Any, Any, Any], act: Act, suite: str) -> int:
    """Which step of a vote signing in is, of three; 0 when it is none.

    The third casts a ballot: this browser holds it, and its last step led here. Of a sealed vote
    it is the second: the ballot is checked next, and cast there.
    """
    browser = cookies.read(request, "browser")
    if browser and CHECKED.fullmatch(suite):
        return 2
    validated = VALIDATED.fullmatch(suite)
    if not (browser and validated):
        return 0
    waiting = await waiting_drafts(act, browser)
    there = (validated[1], int(validated[2]))
    return 3 if there in ((one.consultation, one.poll) for one in waiting) else 0


async def _asking(
    request: Request[Any, Any, Any],
    act: Act,
    *,
    suite: str,
    typed: Any = None,
    errors: dict[str, str] | None = None,
    expired: bool = False,
) -> Response[str]:
    return render(
        request,
        "identity/address.html",
        status=422 if errors else 200,
        private=True,
        suite=suite,
        typed=typed or Typed(),
        errors=errors or {},
        expired=expired,
        voting=await _voting(request, act, suite),
    )


async def _answering(
    request: Request[Any, Any, Any],
    act: Act,
    asked: UUID | None,
    suite: str,
    *,
    errors: dict[str, str] | None = None,
) -> Response[Any]:
    browser = cookies.read(request, "browser") or ""
    email = await awaited_address(act, asked, browser) if asked and browser else None
    if email is None and not errors:
        return _to(act, "/identite?" + urlencode({"suite": suite, "expire": "1"}, safe="/"))
    return render(
        request,
        "identity/code.html",
        status=422 if errors else 200,
        private=True,
        suite=suite,
        asked=asked or "",
        email=email or "",
        errors=errors or {},
        voting=await _voting(request, act, suite),
    )


def _naming(
    request: Request[Any, Any, Any], suite: str, typed: Any, errors: dict[str, str]
) -> Response[str]:
    return render(
        request,
        "identity/name.html",
        status=422 if errors else 200,
        private=True,
        suite=suite,
        typed=typed,
        errors=errors,
    )


def _to(act: Act, path: str) -> Redirect:
    return Redirect(page_address(act.lang, path), status_code=303)


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


HANDLERS = [identity, send_code, code, answer_code, name, save_name, sign_out]
