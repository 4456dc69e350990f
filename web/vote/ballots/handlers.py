"""Vote: the ballot, its check, its cast. Nothing is recorded before the last step."""

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.admission import BEGUN
from api.core import cookies
from api.core.consultations import ThisPage
from api.core.identity import language_of, networks_of, token_of
from api.core.problems import messages
from api.core.refusals import refusal as worded
from api.core.requests import AnyRequest
from api.core.transaction import ALONE, Ctx, request_context
from deliberation.core.context import RequestContext
from deliberation.core.errors import Invalid, NotAllowed, NotFound, SignInNeeded, TooMany
from deliberation.elections.ballots.casting import DraftedBallot, cast_from_page
from deliberation.elections.ballots.commands import Receipt
from deliberation.elections.ballots.drafts import (
    commit_draft,
    drafted_poll,
    drafted_polls,
    save_draft,
)
from deliberation.elections.ballots.queries import voted_polls
from deliberation.elections.electorate.countersigners import countersigners
from deliberation.elections.polls.queries import PollView, poll_view, poll_views
from deliberation.process.consultations.queries import ConsultationPage, consultation_page
from web.shell.forms import fields_of
from web.shell.render import render, see_page
from web.vote.ballots.forms import choice_of, field_errors, shown, typed_of
from web.vote.ballots.pages import (
    SIGNED_IN,
    ballot_page,
    browser_of,
    check_page,
    missed_page,
    own_of,
    until,
)
from web.vote.identity_provider.handlers import elector_at
from web.vote.sealed.handlers import shown_receipt

ALL = "/c/{slug:str}/voter"
ONE = ALL + "/{number:int}"

# What a voter mends on the page where the ballot is checked.
MENDED = frozenset(
    {
        "code-needed",
        "code-short",
        "code-long",
        "code-wrong",
        "too-many-wrong-codes",
        "identity-needed",
    }
)


@get(ALL)
async def polls(
    request: AnyRequest, ctx: Ctx, page: ThisPage, slug: FromPath[str]
) -> Response[Any]:
    """The votes of a consultation and which are done; a single one is opened at once."""
    found = await poll_views(ctx, page.ref)
    if not found:
        raise NotFound
    if len(found) == 1:
        return _to(ctx, slug, found[0].number)
    return render(
        request,
        "vote/ballots/list.html",
        page=page,
        polls=found,
        voted=await voted_polls(ctx, page.ref),
        drafted=await drafted_polls(ctx, page.ref, browser_of(request)),
        until=until(found[0]),
    )


@get(ONE)
async def ballot(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """The ballot, holding what this browser last chose, or what the voter's ballot says."""
    poll, draft, signers = await drafted_poll(ctx, page.ref, number, browser_of(request))
    own = await own_of(request, ctx, page, poll)
    chosen = shown(poll, draft.choice if draft is not None else own.choice)
    blank = draft.blank if draft is not None else own.voted and not own.choice
    return await ballot_page(request, ctx, page, poll, own, chosen, signers, blank=blank)


@post(ONE, opt={ALONE: True})
async def save(
    request: AnyRequest, ctx: Ctx, page: ThisPage, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Keep the choice for this browser, and show it to be checked."""
    poll = await poll_view(ctx, page.ref, number)
    fields = await fields_of(request)
    try:
        choice, blank = choice_of(poll, fields)
        await save_draft(ctx, page.ref, poll, browser_of(request), choice, blank=blank)
    except Invalid as error:
        own = await own_of(request, ctx, page, poll)
        errors = field_errors(poll, messages(ctx.lang, error))
        typed = typed_of(poll, fields)
        blank = bool(fields.get("blanc"))
        signers = tuple(await countersigners(ctx, page.card.id))
        return await ballot_page(
            request, ctx, page, poll, own, typed, signers, blank=blank, errors=errors
        )
    except NotAllowed as refusal:
        return await missed_page(request, ctx, page, poll, refusal)
    if _identity_first(ctx, poll):
        return _sign_in(ctx, slug, number, "/verifier")
    return _to(ctx, slug, number, "/verifier")


@get(ONE + "/verifier", opt={BEGUN: True})
async def check(
    request: AnyRequest, ctx: Ctx, page: ThisPage, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Confirmation page: the ballot line by line, with the button that casts it."""
    poll, draft, _ = await drafted_poll(ctx, page.ref, number, browser_of(request))
    if draft is None:
        return _to(ctx, slug, number)
    if refusal := _closed(poll):
        return await missed_page(request, ctx, page, poll, refusal)
    if _identity_first(ctx, poll):
        return _sign_in(ctx, slug, number, "/verifier")
    return await check_page(request, ctx, page, poll, draft)


@get(ONE + "/valider", opt={BEGUN: True})
async def come_back(
    request: AnyRequest, ctx: Ctx, page: ThisPage, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Return from signing in when nothing could be cast: the reason, or what is left to do."""
    poll, draft, _ = await drafted_poll(ctx, page.ref, number, browser_of(request))
    refusal = _closed(poll)
    if draft is not None and refusal is not None:
        return await missed_page(request, ctx, page, poll, refusal)
    return _to(ctx, slug, number, "/verifier" if draft is not None else "")


@post(ONE + "/valider")
async def commit(request: AnyRequest, slug: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """Cast the checked ballot; people who are not signed in sign in first, and it is cast then.

    The cast has its own transaction and needs no context. The receipt of a sealed ballot is this
    very answer; any other receipt has an address.
    """
    app, fields = cookies.app_of(request), await fields_of(request)
    sent = DraftedBallot(
        slug=slug,
        number=number,
        browser=browser_of(request),
        submission=str(fields.get("submission", "")).encode(),
        code=str(fields.get("code", ""))[:60],
        token=token_of(request) or "",
        elector=partial(elector_at, request),
        networks=networks_of(request, app),
    )
    try:
        receipt = await cast_from_page(app, sent)
    except (NotAllowed, NotFound, SignInNeeded, TooMany) as refusal:
        async with request_context(request) as ctx:
            return await _not_cast(request, ctx, sent, refusal)
    if isinstance(receipt, Receipt):
        return see_page(language_of(request), f"/recu/{receipt.reference}")
    async with request_context(request, apart=True) as ctx:
        if receipt is None:
            return await _not_cast(request, ctx, sent, None)
        return await shown_receipt(
            request, ctx, await consultation_page(ctx, slug), number, receipt
        )


async def _not_cast(
    request: AnyRequest,
    ctx: RequestContext,
    sent: DraftedBallot,
    refusal: NotAllowed | NotFound | SignInNeeded | TooMany | None,
) -> Response[Any]:
    """The page that says why nothing was cast, or asks for what is missing.

    Without a refusal, the draft is gone or is not the one that was checked. What the voter can
    correct is asked again, with all that was typed.
    """
    page = await consultation_page(ctx, sent.slug)
    poll, draft, _ = await drafted_poll(ctx, page.ref, sent.number, sent.browser)
    if closed := _closed(poll):
        return await missed_page(request, ctx, page, poll, closed)
    if isinstance(refusal, SignInNeeded):
        if draft is None or draft.submission == sent.submission:
            return await _identified_later(ctx, page, poll, sent.browser)
        refusal = None
    if isinstance(refusal, NotFound):
        raise refusal
    if draft is None and refusal is None:
        return _to(ctx, sent.slug, sent.number)
    if refusal and (draft is None or refusal.code not in MENDED):
        return await missed_page(request, ctx, page, poll, refusal)
    assert draft is not None
    if refusal is None:
        return await check_page(request, ctx, page, poll, draft, changed=True, code=sent.code)
    field = "identity" if refusal.code == "identity-needed" else "code"
    errors = {field: worded(ctx.lang, refusal.code, refusal.values)}
    answer = await check_page(request, ctx, page, poll, draft, code=sent.code, errors=errors)
    if isinstance(refusal, TooMany):
        answer.status_code = 429
        answer.headers["retry-after"] = str(refusal.values["retry_after"])
    return answer


async def _identified_later(
    ctx: RequestContext, page: ConsultationPage, poll: PollView, browser: str
) -> Redirect:
    """Redirect to the sign-in page, which casts the committed ballot unless it is sealed."""
    slug, number = page.card.slug, poll.number
    if _identity_first(ctx, poll):
        return _sign_in(ctx, slug, number, "/verifier")
    committed = await commit_draft(ctx, poll, browser)
    return _sign_in(ctx, slug, number, "/valider") if committed else _to(ctx, slug, number)


def _closed(poll: PollView) -> NotAllowed | None:
    if poll.state == "open":
        return None
    return NotAllowed("voting-not-open" if poll.state == "coming" else "voting-closed")


def _identity_first(ctx: RequestContext, poll: PollView) -> bool:
    sealed = poll.secrecy == "sealed"
    return sealed and poll.eligibility in SIGNED_IN and ctx.viewer is None


def _sign_in(ctx: RequestContext, slug: str, number: int, step: str) -> Redirect:
    """Redirect to the sign-in page, then back to a step of the vote."""
    return see_page(ctx.lang, f"/identite?suite=/c/{slug}/voter/{number}{step}")


def _to(ctx: RequestContext, slug: str, number: int, step: str = "") -> Redirect:
    return see_page(ctx.lang, f"/c/{slug}/voter/{number}{step}")
