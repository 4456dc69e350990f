"""/api/v1/consultations/{slug}/proposals."""

from litestar.params import FromPath, FromQuery, JSONBody

from api.core.consultations import ThisConsultation
from api.core.routes import delete, post, public_get, put
from api.core.transaction import ALONE, Ctx
from deliberation.process.consultations.queries import consultation_ref
from deliberation.process.proposals import commands
from deliberation.process.proposals.lists import proposal_list
from deliberation.process.proposals.queries import proposal_view, versions_of
from deliberation.process.proposals.structs import (
    ProposalDraft,
    ProposalList,
    ProposalSearch,
    ProposalView,
    Supported,
    VersionList,
)
from deliberation.text.inputs import read_draft

COLLECTION = "/consultations/{slug:str}/proposals"
ITEM = COLLECTION + "/{number:int}"


@public_get(COLLECTION)
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
    return await proposal_list(ctx, await consultation_ref(ctx, slug), search, mine=True)


@post(COLLECTION)
async def create_proposal(
    ctx: Ctx, consultation: ThisConsultation, data: JSONBody[ProposalDraft]
) -> ProposalView:
    """Keep a proposal as a draft that only you see."""
    proposal = await commands.propose(ctx, consultation, data)
    return await proposal_view(ctx, consultation, proposal.number)


@public_get(ITEM)
async def get_proposal(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int]
) -> ProposalView:
    """One proposal."""
    return await proposal_view(ctx, consultation, number)


@put(ITEM)
async def put_proposal(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int], data: JSONBody[ProposalDraft]
) -> ProposalView:
    """Change your proposal."""
    await commands.edit(
        ctx, consultation, await commands.proposal_row(ctx, consultation, number), data
    )
    return await proposal_view(ctx, consultation, number)


@public_get(ITEM + "/versions")
async def list_versions(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int], cursor: FromQuery[str] = ""
) -> VersionList:
    """A proposal's published texts, newest first, a page at a time; follow `next`."""
    return await versions_of(ctx, await proposal_view(ctx, consultation, number), cursor)


@post(ITEM + "/publication")
async def publish_proposal(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int]
) -> ProposalView:
    """Publish your draft."""
    await commands.publish(
        ctx, consultation, await commands.proposal_row(ctx, consultation, number)
    )
    return await proposal_view(ctx, consultation, number)


@post(ITEM + "/withdrawal")
async def withdraw_proposal(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int]
) -> ProposalView:
    """Take your proposal back."""
    await commands.withdraw(
        ctx, consultation, await commands.proposal_row(ctx, consultation, number)
    )
    return await proposal_view(ctx, consultation, number)


@delete(ITEM + "/withdrawal", status_code=200)
async def reinstate_proposal(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int]
) -> ProposalView:
    """Undo the withdrawal of your proposal."""
    await commands.reinstate(
        ctx, consultation, await commands.proposal_row(ctx, consultation, number)
    )
    return await proposal_view(ctx, consultation, number)


@delete(ITEM)
async def discard_draft(ctx: Ctx, consultation: ThisConsultation, number: FromPath[int]) -> None:
    """Delete your draft for good."""
    await commands.discard(ctx, await commands.proposal_row(ctx, consultation, number))


@put(ITEM + "/support", opt={ALONE: True})
async def support_proposal(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int]
) -> Supported:
    """Support a proposal; doing it twice changes nothing."""
    return await commands.support(ctx, consultation, number)


@delete(ITEM + "/support", status_code=200, opt={ALONE: True})
async def unsupport_proposal(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int]
) -> Supported:
    """Take your support back."""
    return await commands.unsupport(ctx, consultation, number)
