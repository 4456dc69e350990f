"""/api/v1/consultations/{slug}/polls/{number}/papers: paper ballots, marks and their undoing."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import FromPath, JSONBody

from api.core.bodies import by_its_agents, larger
from api.core.routes import get, post, put
from api.core.transaction import Ctx
from api.resources.elections.of_agents import POLL, agents_poll
from deliberation.elections.paper.paper_ballots import (
    BatchDraft,
    BatchView,
    Channel,
    batches,
    enter_batch,
    enter_second_copy,
    mark_voters,
)
from deliberation.elections.paper.undoing import (
    UndoingDraft,
    UndoingView,
    ask_undoing,
    grant_undoing,
    undoings,
)

Identifier = Annotated[str, msgspec.Meta(max_length=60)]


class PaperMarking(msgspec.Struct, frozen=True, kw_only=True):
    """Voters on paper or at a counter, by their identifiers on the roll."""

    channel: Channel
    voters: Annotated[list[Identifier], msgspec.Meta(min_length=1, max_length=500)]


@get(POLL + "/undoings")
async def list_undoings(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> list[UndoingView]:
    """The requests to undo a mark on paper or at a counter, the newest first."""
    consultation, poll = await agents_poll(ctx, slug, number)
    return await undoings(ctx, consultation, poll)


@post(POLL + "/undoings")
async def create_undoing(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[UndoingDraft]
) -> list[UndoingView]:
    """Ask that a mark be undone; somebody else, named for it, grants."""
    consultation, poll = await agents_poll(ctx, slug, number)
    await ask_undoing(ctx, consultation, poll, data)
    return await undoings(ctx, consultation, poll)


@post(POLL + "/undoings/{undoing_id:uuid}/grant", status_code=204)
async def create_undoing_grant(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], undoing_id: FromPath[UUID]
) -> None:
    """Undo a mark, as a second person: its elector may vote again while the vote is open."""
    consultation, poll = await agents_poll(ctx, slug, number)
    await grant_undoing(ctx, consultation, poll, undoing_id)


@post(POLL + "/paper-voters", status_code=204, **larger(by_its_agents))
async def create_paper_voters(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[PaperMarking]
) -> None:
    """Mark people who vote on paper or at a counter: all of them, or nobody.

    When one of several has already voted, the refusal does not say which; such refusals are
    counted.
    """
    consultation, poll = await agents_poll(ctx, slug, number)
    await mark_voters(ctx, consultation, poll, data.channel, data.voters)


@get(POLL + "/papers")
async def list_papers(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> list[BatchView]:
    """The batches of paper and counter ballots; where both typings differ, the papers' places."""
    consultation, poll = await agents_poll(ctx, slug, number)
    return await batches(ctx, consultation, poll)


@post(POLL + "/papers", **larger(by_its_agents))
async def create_papers(
    ctx: Ctx, slug: FromPath[str], number: FromPath[int], data: JSONBody[BatchDraft]
) -> list[BatchView]:
    """Type a batch a first time."""
    consultation, poll = await agents_poll(ctx, slug, number)
    await enter_batch(ctx, consultation, poll, data)
    return await batches(ctx, consultation, poll)


@put(POLL + "/papers/{batch:int}", **larger(by_its_agents))
async def put_papers(
    ctx: Ctx,
    slug: FromPath[str],
    number: FromPath[int],
    batch: FromPath[int],
    data: JSONBody[BatchDraft],
) -> BatchView:
    """Type a batch again, as another agent: it counts once both typings are the same."""
    consultation, poll = await agents_poll(ctx, slug, number)
    return await enter_second_copy(ctx, consultation, poll, batch, data)
