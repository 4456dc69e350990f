"""Pages of proposals: list, one with its discussion, versions, supports."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from api.core.consultations import ThisConsultation, ThisPage
from api.core.requests import AnyRequest
from api.core.transaction import ALONE, LATE, Ctx
from deliberation.core.context import RequestContext
from deliberation.process.consultations.phases import closing
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.process.proposals import commands
from deliberation.process.proposals.lists import proposal_list
from deliberation.process.proposals.queries import proposal_view, versions_of
from deliberation.process.proposals.structs import ProposalSearch
from deliberation.process.subjects.kinds import SubjectRef
from deliberation.text.inputs import read_draft
from deliberation.text.search_terms import says_nothing
from deliberation.views.proposals.queries import proposal_page
from web.public.subjects import discussion
from web.public.subjects.discussion import replied_to, side_alone, wished_side
from web.shell.forms import BLANK, Filled
from web.shell.paths import onward
from web.shell.render import render, see_page

LIST = "/c/{slug:str}/propositions"
ITEM = "/c/{slug:str}/p/{number:int}"

DRAWS = 100_000  # numbers of random orders, short enough to be told
# The words of the address -> those of the search.
SORTS = {"hasard": "random", "soutiens": "supported", "recentes": "newest"}
ANSWERED = {"oui": "yes", "non": "no"}
# What an address may say has just been done there.
DONE = ("signale", "soutien", "publie", "modifie", "ecrit", "suivi")

# The fields of the search form of a consultation's proposals.
FILTERS = ("q", "theme", "reponse", "tri")


@get(LIST, opt={LATE: True})
async def proposals(request: AnyRequest, ctx: Ctx, page: ThisPage) -> Response[str]:
    """The published proposals, in a random order that the address remembers."""
    query = request.query_params
    search = _search(query, ctx.now)
    found = await proposal_list(ctx, page.ref, search, mine=True)
    return render(
        request,
        "public/proposals/list.html",
        shared=True,
        page=page,
        found=found,
        unsearchable=says_nothing(query.get("q", "")[:200]),
        query={name: query.get(name, "") for name in FILTERS},
        draw=search.seed if search.sort == "random" else None,
        more=_next(query, search, found.next) if found.next else None,
        closes=closing(page.card.phases, "propose", ctx.now),
    )


@get(ITEM, opt={LATE: True})
async def proposal(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """One proposal with its arguments and the official answer."""
    return await _shown(request, ctx, page, number)


@post(ITEM + "/arguments")
async def argue(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[Any]:
    """Add an argument, a question or a reply, signed with one's name."""
    sent = await discussion.argue(request, ctx, page, SubjectRef("proposal", number))
    return sent if isinstance(sent, Redirect) else await _shown(request, ctx, page, number, sent)


@get(ITEM + "/versions", opt={LATE: True})
async def versions(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """A proposal's published texts, newest first."""
    view = await proposal_view(ctx, page.ref, number)
    found = await versions_of(ctx, view, onward(request))
    return render(
        request,
        "public/proposals/versions.html",
        shared=True,
        page=page,
        proposal=view,
        versions=found,
    )


@post(ITEM + "/soutenir", opt={ALONE: True})
async def support(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Support a proposal."""
    await commands.support(ctx, consultation, number)
    return to_proposal(ctx.lang, slug, number, "?soutien=oui#soutien")


@post(ITEM + "/ne-plus-soutenir", opt={ALONE: True})
async def unsupport(
    ctx: Ctx, consultation: ThisConsultation, slug: FromPath[str], number: FromPath[int]
) -> Redirect:
    """Take one's support back."""
    await commands.unsupport(ctx, consultation, number)
    return to_proposal(ctx.lang, slug, number, "#soutien")


async def _shown(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    number: int,
    form: Filled = BLANK,
) -> Response[str]:
    """The page of a proposal, with what was wrong in an argument."""
    query = request.query_params
    answered = str(form.typed["parent"] or query.get("repondre", ""))
    search = wished_side(query, answered)
    shown = await proposal_page(ctx, page, number, search)
    alone = side_alone(shown.thread, search)
    if search.parent and not alone:  # the comment is gone
        shown = await proposal_page(ctx, page, number)
    view = shown.proposal
    return render(
        request,
        "public/proposals/one.html",
        shared=True,
        form=form,
        status=410 if view.state == "hidden" and not view.mine else 200,
        page=page,
        proposal=view,
        thread=shown.thread,
        answer=shown.answer,
        withdrawn=view.state == "hidden" and view.withdrawn_at is not None,
        side_alone=alone,
        answered=replied_to(shown.thread, answered),
        done=_done(query),
        unnamed=ctx.viewer is not None and not ctx.viewer.name,
    )


def draw_of(now: datetime) -> int:
    """The random order of a minute: first pages are alike for a while, and kept by a cache."""
    return int(now.timestamp()) // 60 % DRAWS


def _search(query: Any, now: datetime) -> ProposalSearch:
    """The search of an address; a filter that it does not understand is left aside."""
    seed = query.get("graine", "")
    wish = {
        "words": query.get("q", "")[:200],
        "theme": query.get("theme", "")[:40],
        "answered": ANSWERED.get(query.get("reponse", ""), ""),
        "sort": SORTS.get(query.get("tri", ""), "random"),
        "seed": seed if seed.isdecimal() and len(seed) < 10 else draw_of(now),
        "cursor": query.get("suite", ""),
    }
    return read_draft(ProposalSearch, wish)


def _next(query: Any, search: ProposalSearch, cursor: str) -> str:
    """Address of the next page: the same search and, of a random order, the same draw."""
    kept = {name: query[name] for name in FILTERS if query.get(name)}
    draw = {"graine": search.seed} if search.sort == "random" else {}
    return "?" + urlencode({**kept, **draw, "suite": cursor})


def _done(query: Any) -> str:
    """Action just done on the page of a proposal, from the query string: `soutien-oui`."""
    return next((f"{name}-{query[name]}" for name in DONE if query.get(name)), "")


def to_proposal(lang: str, slug: str, number: int, anchor: str = "") -> Redirect:
    """Back to the page of a proposal; `anchor`: what the address adds."""
    return see_page(lang, f"/c/{slug}/p/{number}{anchor}")
