"""The pages of proposals: list, one, writing, editing, supporting."""

import secrets
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.plumbing.transaction import Acting
from deliberation.answers.queries import proposal_page
from deliberation.comments.commands import CommentDraft, comment
from deliberation.comments.permissions import may_comment
from deliberation.comments.queries import CommentView, Thread, ThreadSearch, thread_keys
from deliberation.consultations.phases import closing
from deliberation.consultations.queries import ConsultationPage, consultation_page
from deliberation.kit.act import Act, permit
from deliberation.kit.drafts import read_draft
from deliberation.kit.errors import Invalid
from deliberation.proposals import commands
from deliberation.proposals.commands import ProposalDraft, proposal_row
from deliberation.proposals.permissions import may_edit, may_propose
from deliberation.proposals.queries import (
    ProposalSearch,
    my_proposals,
    proposal_list,
    proposal_view,
    versions_of,
)
from web.forms import Form, Typed, form_of
from web.render import render
from web.templating import page_address

LIST = "/c/{slug:str}/propositions"
ITEM = "/c/{slug:str}/p/{number:int}"

# The words of the address -> those of the search.
SORTS = {"hasard": "random", "soutiens": "supported", "recentes": "newest"}
ANSWERED = {"oui": "yes", "non": "no"}
SIDES = {"pour": "for", "contre": "against", "questions": "question"}


@get(LIST)
async def proposals(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]
) -> Response[str]:
    """The published proposals, in a random order that the address remembers."""
    page = await consultation_page(act, slug)
    query = request.query_params
    search = _search(query)
    found = await proposal_list(act, page, search)
    return render(
        request,
        "proposals/list.html",
        authority=page.card.authority,
        page=page,
        found=found,
        mine=await my_proposals(act, page),
        query={name: query.get(name, "") for name in ("q", "theme", "reponse", "tri")},
        seed=search.seed,
        more=_address(query, graine=search.seed, suite=found.next) if found.next else None,
        closes=closing(page.card.phases, "propose", act.now),
    )


@get(ITEM)
async def proposal(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """One proposal with its arguments and the official answer."""
    page = await consultation_page(act, slug)
    return await _shown(request, act, page, number)


@post(ITEM + "/arguments")
async def argue(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Add an argument, a question or a reply."""
    page = await consultation_page(act, slug)
    form = await form_of(request, CommentDraft, act.lang)
    if form.draft is not None:
        try:
            added = await comment(act, page, number, form.draft)
        except Invalid as error:
            form.refuse(error)
        else:
            return _to_proposal(act.lang, slug, number, f"#c-{added.id}")
    permit(may_comment(act, page.card.phases))
    return await _shown(request, act, page, number, form)


@get(ITEM + "/versions")
async def versions(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """A proposal's published texts, newest first."""
    page = await consultation_page(act, slug)
    view = await proposal_view(act, page, number)
    return render(
        request,
        "proposals/versions.html",
        authority=page.card.authority,
        page=page,
        proposal=view,
        versions=await versions_of(act, view),
    )


@get("/c/{slug:str}/proposer")
async def write(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[str]:
    """An empty form for a proposal."""
    page = await consultation_page(act, slug)
    permit(may_propose(act, page.card.phases))
    return _writing(request, page, typed=Typed(), errors={})


@post("/c/{slug:str}/proposer")
async def save(request: Request[Any, Any, Any], act: Acting, slug: FromPath[str]) -> Response[Any]:
    """Keep what was written as a draft, and show it as it will look."""
    page = await consultation_page(act, slug)
    form = await form_of(request, ProposalDraft, act.lang)
    if form.draft is None:
        permit(may_propose(act, page.card.phases))
        return _writing(request, page, typed=form.typed, errors=form.errors)
    try:
        proposal = await commands.propose(act, page, form.draft)
    except Invalid as error:
        form.refuse(error)
        return _writing(request, page, typed=form.typed, errors=form.errors)
    return Redirect(page_address(act.lang, f"/c/{slug}/p/{proposal.number}"), status_code=303)


@get(ITEM + "/modifier")
async def rewrite(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """The form of one's own proposal."""
    page = await consultation_page(act, slug)
    row = await proposal_row(act, page, number)
    permit(may_edit(act, row, page.card.phases))
    typed = {name: getattr(row, name) for name in ProposalDraft.__struct_fields__}
    return _writing(request, page, typed=typed, errors={}, number=number)


@post(ITEM + "/modifier")
async def save_again(
    request: Request[Any, Any, Any], act: Acting, slug: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Change one's own proposal."""
    page = await consultation_page(act, slug)
    row = await proposal_row(act, page, number)
    permit(may_edit(act, row, page.card.phases))
    form = await form_of(request, ProposalDraft, act.lang)
    if form.draft is None:
        return _writing(request, page, typed=form.typed, errors=form.errors, number=number)
    try:
        await commands.edit(act, page, row, form.draft)
    except Invalid as error:
        form.refuse(error)
        return _writing(request, page, typed=form.typed, errors=form.errors, number=number)
    return _to_proposal(act.lang, slug, number)


@post(ITEM + "/publier")
async def publish(act: Acting, slug: FromPath[str], number: FromPath[int]) -> Redirect:
    """Make one's draft public."""
    page = await consultation_page(act, slug)
    await commands.publish(act, page, await proposal_row(act, page, number))
    return _to_proposal(act.lang, slug, number)


@post(ITEM + "/retirer")
async def withdraw(act: Acting, slug: FromPath[str], number: FromPath[int]) -> Redirect:
    """Take one's proposal back."""
    page = await consultation_page(act, slug)
    await commands.withdraw(act, page, await proposal_row(act, page, number))
    return _to_proposal(act.lang, slug, number)


@post(ITEM + "/soutenir")
async def support(act: Acting, slug: FromPath[str], number: FromPath[int]) -> Redirect:
    """Support a proposal."""
    await commands.support(act, await consultation_page(act, slug), number)
    return _to_proposal(act.lang, slug, number, "#soutien")


@post(ITEM + "/ne-plus-soutenir")
async def unsupport(act: Acting, slug: FromPath[str], number: FromPath[int]) -> Redirect:
    """Take one's support back."""
    await commands.unsupport(act, await consultation_page(act, slug), number)
    return _to_proposal(act.lang, slug, number, "#soutien")


async def _shown(
    request: Request[Any, Any, Any],
    act: Act,
    page: ConsultationPage,
    number: int,
    form: Form[CommentDraft] | None = None,
) -> Response[str]:
    """The page of a proposal, with what was wrong in an argument."""
    query = request.query_params
    shown = await proposal_page(act, page, number, _side(query))
    view = shown.proposal
    typed = form.typed if form else Typed()
    return render(
        request,
        "proposals/one.html",
        authority=page.card.authority,
        status=422 if form else 410 if view.state == "hidden" and not view.mine else 200,
        page=page,
        proposal=view,
        thread=shown.thread,
        answer=shown.answer,
        side_alone=query.get("cote", "") if query.get("cote", "") in SIDES else "",
        answered=_answered(shown.thread, typed["parent"] if form else query.get("repondre", "")),
        reported=query.get("signale", ""),
        typed=typed,
        errors=form.errors if form else {},
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
    kept = {name: query[name] for name in ("q", "theme", "reponse", "tri") if query.get(name)}
    return "?" + urlencode({**kept, **changed})


def _writing(
    request: Request[Any, Any, Any],
    page: ConsultationPage,
    *,
    typed: Any,
    errors: dict[str, str],
    number: int | None = None,
) -> Response[str]:
    return render(
        request,
        "proposals/write.html",
        authority=page.card.authority,
        status=422 if errors else 200,
        private=True,
        page=page,
        typed=typed,
        errors=errors,
        number=number,
    )


def _to_proposal(lang: str, slug: str, number: int, anchor: str = "") -> Redirect:
    return Redirect(page_address(lang, f"/c/{slug}/p/{number}{anchor}"), status_code=303)


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
    withdraw,
    support,
    unsupport,
]
