"""/api/v1/consultations/{slug}/polls, their ballots, and /api/v1/receipts."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import FromPath, FromQuery, JSONBody

from api.plumbing.bodies import by_its_agents, larger
from api.plumbing.cookies import house_of
from api.plumbing.identity import networks_of, token_of
from api.plumbing.routes import delete, get, post, put
from api.plumbing.transaction import Acting
from deliberation.ballot_box.casting import count_wrong_code
from deliberation.ballot_box.commands import Receipt
from deliberation.ballot_box.intake import Sent, take_in
from deliberation.ballot_box.queries import OwnBallot, own_ballot, receipt_view
from deliberation.ballot_box.sealed.receipts import SealedReceipt
from deliberation.consultations.queries import consultation_page
from deliberation.kit.errors import NotAllowed, SignInNeeded
from deliberation.polls import commands
from deliberation.polls.commands import PollDraft
from deliberation.polls.queries import PollView, poll_view, poll_views

COLLECTION = "/consultations/{slug:str}/polls"
ITEM = COLLECTION + "/{number:int}"


class BallotBody(msgspec.Struct, frozen=True, kw_only=True):
    """A ballot: marks by option number (see the poll's `ballot`: grades, approvals or rankings).

    A grade is its name, or its `mark` in the poll's `grades` (1 is the worst); a rank is 1 for the
    first; an approval is 1. Options left out have no mark; a mark that is none is refused with
    those that are. `GET` of the ballot says it again in words. `submission` names this sending:
    the same one sent again gets the same receipt. `blank` must be true for a ballot without any
    mark. `code`: the one received by letter, where the poll's `eligibility` asks for it.
    """

    choice: Annotated[
        dict[str, int | Annotated[str, msgspec.Meta(max_length=100)]],
        msgspec.Meta(max_length=30),  # a poll has no more options
    ]
    submission: Annotated[str, msgspec.Meta(min_length=8, max_length=100)]
    blank: bool = False
    code: Annotated[str, msgspec.Meta(max_length=60)] = ""


class ReceiptStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What a reference stands for; never what the ballot says."""

    reference: str
    consultation: str
    poll: PollView
    replaced: bool
    counted: bool
    voted_on: date | None


@get(COLLECTION)
async def list_polls(act: Acting, slug: FromPath[str]) -> list[PollView]:
    """The polls of a consultation."""
    return await poll_views(act, await consultation_page(act, slug))


@post(COLLECTION, **larger(by_its_agents))
async def create_poll(act: Acting, slug: FromPath[str], data: JSONBody[PollDraft]) -> PollView:
    """Add a poll, before the vote begins. For agents."""
    page = await consultation_page(act, slug)
    poll = await commands.draft_poll(act, page, data)
    return await poll_view(act, page, poll.number)


@get(ITEM)
async def get_poll(act: Acting, slug: FromPath[str], number: FromPath[int]) -> PollView:
    """One poll."""
    return await poll_view(act, await consultation_page(act, slug), number)


@put(ITEM, **larger(by_its_agents))
async def put_poll(
    act: Acting, slug: FromPath[str], number: FromPath[int], data: JSONBody[PollDraft]
) -> PollView:
    """Replace a poll, before the vote begins. For agents."""
    page = await consultation_page(act, slug)
    await commands.change_poll(act, page, number, data)
    return await poll_view(act, page, number)


@delete(ITEM)
async def delete_poll(
    act: Acting, slug: FromPath[str], number: FromPath[int], reason: FromQuery[str] = ""
) -> None:
    """Take a poll away, before the vote begins. For agents.

    `reason`, which is published, is needed once the consultation is public.
    """
    await commands.remove_poll(act, await consultation_page(act, slug), number, reason[:400])


@put(ITEM + "/ballot", response_headers={"cache-control": "no-store"})
async def put_ballot(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    number: FromPath[int],
    data: JSONBody[BallotBody],
) -> Receipt | SealedReceipt:
    """Cast your ballot, or replace it until the close."""
    house = house_of(request)
    sent = Sent(
        slug=slug,
        number=number,
        choice=data.choice,
        submission=data.submission.encode(),
        blank=data.blank,
        code=data.code,
        token=token_of(request) or "",
    )
    try:
        return await take_in(house, sent)
    except NotAllowed as refusal:
        if refusal.code == "code-wrong":
            await count_wrong_code(house, *networks_of(request, house))
        raise


@get(ITEM + "/ballot")
async def get_ballot(act: Acting, slug: FromPath[str], number: FromPath[int]) -> OwnBallot:
    """Whether you have voted, and what your ballot says, by its marks and in words."""
    if act.viewer is None:
        raise SignInNeeded
    return await own_ballot(act, await poll_view(act, await consultation_page(act, slug), number))


@get("/receipts/{reference:str}")
async def get_receipt(act: Acting, reference: FromPath[str]) -> ReceiptStatus:
    """What a receipt's reference stands for."""
    view = await receipt_view(act, reference)
    return ReceiptStatus(
        reference=view.reference,
        consultation=view.page.card.slug,
        poll=view.poll,
        replaced=view.replaced,
        counted=view.counted,
        voted_on=view.voted_on,
    )


HANDLERS = [
    list_polls,
    create_poll,
    get_poll,
    put_poll,
    delete_poll,
    put_ballot,
    get_ballot,
    get_receipt,
]
