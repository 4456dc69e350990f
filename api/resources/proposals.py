"""/api/v1/consultations/{slug}/proposals."""

from litestar.params import FromPath, FromQuery, JSONBody

from api.core.routes import delete, get, post, put
from api.core.transaction import Ctx
from deliberation.process.consultations.queries import consultation_page, consultation_ref
from deliberation.process.proposals import commands
from deliberation.process.proposals.commands import ProposalDraft, Supported
from deliberation.process.proposals.queries import (
    ProposalList,
    ProposalSearch,
    ProposalView,
    VersionView,
    proposal_list,
    proposal_view,
    versions_of,
)
from deliberation.text.inputs import read_draft

COLLECTION = "/consultations/{slug:str}/proposals"
ITEM = COLLECTION + "/{number:int}"


@get(COLLECTION)
async def list_proposals(
    ctx: Ctx,
    slug: FromPath[str],
    words: FromQuery[str] = "",
    theme: FromQuery[str] = "",
    answered: FromQuery[str] = "",
    sort: FromQuery[str] = "newest",
    seed: FromQuery[int] = 0,
    cursor: FromQuery[str] = "",
    size: FromQuery[int] = 50,
) -> ProposalList:
    """Published proposals, a page at a time; follow `next` with the same other parameters."""
    wish = {
        "words": words,
        "theme": theme,
        "answered": answered,
        "sort": sort,
        "seed": seed,
        "cursor": cursor,
        "size": size,
    }
    search = read_draft(ProposalSearch, wish)
    return await proposal_list(ctx, await consultation_ref(ctx, slug), search)


@post(COLLECTION)
async def create_proposal(
    ctx: Ctx, slug: FromPath[str], data: JSONBody[ProposalDraft]
) -> ProposalView:
    """Keep a proposal as a draft that only you see."""
    page = await consultation_page(ctx, slug)
    proposal = await commands.propose(ctx, page.ref, data)
    return await proposal_view(ctx, page.ref, proposal.number)


@get(ITEM)
async def get_proposal(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> ProposalView:
    """One proposal."""
    return await proposal_view(ctx, await consultation_ref(ctx, slug), number)


@put(ITEM)
async def put_proposal(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[ProposalDraft]
) -> ProposalView:
    """Change your proposal."""
    page = await consultation_page(ctx, slug)
    await commands.edit(ctx, page.ref, await commands.proposal_row(ctx, page.ref, number), data)
    return await proposal_view(ctx, page.ref, number)


@get(ITEM + "/versions")
async def list_versions(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> list[VersionView]:
    """A proposal's published texts, newest first."""
    page = await consultation_page(ctx, slug)
    return await versions_of(ctx, await proposal_view(ctx, page.ref, number))


@post(ITEM + "/publication")
async def publish_proposal(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> ProposalView:
    """Publish your draft."""
    page = await consultation_page(ctx, slug)
    await commands.publish(ctx, page.ref, await commands.proposal_row(ctx, page.ref, number))
    return await proposal_view(ctx, page.ref, number)


@post(ITEM + "/withdrawal")
async def withdraw_proposal(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> ProposalView:
    """Take your proposal back."""
    page = await consultation_page(ctx, slug)
    await commands.withdraw(ctx, page.ref, await commands.proposal_row(ctx, page.ref, number))
    return await proposal_view(ctx, page.ref, number)


@delete(ITEM + "/withdrawal", status_code=200)
async def reinstate_proposal(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> ProposalView:
    """Undo the withdrawal of your proposal."""
    page = await consultation_page(ctx, slug)
    await commands.reinstate(ctx, page.ref, await commands.proposal_row(ctx, page.ref, number))
    return await proposal_view(ctx, page.ref, number)


@delete(ITEM)
async def discard_draft(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> None:
    """Delete your draft for good."""
    page = await consultation_page(ctx, slug)
    await commands.discard(ctx, await commands.proposal_row(ctx, page.ref, number))


@put(ITEM + "/support")
async def support_proposal(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Supported:
    """Support a proposal; doing it twice changes nothing."""
    return await commands.support(ctx, await consultation_ref(ctx, slug), number)


@delete(ITEM + "/support", status_code=200)
async def unsupport_proposal(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> Supported:
    """Take your support back."""
    return await commands.unsupport(ctx, await consultation_ref(ctx, slug), number)


HANDLERS = [
    list_proposals,
    create_proposal,
    get_proposal,
    put_proposal,
    list_versions,
    publish_proposal,
    withdraw_proposal,
    reinstate_proposal,
    discard_draft,
    support_proposal,
    unsupport_proposal,
]
