"""Sign in by a mailed code, give a name, sign out."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from api.admission import BEGUN
from api.core import cookies
from api.core.cookies import called
from api.core.refusals import refusal
from api.core.requests import AnyRequest
from api.core.transaction import Ctx, request_context
from deliberation.core.context import RequestContext, Viewer
from deliberation.core.errors import Refusal
from deliberation.elections.ballots.casting import cast_after_sign_in
from deliberation.elections.ballots.drafts import waiting_drafts
from deliberation.network.authorities.queries import AuthorityCard
from deliberation.network.people import commands
from deliberation.network.people.commands import CodeAnswer, CodeRequest, Name, Profile
from deliberation.network.people.passkeys import request_options
from deliberation.network.people.permissions import may_ask_for_a_code
from deliberation.network.people.queries import account, awaited_address
from deliberation.network.sessions import commands as sessions
from deliberation.network.sessions.devices import DEVICE_LASTS, device_token, mailbox_in
from deliberation.network.sessions.kept_forms import kept_form
from deliberation.process.consultations.queries import consultation_ref
from deliberation.process.proposals.commands import support
from web.shell.forms import BLANK, Filled, Form, FormValues, fields_of, form_of
from web.shell.paths import authority_of, local_path
from web.shell.render import render, see_page

# The address of a voter's last step, which the sign-in finishes.
VALIDATED = re.compile(r"/c/([^/?#]+)/voter/(\d{1,4})/valider")
# That of a voter who signs in before checking a sealed ballot.
CHECKED = re.compile(r"/c/[^/?#]+/voter/\d{1,4}/verifier")

# What was clicked before signing in and is done after it, and where it may be done.
SUPPORT = "soutenir"
SUPPORTED = re.compile(r"/c/([^/?#]+)/p/(\d{1,6})")
# A form that waits (`web.shell.kept_forms`): the look is that of the page where it was written.
KEPT = re.compile(r"/repris/([0-9a-f-]{36})")


class Begun(msgspec.Struct, frozen=True):
    """Action interrupted by signing in: the page to go on with, and the clicked button."""

    suite: str
    gesture: str = ""

    @property
    def supported(self) -> tuple[str, int] | None:
        """The consultation and number of the proposal that is to be supported."""
        found = SUPPORTED.fullmatch(self.suite) if self.gesture == SUPPORT else None
        return (found[1], int(found[2])) if found else None

    @property
    def query(self) -> str:
        """The interrupted action as a query string."""
        said = {"suite": self.suite} | ({"geste": SUPPORT} if self.supported else {})
        return urlencode(said, safe="/")


class NameDraft(msgspec.Struct, frozen=True):
    """The name that one's public texts are signed with."""

    name: Name


@get("/identite")
async def identity(
    request: AnyRequest,
    ctx: Ctx,
    suite: FromQuery[str] = "/",
    expire: FromQuery[str] = "",
    geste: FromQuery[str] = "",
    lien: FromQuery[str] = "",
) -> Response[Any]:
    """Ask for an address, and say what is checked and who sees what.

    `lien`: the token of the mail by which an owner passes the strangers; it leaves the address at
    once, and stays as a cookie.
    """
    if ctx.viewer is not None:
        return see_page(ctx.lang, local_path(suite))
    if lien and mailbox_in(ctx.app, lien, ctx.now):
        response = see_page(ctx.lang, "/identite?lien=reconnu")
        response.set_cookie(cookies.issue(ctx.app, "device", lien))
        return response
    begun = Begun(local_path(suite), geste)
    return await asking(request, ctx, begun, expired=expire == "1", link=lien)


@post("/identite")
async def send_code(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """Mail a code; what is shown next is the same for known and unknown addresses."""
    fields = await fields_of(request)
    begun = begun_in(fields)
    form = Form(CodeRequest, fields, ctx.lang)
    if form.draft is None:
        return await asking(request, ctx, begun, form)
    browser = cookies.browser_of(request)
    device = cookies.read(request, "device") or ""
    asked = await commands.request_code(ctx, form.draft, browser, device)
    return see_page(ctx.lang, f"/identite/code?demande={asked}&{begun.query}")


@get("/identite/code", opt={BEGUN: True})
async def code(
    request: AnyRequest,
    ctx: Ctx,
    demande: FromQuery[str] = "",
    suite: FromQuery[str] = "/",
    geste: FromQuery[str] = "",
) -> Response[Any]:
    """Ask for the code that was mailed."""
    if ctx.viewer is not None:
        return see_page(ctx.lang, local_path(suite))
    return await _answering(request, ctx, _uuid(demande), Begun(local_path(suite), geste))


@post("/identite/code")
async def answer_code(request: AnyRequest) -> Response[Any]:
    """Sign in with the code, do what was asked before, then go on with what was begun.

    The session is committed first: each ballot stands alone in its transaction.
    """
    fields = await fields_of(request)
    begun = begun_in(fields)
    browser = cookies.read(request, "browser") or ""
    async with request_context(request) as ctx:
        form = Form(CodeAnswer, fields, ctx.lang)
        if form.draft is None:
            form.errors = {"code": refusal(ctx.lang, "six-digits")}
        else:
            with form.refusing():  # the try it cost is kept, whatever the page says
                name = called(request)
                token, person = await commands.sign_in(ctx, form.draft, browser, name)
                await sessions.sign_out(ctx, cookies.read(request, "session"))
        if form.errors:
            asked = _uuid(_text(fields, "request"))
            return await _answering(request, ctx, asked, begun, form)
    viewer = Viewer(person.id, person.voter_id, person.name, person.email or "", {})
    return await go_on(request, ctx, begun, token, viewer)


@get("/compte/nom")
async def name(request: AnyRequest, ctx: Ctx, suite: FromQuery[str] = "/") -> Response[Any]:
    """Ask for the name that public texts are signed with."""
    return await _naming(request, ctx, local_path(suite), Filled(FormValues(name=ctx.person.name)))


@post("/compte/nom")
async def save_name(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """Keep the name, and go on."""
    mine = await account(ctx)
    form = await form_of(request, NameDraft, ctx.lang)
    suite = local_path(form.typed["suite"])
    if form.draft is not None:
        with form.refusing():
            profile = Profile(name=form.draft.name, lang=mine.lang, notify=mine.notify)
            await commands.change_profile(ctx, profile)
            return see_page(ctx.lang, suite)
    return await _naming(request, ctx, suite, form)


@post("/compte/deconnexion")
async def sign_out(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """End this browser's session, and forget the ballot drafts it held: others may use it next."""
    await sessions.sign_out(ctx, cookies.read(request, "session"))
    response = see_page(ctx.lang, "/")
    names: tuple[cookies.Name, ...] = ("session", "browser", "pending_login", "identity")
    for name in names:
        response.set_cookie(cookies.issue(ctx.app, name, ""))
    return response


async def go_on(
    request: AnyRequest, ctx: RequestContext, begun: Begun, token: str, viewer: Viewer
) -> Redirect:
    """Continue what was begun before signing in; the session is already committed."""
    browser = cookies.read(request, "browser") or ""
    suite = begun.suite
    if validated := VALIDATED.fullmatch(suite):
        place = (validated[1], int(validated[2]))
        receipt = await cast_after_sign_in(ctx.app, token, browser, *place)
        suite = f"/recu/{receipt.reference}" if receipt else suite
    elif begun.supported:
        suite = await _support(request, token, begun)
    response = see_page(ctx.lang, suite)
    response.set_cookie(cookies.issue(ctx.app, "session", token))
    device = device_token(ctx.app, viewer.email, ctx.now + DEVICE_LASTS)
    response.set_cookie(cookies.issue(ctx.app, "device", device))
    return response


async def _support(request: AnyRequest, token: str, begun: Begun) -> str:
    """Give the support that was asked for before signing in; where to go on."""
    slug, number = begun.supported  # type: ignore[misc]
    try:
        async with request_context(request, token) as ctx:
            await support(ctx, await consultation_ref(ctx, slug), number)
    except Refusal:  # phase over, text withdrawn, account suspended: the page says so
        return begun.suite
    return f"{begun.suite}?soutien=oui#soutien"


async def _place(request: AnyRequest, ctx: RequestContext, suite: str) -> AuthorityCard | None:
    """Whose page it is that was begun: its look stays."""
    if found := KEPT.fullmatch(suite):
        try:
            browser = cookies.read(request, "browser") or ""
            suite = (await kept_form(ctx, browser, UUID(found[1]))).address
        except (Refusal, ValueError):
            return None
    return await authority_of(ctx, suite)


async def _voting(request: AnyRequest, ctx: RequestContext, suite: str) -> int:
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
    waiting = await waiting_drafts(ctx, browser)
    there = (validated[1], int(validated[2]))
    return 3 if there in ((one.consultation, one.poll) for one in waiting) else 0


async def asking(
    request: AnyRequest,
    ctx: RequestContext,
    begun: Begun,
    form: Filled = BLANK,
    *,
    expired: bool = False,
    link: str = "",
) -> Response[str]:
    """The page that asks for an address, or offers a passkey."""
    return render(
        request,
        "account/signin/address.html",
        authority=await _place(request, ctx, begun.suite),
        begun=begun,
        kept=KEPT.fullmatch(begun.suite) is not None,
        passkey=request_options(ctx.app, ctx.now),
        form=form,
        expired=expired,
        link=link,
        unable=refusal(ctx.lang, unable.code) if (unable := may_ask_for_a_code(ctx)) else "",
        voting=await _voting(request, ctx, begun.suite),
    )


async def _answering(
    request: AnyRequest,
    ctx: RequestContext,
    asked: UUID | None,
    begun: Begun,
    form: Filled = BLANK,
) -> Response[Any]:
    browser = cookies.read(request, "browser") or ""
    email = await awaited_address(ctx, asked, browser) if asked and browser else None
    if email is None and not form.errors:
        return see_page(ctx.lang, f"/identite?{begun.query}&expire=1")
    return render(
        request,
        "account/signin/code.html",
        authority=await _place(request, ctx, begun.suite),
        begun=begun,
        asked=asked or "",
        email=email or "",
        form=form,
        voting=await _voting(request, ctx, begun.suite),
    )


async def _naming(
    request: AnyRequest, ctx: RequestContext, suite: str, form: Filled
) -> Response[str]:
    return render(
        request,
        "account/signin/name.html",
        authority=await _place(request, ctx, suite),
        suite=suite,
        form=form,
    )


def begun_in(fields: dict[str, Any]) -> Begun:
    """Read the interrupted action from a sign-in form."""
    return Begun(local_path(_text(fields, "suite")), _text(fields, "geste"))


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
