"""The pages of proposals: list, one, writing, editing, supporting."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.consultations import ThisConsultation, ThisPage
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext, permit
from deliberation.core.errors import Invalid, Refusal, SignInNeeded
from deliberation.process.comments.commands import CommentDraft, comment
from deliberation.process.comments.permissions import may_comment
from deliberation.process.comments.queries import CommentView, Thread, ThreadSearch, thread_keys
from deliberation.process.consultations.phases import CLOSED, OPENS, closing, opening
from deliberation.process.consultations.queries import (
    ConsultationPage,
)
from deliberation.process.proposals import commands
from deliberation.process.proposals.commands import ProposalDraft, proposal_row, written
from deliberation.process.proposals.permissions import (
    may_discard,
    may_edit,
    may_propose,
    may_withdraw,
)
from deliberation.process.proposals.queries import (
    ProposalSearch,
    my_proposals,
    proposal_list,
    proposal_view,
    versions_of,
)
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.text.inputs import read_draft
from deliberation.text.search_terms import says_nothing
from deliberation.views.proposals.queries import proposal_page
from web.account.signin.signatures import signing
from web.shell.forms import BASE, Form, Typed, base_of, changed_since, form_of
from web.shell.permitted import apart_from_signing
from web.shell.render import render, see_page

LIST = "/c/{slug:str}/propositions"
ITEM = "/c/{slug:str}/p/{number:int}"

# The words of the address -> those of the search.
SORTS = {"hasard": "random", "soutiens": "supported", "recentes": "newest"}
ANSWERED = {"oui": "yes", "non": "no"}
# What an address may say has just been done there.
DONE = ("signale", "soutien", "publie", "modifie", "ecrit", "suivi")
SIDES = {"pour": "for", "contre": "against", "questions": "question"}

# The fields of the search form of a consultation's proposals.
FILTERS = ("q", "theme", "reponse", "tri")


@get(LIST)
async def proposals(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """The published proposals, in a random order that the address remembers."""
    query = request.query_params
    search = _search(query)
    found = await proposal_list(ctx, page.ref, search)
    return render(
        request,
        "public/proposals/list.html",
        authority=page.card.authority,
        page=page,
        found=found,
        mine=await my_proposals(ctx, page.ref),
        unsearchable=says_nothing(query.get("q", "")[:200]),
        query={name: query.get(name, "") for name in FILTERS},
        seed=search.seed,
        more=_address(query, graine=search.seed, suite=found.next) if found.next else None,
        closes=closing(page.card.phases, "propose", ctx.now),
    )


@get(ITEM)
async def proposal(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """One proposal with its arguments and the official answer."""
    return await _shown(request, ctx, page, number)


@post(ITEM + "/arguments")
async def argue(
    request: AnyRequest, ctx: Ctx, page: ThisPage, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Add an argument, a question or a reply, signed with one's name."""
    if ctx.viewer is None:
        raise SignInNeeded
    form = await form_of(request, CommentDraft, ctx.lang)
    if not form.typed["stance"] and not form.typed["parent"]:
        form.refuse(Invalid({"stance": "required"}))
    ctx = await signing(ctx, form)
    if form.draft is not None and not form.errors:
        try:
            added = await comment(ctx, page.ref, SubjectRef("proposal", number), form.draft)
        except Invalid as error:
            form.refuse(error)
        else:
            told = "attend" if added.state == "held" else "oui"
            return _to_proposal(ctx.lang, slug, number, f"?ecrit={told}#c-{added.id}")
    permit(apart_from_signing(lambda: may_comment(ctx, page.ref)))
    return await _shown(request, ctx, page, number, form)


@get(ITEM + "/versions")
async def versions(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """A proposal's published texts, newest first."""
    view = await proposal_view(ctx, page.ref, number)
    return render(
        request,
        "public/proposals/versions.html",
        authority=page.card.authority,
        page=page,
        proposal=view,
        versions=await versions_of(ctx, view),
    )


@get("/c/{slug:str}/proposer")
async def write(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """An empty form for a proposal: one signs in when it is sent."""
    refusal = apart_from_signing(lambda: may_propose(ctx, page.ref))
    if refusal is not None and refusal.code in CLOSED["propose"]:
        return await _missed(request, ctx, page, refusal)
    permit(refusal)
    return _writing(request, ctx, page, typed=Typed(submission=uuid4()), errors={})


@post("/c/{slug:str}/proposer")
async def save(request: AnyRequest, ctx: Ctx, page: ThisPage, slug: FromPath[str]) -> Response[Any]:
    """Keep what was written as a draft, and show it as it will look."""
    form = await form_of(request, ProposalDraft, ctx.lang)
    permit(apart_from_signing(lambda: may_propose(ctx, page.ref)))
    ctx = await signing(ctx, form)
    if form.draft is not None and not form.errors:
        try:
            proposal = await commands.propose(ctx, page.ref, form.draft)
        except Invalid as error:
            form.refuse(error)
        else:
            return _to_proposal(ctx.lang, slug, proposal.number)
    return _writing(request, ctx, page, typed=form.typed, errors=form.errors)


@get(ITEM + "/modifier")
async def rewrite(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """The form of one's own proposal."""
    row = await proposal_row(ctx, page.ref, number)
    permit(may_edit(ctx, row, page.ref))
    typed = Typed(written(row)) | {BASE: base_of(written(row))}
    return _writing(request, ctx, page, typed=typed, errors={}, number=number)


@post(ITEM + "/modifier")
async def save_again(
    request: AnyRequest, ctx: Ctx, page: ThisPage, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Change one's own proposal, unless it was changed since the form was opened."""
    row = await proposal_row(ctx, page.ref, number)
    permit(may_edit(ctx, row, page.ref))
    form = await form_of(request, ProposalDraft, ctx.lang)
    changed = changed_since(form.typed, written(row))
    if form.draft is not None and not form.errors and not changed:
        try:
            await commands.edit(ctx, page.ref, row, form.draft)
        except Invalid as error:
            form.refuse(error)
        else:
            return _to_proposal(ctx.lang, slug, number, "?modifie=oui")
    return _writing(
        request, ctx, page, typed=form.typed, errors=form.errors, number=number, changed=changed
    )


@post(ITEM + "/publier")
async def publish(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Make one's draft public."""
    await commands.publish(ctx, consultation, await proposal_row(ctx, consultation, number))
    return _to_proposal(ctx.lang, slug, number, "?publie=oui")


@get(ITEM + "/retirer")
async def ask_withdrawal(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """Asks before a proposal is taken back."""
    permit(may_withdraw(ctx, await proposal_row(ctx, page.ref, number)))
    return await _asking(request, ctx, page, number, "retirer")


@post(ITEM + "/retirer")
async def withdraw(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Take one's proposal back."""
    await commands.withdraw(ctx, consultation, await proposal_row(ctx, consultation, number))
    return _to_proposal(ctx.lang, slug, number)


@post(ITEM + "/retablir")
async def reinstate(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Undo one's withdrawal."""
    await commands.reinstate(ctx, consultation, await proposal_row(ctx, consultation, number))
    return _to_proposal(ctx.lang, slug, number)


@get(ITEM + "/supprimer")
async def ask_discarding(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """Asks before a draft is deleted."""
    permit(may_discard(ctx, await proposal_row(ctx, page.ref, number)))
    return await _asking(request, ctx, page, number, "supprimer")


@post(ITEM + "/supprimer")
async def discard(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Delete one's draft."""
    await commands.discard(ctx, await proposal_row(ctx, consultation, number))
    return see_page(ctx.lang, f"/c/{slug}/propositions")


@post(ITEM + "/soutenir")
async def support(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Support a proposal."""
    await commands.support(ctx, consultation, number)
    return _to_proposal(ctx.lang, slug, number, "?soutien=oui#soutien")


@post(ITEM + "/ne-plus-soutenir")
async def unsupport(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Take one's support back."""
    await commands.unsupport(ctx, consultation, number)
    return _to_proposal(ctx.lang, slug, number, "#soutien")


async def _shown(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    number: int,
    form: Form[CommentDraft] | None = None,
) -> Response[str]:
    """The page of a proposal, with what was wrong in an argument."""
    query = request.query_params
    shown = await proposal_page(ctx, page, number, _side(query))
    view = shown.proposal
    typed = form.typed if form else Typed()
    return render(
        request,
        "public/proposals/one.html",
        authority=page.card.authority,
        status=422 if form else 410 if view.state == "hidden" and not view.mine else 200,
        page=page,
        proposal=view,
        thread=shown.thread,
        answer=shown.answer,
        withdrawn=view.state == "hidden" and view.withdrawn_at is not None,
        side_alone=query.get("cote", "") if query.get("cote", "") in SIDES else "",
        answered=_answered(shown.thread, typed["parent"] if form else query.get("repondre", "")),
        done=_done(query),
        typed=typed,
        errors=form.errors if form else {},
        unnamed=ctx.viewer is not None and not ctx.viewer.name,
    )


def _answered(thread: Thread, wished: str) -> CommentView | None:
    """The first-level comment that is replied to, when it is on the page and visible."""
    sides = (thread.in_favour, thread.against, thread.questions)
    shown = (one for side in sides for one in side.items if one.state == "visible")
    return next((one for one in shown if str(one.id) == wished), None)


def _side(query: Any) -> ThreadSearch:
    """Where the address goes on in the thread; what it does not understand is left aside."""
    wish = {"side": SIDES.get(query.get("cote", ""), ""), "cursor": query.get("suite", "")[:200]}
    try:
        search = read_draft(ThreadSearch, wish)
        if search.cursor:
            thread_keys(search.cursor)
    except Invalid:
        return ThreadSearch()
    return search


def _search(query: Any) -> ProposalSearch:
    """The search of an address; what it does not understand is left aside, not refused."""
    seed = query.get("graine", "")
    wish = {
        "words": query.get("q", "")[:200],
        "theme": query.get("theme", "")[:40],
        "answered": ANSWERED.get(query.get("reponse", ""), ""),
        "sort": SORTS.get(query.get("tri", ""), "random"),
        "seed": seed if seed.isdecimal() and len(seed) < 10 else secrets.randbelow(10**9),
        "cursor": query.get("suite", "")[:200],
    }
    try:
        return read_draft(ProposalSearch, wish)
    except Invalid:
        return read_draft(ProposalSearch, {**wish, "cursor": ""})


def _address(query: Any, **changed: Any) -> str:
    """The same list, elsewhere in it."""
    kept = {name: query[name] for name in FILTERS if query.get(name)}
    return "?" + urlencode({**kept, **changed})


def _done(query: Any) -> str:
    """What has just been done on the page of a proposal, as its address says: `soutien-oui`."""
    return next((f"{name}-{query[name]}" for name in DONE if query.get(name)), "")


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
        authority=page.card.authority,
        private=True,
        page=page,
        proposal=await proposal_view(ctx, page.ref, number),
        what=what,
    )


async def _missed(
    request: AnyRequest, ctx: RequestContext, page: ConsultationPage, refusal: Refusal
) -> Response[str]:
    """Whoever comes from a poster too early or too late learns what is possible now."""
    ended = [p.closes_at for p in page.card.phases if "propose" in OPENS[p.kind]]
    return render(
        request,
        "public/proposals/missed.html",
        authority=page.card.authority,
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
    *,
    typed: Any,
    errors: dict[str, str],
    number: int | None = None,
    changed: Mapping[str, str] | None = None,
) -> Response[str]:
    return render(
        request,
        "public/proposals/write.html",
        authority=page.card.authority,
        status=422 if errors else 409 if changed else 200,
        private=True,
        page=page,
        typed=typed,
        errors=errors,
        number=number,
        changed=changed or {},
        unnamed=ctx.viewer is not None and not ctx.viewer.name,
    )


def _to_proposal(lang: str, slug: str, number: int, anchor: str = "") -> Redirect:
    return see_page(lang, f"/c/{slug}/p/{number}{anchor}")


HANDLERS = [
    proposals,
    proposal,
    argue,
    versions,
    write,
    save,
    rewrite,
    save_again,
    publish,
    ask_withdrawal,
    withdraw,
    reinstate,
    ask_discarding,
    discard,
    support,
    unsupport,
]
