"""The pages of a vote: the ballot, the ballot to check, the ballot that was not taken."""

from datetime import timedelta
from typing import Any

from litestar import Response

from api.core import cookies
from api.core.refusals import refusal as worded
from api.core.requests import AnyRequest
from deliberation.core.context import RequestContext
from deliberation.core.errors import NotAllowed, TooMany
from deliberation.elections.ballots.drafts import DraftView
from deliberation.elections.ballots.queries import OwnBallot, own_ballot, revoting_stopped
from deliberation.elections.bulletin_board.entries import first_entry
from deliberation.elections.electorate.countersigners import CountersignerView
from deliberation.elections.electorate.eligibility import VoterCredentials
from deliberation.elections.polls.queries import PollView, ballot_rules_of, option_titles
from deliberation.elections.sealed_protocol.board import body_of
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.i18n.catalogue import sentence
from deliberation.i18n.formats import last_minute
from deliberation.network.authorities.queries import authority_page
from deliberation.process.consultations.queries import ConsultationPage
from voting.ties import seeded
from web.shell.forms import Filled
from web.shell.render import render
from web.vote.ballots.forms import in_order, silent, voters_order
from web.vote.identity_provider.handlers import identity_step, known_elector

SOON = timedelta(minutes=30)
# Who must sign in before a ballot is cast. Of a sealed vote they do so before they check it: its
# receipt is shown by the page that casts, so that "Valider" must be the last step.
SIGNED_IN = frozenset({"email", "roll"})


async def ballot_page(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    poll: PollView,
    own: OwnBallot,
    chosen: dict[str, Any],
    signers: tuple[CountersignerView, ...],
    *,
    blank: bool,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    """The page of the ballot; status 422 with `errors`."""
    left = poll.closes_at - ctx.now if poll.closes_at else None
    opening = await first_entry(ctx, poll.id) if poll.secrecy == "sealed" else None
    announced = body_of(opening, OpenBody) if opening else None
    return render(
        request,
        "vote/ballots/one.html",
        form=Filled(errors=errors or {}),
        page=page,
        poll=poll,
        own=own,
        signers=signers,
        sealing=(len(announced.trustees), announced.threshold) if announced else (),
        stopped=await revoting_stopped(ctx, poll),
        steps=_steps(poll),
        options=voters_order(ctx.app, poll, browser_of(request)),
        rules=ballot_rules_of(poll),
        scale=_scale(ctx.lang, poll),
        chosen=chosen,
        blank=blank,
        until=until(poll),
        left=left if left is not None and timedelta(0) < left <= SOON else None,
        tie_order=tuple(seeded(poll.tie_seed, option_titles(poll))),
    )


async def check_page(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    poll: PollView,
    draft: DraftView,
    *,
    changed: bool = False,
    code: str = "",
    errors: dict[str, str] | None = None,
) -> Response[str]:
    """`changed`: the ballot that was sent is not the one that is kept now; `code`: as typed."""
    order = voters_order(cookies.app_of(request), poll, browser_of(request))
    identity = await identity_step(request, ctx, page, poll)
    return render(
        request,
        "vote/ballots/check.html",
        form=Filled(errors=errors or {}),
        status=409 if changed else 200,
        page=page,
        poll=poll,
        own=await own_of(request, ctx, page, poll),
        identity=identity,
        host=await authority_page(ctx, page.card.authority.slug)
        if poll.eligibility == "code"
        else None,
        draft=draft,
        stopped=await revoting_stopped(ctx, poll),
        changed=changed,
        code=code,
        steps=_steps(poll, known=identity is not None and identity.known),
        options=in_order(poll, order, draft.choice),
        scale=dict(_scale(ctx.lang, poll)),
        silent=silent(poll, draft.choice),
        rules=(rules := ballot_rules_of(poll)),
        spent=rules.cost([*draft.choice.values()]),
        until=until(poll),
    )


async def missed_page(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    poll: PollView,
    refusal: NotAllowed | TooMany,
) -> Response[str]:
    """Page that says why a ballot was not taken; an earlier one stays as it is."""
    response = render(
        request,
        "vote/ballots/missed.html",
        status=429 if isinstance(refusal, TooMany) else 403,
        page=page,
        poll=poll,
        own=await own_of(request, ctx, page, poll),
        code=refusal.code,
        reason=worded(ctx.lang, refusal.code, refusal.values),
    )
    if isinstance(refusal, TooMany):
        response.headers["retry-after"] = str(refusal.values["retry_after"])
    return response


async def own_of(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, poll: PollView
) -> OwnBallot:
    """The ballot that this visitor has cast already, if any."""
    elector = known_elector(request, ctx, page)
    return await own_ballot(ctx, poll, VoterCredentials(browser_of(request), elector=elector))


def _scale(lang: str, poll: PollView) -> tuple[tuple[int, str], ...]:
    """Marks and grades, best first: the usual grades in the reader's language, as in results."""
    return tuple((grade.mark, sentence(lang, grade.name)) for grade in poll.grades_best_first)


def _steps(poll: PollView, *, known: bool = False) -> tuple[int, int]:
    """Which step checking the ballot is, of how many: the others are choosing, and signing in.

    `known`: an identity provider has already identified the voter.
    """
    if poll.eligibility == "oidc":
        return 3 if known else 2, 3
    if poll.eligibility not in SIGNED_IN:
        return 2, 2
    return (3, 3) if poll.secrecy == "sealed" else (2, 3)


def browser_of(request: AnyRequest) -> str:
    """Whose draft this is: the browser's cookie, a signed-in session's, or a new cookie."""
    held = cookies.read(request, "browser") or cookies.read(request, "session")
    return held or cookies.browser_of(request)


def until(poll: PollView) -> Any:
    """Until when a vote is open, as pages say it."""
    return last_minute(poll.closes_at) if poll.closes_at else None
