"""/api/v1/consultations/{slug}/proposals."""

import msgspec
from litestar.params import FromPath, FromQuery, JSONBody

from api.plumbing.routes import delete, get, post, put
from api.plumbing.transaction import Acting
from deliberation.consultations.queries import consultation_page
from deliberation.kit.drafts import read_draft
from deliberation.proposals import commands
from deliberation.proposals.commands import ProposalDraft, Supported
from deliberation.proposals.queries import (
    ProposalList,
    ProposalSearch,
    ProposalView,
    VersionView,
    proposal_list,
    proposal_view,
    versions_of,
)

COLLECTION = "/consultations/{slug:str}/proposals"
ITEM = COLLECTION + "/{number:int}"


@get(COLLECTION)
async def list_proposals(
    act: Acting,
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
    search = ProposalSearch(
        words=words,
        theme=theme,
        answered=answered,  # type: ignore[arg-type]
        sort=sort,  # type: ignore[arg-type]
        seed=seed,
        cursor=cursor,
        size=size,
    )
    page = await consultation_page(act, slug)
    return await proposal_list(
        act, page, read_draft(ProposalSearch, msgspec.structs.asdict(search))
    )


@post(COLLECTION)
async def create_proposal(
    act: Acting, slug: FromPath[str], data: JSONBody[ProposalDraft]
) -> ProposalView:
    """Keep a proposal as a draft that only you see."""
    page = await consultation_page(act, slug)
    proposal = await commands.propose(act, page, data)
    return await proposal_view(act, page, proposal.number)


@get(ITEM)
async def get_proposal(act: Acting, slug: FromPath[str], number: FromPath[int]) -> ProposalView:
    """One proposal."""
    return await proposal_view(act, await consultation_page(act, slug), number)


@put(ITEM)
async def put_proposal(
    act: Acting, slug: FromPath[str], number: FromPath[int], data: JSONBody[ProposalDraft]
) -> ProposalView:
    """Change your proposal."""
    page = await consultation_page(act, slug)
    await commands.edit(act, page, await commands.proposal_row(act, page, number), data)
    return await proposal_view(act, page, number)


@get(ITEM + "/versions")
async def list_versions(
    act: Acting, slug: FromPath[str], number: FromPath[int]
) -> list[VersionView]:
    """A proposal's published texts, newest first."""
    page = await consultation_page(act, slug)
    return await versions_of(act, await proposal_view(act, page, number))


@post(ITEM + "/publication")
async def publish_proposal(act: Acting, slug: FromPath[str], number: FromPath[int]) -> ProposalView:
    """Publish your draft."""
    page = await consultation_page(act, slug)
    await commands.publish(act, page, await commands.proposal_row(act, page, number))
    return await proposal_view(act, page, number)


@post(ITEM + "/withdrawal")
async def withdraw_proposal(
    act: Acting, slug: FromPath[str], number: FromPath[int]
) -> ProposalView:
    """Take your proposal back."""
    page = await consultation_page(act, slug)
    await commands.withdraw(act, page, await commands.proposal_row(act, page, number))
    return await proposal_view(act, page, number)


@delete(ITEM + "/withdrawal", status_code=200)
async def reinstate_proposal(
    act: Acting, slug: FromPath[str], number: FromPath[int]
) -> ProposalView:
    """Undo the withdrawal of your proposal."""
    page = await consultation_page(act, slug)
    await commands.reinstate(act, page, await commands.proposal_row(act, page, number))
    return await proposal_view(act, page, number)


@delete(ITEM)
async def discard_draft(act: Acting, slug: FromPath[str], number: FromPath[int]) -> None:
    """Delete your draft for good."""
    page = await consultation_page(act, slug)
    await commands.discard(act, await commands.proposal_row(act, page, number))


@put(ITEM + "/support")
async def support_proposal(act: Acting, slug: FromPath[str], number: FromPath[int]) -> Supported:
    """Support a proposal; doing it twice changes nothing."""
    return await commands.support(act, await consultation_page(act, slug), number)


@delete(ITEM + "/support", status_code=200)
async def unsupport_proposal(act: Acting, slug: FromPath[str], number: FromPath[int]) -> Supported:
    """Take your support back."""
    return await commands.unsupport(act, await consultation_page(act, slug), number)


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
