"""A vote by verified identity: to the provider and back, and why it verified nobody.

A cookie keeps the verified elector for a quarter of an hour; no account and no session is opened.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.core import cookies
from api.core.identity import language_of
from api.core.refusals import refusal as worded
from api.core.requests import AnyRequest
from api.core.transaction import Ctx, request_context
from api.oidc.authorization import VerifiedIdentity, authorization_url, exchange_code, logout_url
from api.oidc.discovery import LOGOUT_PATH, RETURN_PATH, name_of
from api.oidc.identity_cookies import (
    PENDING_LASTS,
    PendingLogin,
    PendingLogout,
    elector_in,
    identity_cookie,
    pending_cookie,
    pending_login,
    pending_logout,
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

# Why nobody was verified -> the status of the page that says so.
FAILURES = {
    "identity-expired": 403,
    "identity-cancelled": 403,
    "identity-not-proved": 403,
    "identity-too-weak": 403,
    "identity-unavailable": 503,
    "not-on-the-roll": 403,
}


class IdentityStep(NamedTuple):
    """The provider, for the page where a ballot is checked.

    `name`: its name for voters; empty without a provider. `known`: it has verified this voter.
    `match`: the column of the roll that is compared.
    """

    name: str
    known: bool
    match: Match


def known_elector(request: AnyRequest, ctx: RequestContext, page: ConsultationPage) -> UUID | None:
    """The elector of a consultation whom the provider has verified in this browser."""
    return elector_at(request, page.card.id, ctx.now)


def elector_at(request: AnyRequest, consultation: UUID, now: datetime) -> UUID | None:
    """As `known_elector`, at a moment."""
    browser, identity = _browser(request), cookies.read(request, "identity")
    if not (browser and identity):
        return None
    return elector_in(cookies.app_of(request), browser, consultation, identity, now)


async def identity_step(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, poll: PollView
) -> IdentityStep | None:
    """The step of a vote by verified identity; None for any other vote."""
    if poll.eligibility != "oidc":
        return None
    known = known_elector(request, ctx, page) is not None
    return IdentityStep(name_of(ctx.app.settings), known, await matched_by(ctx, page.card.id))


@get(ONE + "/identite")
async def to_provider(
    request: AnyRequest, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Send the voter to the provider; a cookie keeps what only this browser may bring back."""
    browser = _browser(request)
    async with request_context(request) as ctx:
        page = await consultation_page(ctx, slug)
        poll = await poll_view(ctx, page.ref, number)
        if poll.eligibility != "oidc" or poll.state != "open" or not browser:
            return see_page(ctx.lang, f"/c/{slug}/voter/{number}")
    try:
        address, sent = await authorization_url(ctx.app.settings)
    except NotAllowed as refusal:
        return _failed(ctx.lang, refusal.code, _check_page(slug, number))
    until = ctx.now + PENDING_LASTS
    pending = PendingLogin(until, ctx.lang, page.card.id, slug, number, sent)
    response = Redirect(address, status_code=303)
    value = pending_cookie(ctx.app, browser, pending)
    response.set_cookie(cookies.issue(ctx.app, "pending_login", value))
    return response


@get(RETURN_PATH)
async def from_provider(request: AnyRequest) -> Response[Any]:
    """Callback of the identity provider: on to the vote when the voter is an elector."""
    browser = _browser(request)
    async with request_context(request) as ctx:
        cookie = _pending_cookie(request)
        pending = pending_login(ctx.app, browser, cookie, ctx.now) if browser else None
        if pending is None:
            return _without_pending(ctx, _failed(language_of(request), "identity-expired", "/"))
        by_email = await matched_by(ctx, pending.consultation) == "email"
    check = _check_page(pending.slug, pending.number)
    brought = dict(request.query_params.items())
    try:
        verified = await exchange_code(
            ctx.app.settings, pending.request, brought, ctx.now, email=by_email
        )
    except NotAllowed as refusal:
        return _without_pending(ctx, _failed(pending.lang, refusal.code, check))
    async with request_context(request) as ctx:
        elector = await elector_of(
            ctx, pending.consultation, subject=verified.subject, email=verified.email
        )
    if elector is None:
        response = _failed(pending.lang, "not-on-the-roll", check)
    else:
        response = see_page(pending.lang, check)
    left = await _logged_out(ctx, browser, response, verified)
    if elector is not None:
        value = identity_cookie(ctx.app, browser, pending.consultation, elector, ctx.now)
        left.set_cookie(cookies.issue(ctx.app, "identity", value))
    return left


@get(LOGOUT_PATH)
async def after_logout(request: AnyRequest, ctx: Ctx) -> Response[Any]:
    """Return from the identity provider after it has closed the voter's session."""
    pending = pending_logout(ctx.app, _browser(request), _pending_cookie(request), ctx.now)
    state = request.query_params.get("state")
    then = pending.then if pending is not None and state == pending.state else "/"
    return _without_pending(ctx, Redirect(then, status_code=303))


@get(FAILURE)
async def not_verified(
    request: AnyRequest,
    ctx: Ctx,
    motif: FromQuery[str] = "",
    suite: FromQuery[str] = "/",
) -> Response[str]:
    """Page that says why the identity was not verified, with the way back to the drafted ballot."""
    code = motif if motif in FAILURES else "identity-expired"
    return render(
        request,
        "vote/identity_provider/provider.html",
        status=FAILURES[code],
        code=code,
        reason=worded(ctx.lang, code),
        provider=name_of(ctx.app.settings),
        suite=local_path(suite),
    )


@post(ONE + "/oublier")
async def forget(
    request: AnyRequest, ctx: Ctx, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Forget the verified identity in this browser: somebody else may vote next."""
    response = see_page(ctx.lang, _check_page(slug, number))
    response.set_cookie(cookies.issue(ctx.app, "identity", ""))
    return response


async def _logged_out(
    ctx: RequestContext, browser: str, then: Redirect, verified: VerifiedIdentity
) -> Redirect:
    """Redirect to a page of this site, by the provider's logout page where it has one.

    The provider's token is used for that and stored nowhere.
    """
    state = new_token()
    try:
        address = await logout_url(ctx.app.settings, verified.token, state)
    except NotAllowed:  # the verified identity stays valid
        address = None
    if address is None:
        return _without_pending(ctx, then)
    leaving = PendingLogout(ctx.now + PENDING_LASTS, state, then.url)
    response = Redirect(address, status_code=303)
    value = pending_cookie(ctx.app, browser, leaving)
    response.set_cookie(cookies.issue(ctx.app, "pending_login", value))
    return response


def _without_pending(ctx: RequestContext, response: Redirect) -> Redirect:
    """Remove the cookie of a pending login: it is valid once."""
    response.set_cookie(cookies.issue(ctx.app, "pending_login", ""))
    return response


def _failed(lang: str, code: str, suite: str) -> Redirect:
    return see_page(lang, f"{FAILURE}?motif={code}&suite={suite}")


def _check_page(slug: str, number: int) -> str:
    return f"/c/{slug}/voter/{number}/verifier"


def _browser(request: AnyRequest) -> str:
    """The cookie value that identifies this browser: the one of its draft."""
    return cookies.read(request, "browser") or cookies.read(request, "session") or ""


def _pending_cookie(request: AnyRequest) -> str:
    return cookies.read(request, "pending_login") or ""
