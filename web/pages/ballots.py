"""Voting: the ballot, checking it, casting it. Nothing is recorded before the last step."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.plumbing import cookies, csrf
from api.plumbing.problems import messages
from api.plumbing.transaction import Acting, acting
from deliberation.authorities.queries import authority_page
from deliberation.ballot_box.board import first_entry
from deliberation.ballot_box.casting import cast_draft
from deliberation.ballot_box.commands import Receipt
from deliberation.ballot_box.countersigners import countersigners
from deliberation.ballot_box.drafts import (
    DraftView,
    commit_draft,
    draft_of,
    drafted_polls,
    save_draft,
)
from deliberation.ballot_box.public_board import revoting_stopped
from deliberation.ballot_box.queries import (
    OwnBallot,
    own_ballot,
    receipt_of,
    sealed_receipt_of,
    voted_polls,
)
from deliberation.ballot_box.sealed.receipts import SealedReceipt
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.kit.act import Act
from deliberation.kit.errors import Invalid, NotAllowed, NotFound, TooMany
from deliberation.polls.queries import PollView, option_titles, poll_view, poll_views
from deliberation.words.formats import last_minute
from deliberation.words.refusals import refusal as worded
from voting.ties import seeded
from web.forms import fields_of
from web.pages.ballot_forms import (
    choice_of,
    field_errors,
    in_order,
    shown,
    silent,
    typed_of,
    voters_order,
)
from web.pages.provider import identity_step, known_elector
from web.pages.sealed import shown_receipt
from web.render import render, see_page

ALL = "/c/{slug:str}/voter"
ONE = ALL + "/{number:int}"
SOON = timedelta(minutes=30)

# Who must sign in before a ballot is cast. Of a sealed vote they do so before they check it: its
# receipt is shown by the page that casts, so that "Valider" must be the last step.
SIGNED_IN = frozenset({"email", "roll"})
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
async def polls(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[Any]:
    """The votes of a consultation and which are done; a single one is opened at once."""
    page = await consultation_page(act, slug)
    found = await poll_views(act, page)
    if not found:
        raise NotFound
    if len(found) == 1:
        return _to(act, slug, found[0].number)
    return render(
        request,
        "ballots/list.html",
        authority=page.card.authority,
        private=True,
        page=page,
        polls=found,
        voted=await voted_polls(act, page),
        drafted=await drafted_polls(act, page, _browser(request)),
        until=_until(found[0]),
    )


@get(ONE)
async def ballot(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """The ballot, holding what this browser last chose, or what the voter's ballot says."""
    page = await consultation_page(act, slug)
    poll = await poll_view(act, page, number)
    own = await _own(request, act, page, poll)
    draft = await draft_of(act, poll, _browser(request))
    chosen = shown(poll, draft.choice if draft is not None else own.choice)
    blank = draft.blank if draft is not None else own.voted and not own.choice
    return await _balloting(request, act, page, poll, own, chosen, blank=blank)


@post(ONE)
async def save(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Keep the choice for this browser, and show it to be checked."""
    page = await consultation_page(act, slug)
    poll = await poll_view(act, page, number)
    fields = await fields_of(request)
    try:
        choice, blank = choice_of(poll, fields)
        await save_draft(act, page, poll, _browser(request), choice, blank=blank)
    except Invalid as error:
        own = await _own(request, act, page, poll)
        errors = field_errors(poll, messages(act.lang, error))
        typed = typed_of(poll, fields)
        blank = bool(fields.get("blanc"))
        return await _balloting(request, act, page, poll, own, typed, blank=blank, errors=errors)
    except NotAllowed as refusal:
        return await _missed(request, act, page, poll, refusal)
    if _identity_first(act, poll):
        return _sign_in(act, slug, number, "/verifier")
    return _to(act, slug, number, "/verifier")


@get(ONE + "/verifier")
async def check(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """What is about to be cast, line by line, and the one button that asks for it."""
    page = await consultation_page(act, slug)
    poll = await poll_view(act, page, number)
    draft = await draft_of(act, poll, _browser(request))
    if draft is None:
        return _to(act, slug, number)
    if refusal := _closed(poll):
        return await _missed(request, act, page, poll, refusal)
    if _identity_first(act, poll):
        return _sign_in(act, slug, number, "/verifier")
    return await _checking(request, act, page, poll, draft)


@get(ONE + "/valider")
async def come_back(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Where one arrives from signing in when nothing could be cast: why, or what is left to do."""
    page = await consultation_page(act, slug)
    poll = await poll_view(act, page, number)
    draft = await draft_of(act, poll, _browser(request))
    refusal = _closed(poll)
    if draft is not None and refusal is not None:
        return await _missed(request, act, page, poll, refusal)
    return _to(act, slug, number, "/verifier" if draft is not None else "")


@post(ONE + "/valider")
async def commit(
    request: Request[Any, Any, Any], slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Cast what was checked; whoever is not signed in does so first, and it is cast then.

    Each step has a transaction of its own, so that the ballot stands alone in its own. The receipt
    of a sealed ballot is this very answer; any other receipt has an address.
    """
    fields = await fields_of(request)
    submission, code = str(fields.get("submission", "")), str(fields.get("code", ""))[:60]
    browser = _browser(request)
    async with acting(request) as act:
        page = await consultation_page(act, slug)
        poll = await poll_view(act, page, number)
        if refusal := _closed(poll):
            return await _missed(request, act, page, poll, refusal)
        draft = await draft_of(act, poll, browser)
        if poll.eligibility in SIGNED_IN and act.viewer is None:
            return await _identified_later(act, page, poll, browser)
        known = known_elector(request, act, page)
        shown = {"browser": browser, "code": code, "known": known}
        cast = await _cast_before(act, poll, submission.encode(), shown)
        if cast is None and draft is not None and draft.submission != submission.encode():
            return await _checking(request, act, page, poll, draft, changed=True, code=code)
    try:
        receipt = cast or await cast_draft(act, slug, number, browser, code, known)
    except (NotAllowed, TooMany) as refusal:
        async with acting(request) as act:
            return await _refused(request, act, page, poll, draft, refusal, code)
    async with acting(request) as act:
        if receipt is None:  # the first of two clicks has cast, and forgotten the draft, meanwhile
            receipt = await _cast_before(act, poll, submission.encode(), shown)
        if isinstance(receipt, SealedReceipt):
            return await shown_receipt(request, act, page, poll, receipt)
    reference = receipt.reference if isinstance(receipt, Receipt) else receipt
    return see_page(act.lang, f"/recu/{reference}" if reference else f"/c/{slug}/voter/{number}")


async def _cast_before(
    act: Act, poll: PollView, submission: bytes, shown: dict[str, Any]
) -> SealedReceipt | str | None:
    """The receipt that this very form got already: a second click, or an answer that was lost."""
    if poll.profile == "P1":
        return await sealed_receipt_of(act, poll, submission, **shown)
    return await receipt_of(act, poll, submission, **shown)


async def _identified_later(
    act: Act, page: ConsultationPage, poll: PollView, browser: str
) -> Redirect:
    """To the page where one says who one is: it casts what is committed, unless it is sealed."""
    slug, number = page.card.slug, poll.number
    if _identity_first(act, poll):
        return _sign_in(act, slug, number, "/verifier")
    committed = await commit_draft(act, poll, browser)
    return _sign_in(act, slug, number, "/valider") if committed else _to(act, slug, number)


async def _refused(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    poll: PollView,
    draft: DraftView | None,
    refusal: NotAllowed | TooMany,
    code: str,
) -> Response[str]:
    """What can be mended is asked again, with all that was typed; else the ballot was not taken."""
    if draft is None or refusal.code not in MENDED:
        return await _missed(request, act, page, poll, refusal)
    field = "identity" if refusal.code == "identity-needed" else "code"
    errors = {field: worded(act.lang, refusal.code, refusal.values)}
    answer = await _checking(request, act, page, poll, draft, code=code, errors=errors)
    if isinstance(refusal, TooMany):
        answer.status_code = 429
        answer.headers["retry-after"] = str(refusal.values["retry_after"])
    return answer


async def _balloting(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    poll: PollView,
    own: OwnBallot,
    chosen: dict[str, Any],
    *,
    blank: bool,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    left = poll.closes_at - act.now if poll.closes_at else None
    opening = await first_entry(act, poll.id) if poll.profile == "P1" else None
    return render(
        request,
        "ballots/one.html",
        authority=page.card.authority,
        status=422 if errors else 200,
        private=True,
        page=page,
        poll=poll,
        own=own,
        signers=await countersigners(act, page.card.id),
        urn=opening.body if opening else None,
        stopped=await revoting_stopped(act, poll),
        steps=_steps(poll),
        options=voters_order(act.house, poll, _browser(request)),
        chosen=chosen,
        blank=blank,
        errors=errors or {},
        until=_until(poll),
        left=left if left is not None and timedelta(0) < left <= SOON else None,
        tie_order=seeded(poll.tie_seed, option_titles(poll)),
    )


async def _checking(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    poll: PollView,
    draft: DraftView,
    *,
    changed: bool = False,
    code: str = "",
    errors: dict[str, str] | None = None,
) -> Response[str]:
    """`changed`: the ballot that was sent is not the one that is kept now; `code`: as typed."""
    order = voters_order(cookies.house_of(request), poll, _browser(request))
    identity = await identity_step(request, act, page, poll)
    return render(
        request,
        "ballots/check.html",
        authority=page.card.authority,
        status=422 if errors else 409 if changed else 200,
        private=True,
        page=page,
        poll=poll,
        own=await _own(request, act, page, poll),
        identity=identity,
        host=await authority_page(act, page.card.authority.slug),
        draft=draft,
        stopped=await revoting_stopped(act, poll),
        changed=changed,
        code=code,
        errors=errors or {},
        steps=_steps(poll, known=identity is not None and identity.known),
        options=in_order(poll, order, draft.choice),
        silent=silent(poll, draft.choice),
        until=_until(poll),
    )


async def _missed(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    poll: PollView,
    refusal: NotAllowed | TooMany,
) -> Response[str]:
    """This ballot was not taken, and why; an earlier one stays as it is."""
    response = render(
        request,
        "ballots/missed.html",
        authority=page.card.authority,
        status=429 if isinstance(refusal, TooMany) else 403,
        private=True,
        page=page,
        poll=poll,
        own=await _own(request, act, page, poll),
        code=refusal.code,
        reason=worded(act.lang, refusal.code, refusal.values),
    )
    if isinstance(refusal, TooMany):
        response.headers["retry-after"] = str(refusal.values["retry_after"])
    return response


def _closed(poll: PollView) -> NotAllowed | None:
    if poll.state == "open":
        return None
    return NotAllowed("voting-not-open" if poll.state == "coming" else "voting-closed")


def _identity_first(act: Act, poll: PollView) -> bool:
    sealed = poll.profile == "P1"
    return sealed and poll.eligibility in SIGNED_IN and act.viewer is None


async def _own(
    request: Request[Any, Any, Any], act: Act, page: ConsultationPage, poll: PollView
) -> OwnBallot:
    known = known_elector(request, act, page)
    return await own_ballot(act, poll, _browser(request), known)


def _steps(poll: PollView, *, known: bool = False) -> tuple[int, int]:
    """Which step checking the ballot is, of how many: the others are choosing, and signing in.

    `known`: an identity provider has vouched for the voter already.
    """
    if poll.eligibility == "oidc":
        return 3 if known else 2, 3
    if poll.eligibility not in SIGNED_IN:
        return 2, 2
    return (3, 3) if poll.profile == "P1" else (2, 3)


def _sign_in(act: Act, slug: str, number: int, step: str) -> Redirect:
    """To say who one is, then back to a step of the vote."""
    return see_page(act.lang, f"/identite?suite=/c/{slug}/voter/{number}{step}")


def _browser(request: Request[Any, Any, Any]) -> str:
    """Whose draft this is: the browser's cookie, a signed-in session's, or the one to be set."""
    held = cookies.read(request, "browser") or cookies.read(request, "session")
    return held or csrf.form_token(request)[1] or ""


def _until(poll: PollView) -> Any:
    return last_minute(poll.closes_at) if poll.closes_at else None


def _to(act: Act, slug: str, number: int, step: str = "") -> Redirect:
    return see_page(act.lang, f"/c/{slug}/voter/{number}{step}")


HANDLERS = [polls, ballot, save, check, come_back, commit]
