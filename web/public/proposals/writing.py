"""Write, edit, publish and withdraw a proposal."""

from typing import Any
from uuid import uuid4

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.consultations import ThisConsultation, ThisPage
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Refusal
from deliberation.process.consultations.phases import CLOSED, OPENS, opening
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.proposals import commands
from deliberation.process.proposals.commands import proposal_row, written
from deliberation.process.proposals.lists import proposal_list
from deliberation.process.proposals.permissions import (
    may_discard,
    may_edit,
    may_propose,
    may_withdraw,
)
from deliberation.process.proposals.queries import proposal_view
from deliberation.process.proposals.structs import ProposalDraft, ProposalSearch
from web.account.signin.signatures import signing
from web.public.proposals.handlers import ITEM, to_proposal
from web.shell.forms import Filled, FormValues, form_of, stored_form
from web.shell.permitted import apart_from_signing
from web.shell.render import render, see_page


@get("/c/{slug:str}/proposer")
async def write(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """An empty form for a proposal: one signs in when it is sent."""
    refusal = apart_from_signing(lambda: may_propose(ctx, page.ref))
    if refusal is not None and refusal.code in CLOSED["propose"]:
        return await _missed(request, ctx, page, refusal)
    permit(refusal)
    return _writing(request, ctx, page, Filled(FormValues(submission=uuid4())))


@post("/c/{slug:str}/proposer")
async def save(request: AnyRequest, ctx: Ctx, page: ThisPage, slug: FromPath[str]) -> Response[Any]:
    """Keep what was written as a draft, and show it as it will look."""
    form = await form_of(request, ProposalDraft, ctx.lang)
    permit(apart_from_signing(lambda: may_propose(ctx, page.ref)))
    ctx = await signing(ctx, form)
    if form.draft is not None and not form.errors:
        with form.refusing():
            proposal = await commands.propose(ctx, page.ref, form.draft)
            return to_proposal(ctx.lang, slug, proposal.number)
    return _writing(request, ctx, page, form)


@get(ITEM + "/modifier")
async def rewrite(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """The form of one's own proposal."""
    row = await proposal_row(ctx, page.ref, number, hold=False)
    permit(may_edit(ctx, row, page.ref))
    return _writing(request, ctx, page, stored_form(written(row)), number)


@post(ITEM + "/modifier")
async def save_again(
    request: AnyRequest, ctx: Ctx, page: ThisPage, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Change one's own proposal, unless it was changed since the form was opened."""
    row = await proposal_row(ctx, page.ref, number)
    permit(may_edit(ctx, row, page.ref))
    form = await form_of(request, ProposalDraft, ctx.lang)
    outdated = form.is_outdated(written(row))
    if form.draft is not None and not form.errors and not outdated:
        with form.refusing():
            await commands.edit(ctx, page.ref, row, form.draft)
            return to_proposal(ctx.lang, slug, number, "?modifie=oui")
    return _writing(request, ctx, page, form, number)


@post(ITEM + "/publier")
async def publish(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Make one's draft public."""
    await commands.publish(ctx, consultation, await proposal_row(ctx, consultation, number))
    return to_proposal(ctx.lang, slug, number, "?publie=oui")


@get(ITEM + "/retirer")
async def ask_withdrawal(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """Asks before a proposal is taken back."""
    permit(may_withdraw(ctx, await proposal_row(ctx, page.ref, number, hold=False)))
    return await _asking(request, ctx, page, number, "retirer")


@post(ITEM + "/retirer")
async def withdraw(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Take one's proposal back."""
    await commands.withdraw(ctx, consultation, await proposal_row(ctx, consultation, number))
    return to_proposal(ctx.lang, slug, number)


@post(ITEM + "/retablir")
async def reinstate(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Undo one's withdrawal."""
    await commands.reinstate(ctx, consultation, await proposal_row(ctx, consultation, number))
    return to_proposal(ctx.lang, slug, number)


@get(ITEM + "/supprimer")
async def ask_discarding(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """Asks before a draft is deleted."""
    permit(may_discard(ctx, await proposal_row(ctx, page.ref, number, hold=False)))
    return await _asking(request, ctx, page, number, "supprimer")


@post(ITEM + "/supprimer")
async def discard(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Delete one's draft."""
    await commands.discard(ctx, await proposal_row(ctx, consultation, number))
    return see_page(ctx.lang, f"/c/{slug}/propositions")


async def _asking(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    number: int,
    what: str,
) -> Response[str]:
    return render(
        request,
        "public/proposals/ask.html",
        page=page,
        proposal=await proposal_view(ctx, page.ref, number),
        what=what,
    )


async def _missed(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, refusal: Refusal
) -> Response[str]:
    """Page for people who come to write too early or too late: what is possible now."""
    ended = [p.closes_at for p in page.card.phases if "propose" in OPENS[p.kind]]
    return render(
        request,
        "public/proposals/missed.html",
        shared=True,
        page=page,
        count=(await proposal_list(ctx, page.ref, ProposalSearch(size=1))).total,
        opens=refusal.values.get("opens"),
        ended=max((moment for moment in ended if moment <= ctx.now), default=None),
        votes=opening(page.card.phases, "vote", ctx.now),
    )


def _writing(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    form: Filled,
    number: int | None = None,
) -> Response[str]:
    return render(
        request,
        "public/proposals/write.html",
        page=page,
        form=form,
        number=number,
        unnamed=ctx.viewer is not None and not ctx.viewer.name,
    )
