"""/api/v1/consultations/{slug}/polls, their ballots, and /api/v1/receipts."""

from datetime import date
from typing import Annotated

import msgspec
from litestar.params import FromPath, FromQuery, JSONBody

from api.core.bodies import by_its_agents, larger
from api.core.consultations import ThisConsultation
from api.core.cookies import app_of
from api.core.identity import networks_of, token_of
from api.core.requests import AnyRequest
from api.core.routes import delete, get, post, public_get, put
from api.core.transaction import Ctx
from deliberation.core.errors import SignInNeeded
from deliberation.elections.ballots.casting import BallotRequest, cast_from_api
from deliberation.elections.ballots.commands import Receipt
from deliberation.elections.ballots.queries import OwnBallot, own_ballot, receipt_view
from deliberation.elections.polls import commands
from deliberation.elections.polls.commands import PollDraft
from deliberation.elections.polls.queries import PollView, poll_view, poll_views
from deliberation.elections.sealed_protocol.receipts import SealedReceipt
from deliberation.process.consultations.queries import consultation_ref

COLLECTION = "/consultations/{slug:str}/polls"
ITEM = COLLECTION + "/{number:int}"


class BallotBody(msgspec.Struct, frozen=True, kw_only=True):
    """A ballot: numbers by option number (see the poll's `ballot` for what they are).

    `grades`: the grade's name, or its `mark` in the poll's `grades` (1 is the worst). `rankings`: 1
    for the first. `approvals`, `choice`: 1. `scores`: the score, 0 included. `points`: the points,
    or the votes that credits buy. Options left out are given nothing; a number that is none is
    refused with those that are, and a ballot that spends too much with by how much. `GET` of the
    ballot says it again in words. `submission` names this sending: the same one sent again gets the
    same receipt. `blank` must be true for a ballot without any choice. `code`: the one received by
    letter, where the poll's `eligibility` asks for it.
    """

    choice: Annotated[
        dict[str, int | Annotated[str, msgspec.Meta(max_length=100)]],
        msgspec.Meta(max_length=30),  # a poll has no more options
    ]
    submission: Annotated[str, msgspec.Meta(min_length=8, max_length=100)]
    blank: bool = False
    code: Annotated[str, msgspec.Meta(max_length=60)] = ""


class ReceiptStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a receipt; never the ballot's choice."""

    reference: str
    consultation: str
    poll: PollView
    replaced: bool
    counted: bool
    voted_on: date | None


@public_get(COLLECTION)
async def list_polls(ctx: Ctx, consultation: ThisConsultation) -> list[PollView]:
    """The polls of a consultation."""
    return await poll_views(ctx, consultation)


@post(COLLECTION, **larger(by_its_agents))
async def create_poll(
    ctx: Ctx, consultation: ThisConsultation, data: JSONBody[PollDraft]
) -> PollView:
    """Add a poll, before the vote begins. For agents."""
    poll = await commands.draft_poll(ctx, consultation, data)
    return await poll_view(ctx, consultation, poll.number)


@public_get(ITEM)
async def get_poll(ctx: Ctx, consultation: ThisConsultation, number: FromPath[int]) -> PollView:
    """One poll."""
    return await poll_view(ctx, consultation, number)


@put(ITEM, **larger(by_its_agents))
async def put_poll(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int], data: JSONBody[PollDraft]
) -> PollView:
    """Replace a poll, before the vote begins. For agents."""
    await commands.change_poll(ctx, consultation, number, data)
    return await poll_view(ctx, consultation, number)


@delete(ITEM)
async def delete_poll(
    ctx: Ctx, consultation: ThisConsultation, number: FromPath[int], reason: FromQuery[str] = ""
) -> None:
    """Take a poll away, before the vote begins. For agents.

    `reason`, which is published, is needed once the consultation is public.
    """
    await commands.remove_poll(ctx, consultation, number, reason[:400])


@put(ITEM + "/ballot", response_headers={"cache-control": "no-store"})
async def put_ballot(
    request: AnyRequest,
    slug: FromPath[str],
    number: FromPath[int],
    data: JSONBody[BallotBody],
) -> Receipt | SealedReceipt:
    """Cast your ballot, or replace it until the close."""
    app = app_of(request)
    sent = BallotRequest(
        slug=slug,
        number=number,
        choice=data.choice,
        submission=data.submission.encode(),
        blank=data.blank,
        code=data.code,
        token=token_of(request) or "",
        networks=networks_of(request, app),
    )
    return await cast_from_api(app, sent)


@get(ITEM + "/ballot")
async def get_ballot(ctx: Ctx, slug: FromPath[str], number: FromPath[int]) -> OwnBallot:
    """Whether you have voted, and what your ballot says, by its marks and in words."""
    if ctx.viewer is None:
        raise SignInNeeded
    return await own_ballot(ctx, await poll_view(ctx, await consultation_ref(ctx, slug), number))


@get("/receipts/{reference:str}")
async def get_receipt(ctx: Ctx, reference: FromPath[str]) -> ReceiptStatus:
    """The state of a receipt, by its reference."""
    view = await receipt_view(ctx, reference)
    return ReceiptStatus(
        reference=view.reference,
        consultation=view.page.card.slug,
        poll=view.poll,
        replaced=view.replaced,
        counted=view.counted,
        voted_on=view.voted_on,
    )
