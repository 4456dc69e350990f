"""Voting by an identity provider: to it, back from it, and why when it vouches for nobody.

Who came back is kept in a cookie for a quarter of an hour; no account and no session is opened.
"""

from typing import Any, NamedTuple
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.core import cookies
from api.core.identity import language_of
from api.core.refusals import refusal as worded
from api.core.transaction import Ctx, request_context
from api.oidc.authorization import Vouched, answer, farewell, question
from api.oidc.discovery import FAREWELL, RETURN, name_of
from api.oidc.vouchers import (
    ERRAND_LASTS,
    Errand,
    Farewell,
    elector_in,
    errand_in,
    farewell_in,
    locked_errand,
    locked_voucher,
)
from deliberation.core.context import RequestContext
from deliberation.core.errors import NotAllowed
from deliberation.core.ids import new_token
from deliberation.elections.electorate.eligibility import Match, elector_of, matched_by
from deliberation.elections.polls.queries import PollView, poll_view
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from web.shell.paths import local_path
from web.shell.render import render, see_page

ONE = "/c/{slug:str}/voter/{number:int}"
FAILURE = "/identite/fournisseur"

# Why the provider vouched for nobody -> the status of the page that says so.
FAILURES = {
    "identity-expired": 403,
    "identity-cancelled": 403,
    "identity-not-proved": 403,
    "identity-too-weak": 403,
    "identity-unavailable": 503,
    "not-on-the-roll": 403,
}


class IdentityStep(NamedTuple):
    """What the page where a ballot is checked says of the provider.

    `name`: what voters call it; empty when there is none. `known`: it has vouched for this voter.
    `match`: what the roll is compared with.
    """

    name: str
    known: bool
    match: Match


def known_elector(
    request: Request[Any, Any, Any], ctx: RequestContext, page: ConsultationPage
) -> UUID | None:
    """The elector of a consultation whom the provider vouched for in this browser, just before."""
    browser, voucher = _browser(request), cookies.read(request, "voucher")
    if not (browser and voucher):
        return None
    return elector_in(ctx.app, browser, page.card.id, voucher, ctx.now)


async def identity_step(
    request: Request[Any, Any, Any], ctx: RequestContext, page: ConsultationPage, poll: PollView
) -> IdentityStep | None:
    """The step of a vote by verified identity; None for any other vote."""
    if poll.eligibility != "oidc":
        return None
    known = known_elector(request, ctx, page) is not None
    return IdentityStep(name_of(ctx.app.settings), known, await matched_by(ctx, page.card.id))


@get(ONE + "/identite")
async def to_provider(
    request: Request[Any, Any, Any], slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Send the voter to the provider; their browser keeps what only it may bring back."""
    browser = _browser(request)
    async with request_context(request) as ctx:
        page = await consultation_page(ctx, slug)
        poll = await poll_view(ctx, page.ref, number)
        if poll.eligibility != "oidc" or poll.state != "open" or not browser:
            return see_page(ctx.lang, f"/c/{slug}/voter/{number}")
    try:
        address, asked = await question(ctx.app.settings)
    except NotAllowed as refusal:
        return _failed(ctx.lang, refusal.code, _check_page(slug, number))
    until = ctx.now + ERRAND_LASTS
    errand = Errand(until, ctx.lang, page.card.id, slug, number, asked)
    response = Redirect(address, status_code=303)
    locked = locked_errand(ctx.app, browser, errand)
    response.set_cookie(cookies.issue(ctx.app, "errand", locked))
    return response


@get(RETURN)
async def from_provider(request: Request[Any, Any, Any]) -> Response[Any]:
    """Where the provider sends a voter back: on to the vote when it vouches for an elector."""
    browser = _browser(request)
    async with request_context(request) as ctx:
        errand = errand_in(ctx.app, browser, _errand(request), ctx.now) if browser else None
        if errand is None:
            return _without_errand(ctx, _failed(language_of(request), "identity-expired", "/"))
        by_email = await matched_by(ctx, errand.consultation) == "email"
    check = _check_page(errand.slug, errand.number)
    brought = dict(request.query_params.items())
    try:
        vouched = await answer(ctx.app.settings, errand.asked, brought, ctx.now, email=by_email)
    except NotAllowed as refusal:
        return _without_errand(ctx, _failed(errand.lang, refusal.code, check))
    async with request_context(request) as ctx:
        elector = await elector_of(
            ctx, errand.consultation, subject=vouched.subject, email=vouched.email
        )
    if elector is None:
        response = _failed(errand.lang, "not-on-the-roll", check)
    else:
        response = see_page(errand.lang, check)
    left = await _left(ctx, browser, response, vouched)
    if elector is not None:
        voucher = locked_voucher(ctx.app, browser, errand.consultation, elector, ctx.now)
        left.set_cookie(cookies.issue(ctx.app, "voucher", voucher))
    return left


@get(FAREWELL)
async def after_farewell(request: Request[Any, Any, Any], ctx: Ctx) -> Response[Any]:
    """Where the provider sends a voter back once it has closed their session there."""
    held = farewell_in(ctx.app, _browser(request), _errand(request), ctx.now)
    told = request.query_params.get("state")
    then = held.then if held is not None and told == held.state else "/"
    return _without_errand(ctx, Redirect(then, status_code=303))


@get(FAILURE)
async def not_vouched(
    request: Request[Any, Any, Any],
    ctx: Ctx,
    motif: FromQuery[str] = "",
    suite: FromQuery[str] = "/",
) -> Response[str]:
    """Why nobody is let in, and the way back to the ballot, which is still a draft."""
    code = motif if motif in FAILURES else "identity-expired"
    return render(
        request,
        "vote/identity_provider/provider.html",
        status=FAILURES[code],
        private=True,
        code=code,
        reason=worded(ctx.lang, code),
        provider=name_of(ctx.app.settings),
        suite=local_path(suite),
    )


@post(ONE + "/oublier")
async def forget(
    request: Request[Any, Any, Any], ctx: Ctx, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Forget in this browser whom the provider vouched for: somebody else may vote next."""
    response = see_page(ctx.lang, _check_page(slug, number))
    response.set_cookie(cookies.issue(ctx.app, "voucher", ""))
    return response


async def _left(ctx: RequestContext, browser: str, then: Redirect, vouched: Vouched) -> Redirect:
    """On to a page of ours, by the provider's farewell where it has one: nothing stays open there.

    The provider's token is used for that and kept nowhere.
    """
    state = new_token()
    try:
        address = await farewell(ctx.app.settings, vouched.token, state)
    except NotAllowed:  # what it vouched for holds all the same
        address = None
    if address is None:
        return _without_errand(ctx, then)
    leaving = Farewell(ctx.now + ERRAND_LASTS, state, then.url)
    response = Redirect(address, status_code=303)
    locked = locked_errand(ctx.app, browser, leaving)
    response.set_cookie(cookies.issue(ctx.app, "errand", locked))
    return response


def _without_errand(ctx: RequestContext, response: Redirect) -> Redirect:
    """What a browser brings back serves once."""
    response.set_cookie(cookies.issue(ctx.app, "errand", ""))
    return response


def _failed(lang: str, code: str, suite: str) -> Redirect:
    return see_page(lang, f"{FAILURE}?motif={code}&suite={suite}")


def _check_page(slug: str, number: int) -> str:
    return f"/c/{slug}/voter/{number}/verifier"


def _browser(request: Request[Any, Any, Any]) -> str:
    """What stands for this browser: the cookie that its draft is known by."""
    return cookies.read(request, "browser") or cookies.read(request, "session") or ""


def _errand(request: Request[Any, Any, Any]) -> str:
    return cookies.read(request, "errand") or ""


HANDLERS = [to_provider, not_vouched, forget]
DOORS = [from_provider, after_farewell]
