"""Pages of a sealed vote: the receipt, its file, and the page where anybody checks the vote.

No address of these pages ever holds a hash or a code: what is looked up is sent by a form.
"""

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from api.core.consultations import ThisConsultation, ThisPage
from api.core.problems import messages
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.context import RequestContext
from deliberation.core.errors import Invalid
from deliberation.elections.ballots.queries import revoting_stopped
from deliberation.elections.bulletin_board.entries import first_entry
from deliberation.elections.electorate.countersigners import countersigners
from deliberation.elections.polls.queries import PollView, poll_view, poll_views
from deliberation.elections.sealed_protocol.board import body_of
from deliberation.elections.sealed_protocol.bodies import OpenBody
from deliberation.elections.sealed_protocol.canonical import canonical
from deliberation.elections.sealed_protocol.receipts import SealedReceipt, is_genuine, read_receipt
from deliberation.i18n.formats import last_minute
from deliberation.process.consultations.queries import ConsultationPage
from deliberation.views.bulletin_board.queries import (
    MAX_RECEIPT_LENGTH,
    BoardReceiptStatus,
    board_view,
    look_up,
)
from web.shell.forms import Filled, fields_of
from web.shell.render import render
from web.shell.templating import page_address
from web.vote.sealed.texts import board_steps

ONE = "/c/{slug:str}/voter/{number:int}"
FILES = "/api/v1/consultations/{slug}/polls/{number}"


async def shown_receipt(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    number: int,
    receipt: SealedReceipt,
) -> Response[str]:
    """The receipt of a sealed ballot that is recorded: shown once, stored by nobody but the voter.

    A reload sends the same form again, and shows the same receipt.
    """
    polls = await poll_views(ctx, page.ref)
    poll = next(one for one in polls if one.number == number)
    return render(
        request,
        "vote/sealed/receipt.html",
        page=page,
        poll=poll,
        receipt=receipt,
        file=canonical(receipt).decode(),
        stopped=await revoting_stopped(ctx, poll),
        others=[one for one in polls if one.state == "open" and one.number != number],
        until=last_minute(poll.closes_at) if poll.closes_at else None,
        address=_address(ctx, page, poll),
    )


@post(ONE + "/recu")
async def receipt_file(
    request: AnyRequest,
    ctx: Ctx,
    consultation: ThisConsultation,
    slug: FromPath[str],
    number: FromPath[int],
) -> Response[bytes]:
    """The receipt that its page holds, back as a file to keep; only one that this site signed."""
    poll = await poll_view(ctx, consultation, number)
    typed = str((await fields_of(request)).get("receipt", ""))[:MAX_RECEIPT_LENGTH]
    opening = await first_entry(ctx, poll.id)
    try:
        receipt = read_receipt(typed.encode())
    except ValueError as error:
        raise Invalid({"receipt": "not-a-receipt"}) from error
    if opening is None or not is_genuine(receipt, body_of(opening, OpenBody).key):
        raise Invalid({"receipt": "not-a-receipt"})
    return Response(
        canonical(receipt),
        status_code=200,
        media_type="application/json",
        headers={
            "content-disposition": f'attachment; filename="recu-{slug}-{number}.json"',
            "cache-control": "no-store",
        },
    )


@get(ONE + "/tableau")
async def board(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """Page of the bulletin board: how to verify this vote, with its own numbers."""
    return await _board(request, ctx, page, await poll_view(ctx, page.ref, number))


@post(ONE + "/tableau")
async def look_up_receipt(
    request: AnyRequest, ctx: Ctx, page: ThisPage, number: FromPath[int]
) -> Response[str]:
    """Status of a receipt, given as its reference, its hash or its file, typed, pasted or
    chosen.
    """
    poll = await poll_view(ctx, page.ref, number)
    typed = str((await fields_of(request)).get("receipt", ""))[:MAX_RECEIPT_LENGTH]
    try:
        found = await look_up(ctx, poll, await _chosen(request) or typed)
    except Invalid as error:
        errors = messages(ctx.lang, error)
        return await _board(request, ctx, page, poll, typed=typed, errors=errors)
    return await _board(request, ctx, page, poll, typed=typed, found=found)


async def _chosen(request: AnyRequest) -> str:
    """The text of the file that was chosen; nothing without one."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile):
        return ""
    return (await file.read(MAX_RECEIPT_LENGTH)).decode(errors="replace")


async def _board(
    request: AnyRequest,
    ctx: RequestContext,
    page: ConsultationPage,
    poll: PollView,
    *,
    typed: str = "",
    found: BoardReceiptStatus | None = None,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    view = await board_view(ctx, poll)
    return render(
        request,
        "vote/sealed/board.html",
        form=Filled(errors=errors or {}),
        shared=not (typed or found or errors),
        page=page,
        poll=poll,
        board=view,
        steps=board_steps(ctx.lang, view, poll) if view else [],
        signers=await countersigners(ctx, page.card.id),
        found=found,
        typed=typed,
        vote_address=f"{ctx.app.settings.origin}/c/{page.card.slug}/voter/{poll.number}",
        files=FILES.format(slug=page.card.slug, number=poll.number),
    )


def _address(ctx: RequestContext, page: ConsultationPage, poll: PollView) -> str:
    """Address of the vote's bulletin board page, in full, to print and type."""
    path = page_address(ctx.lang, f"/c/{page.card.slug}/voter/{poll.number}/tableau")
    return ctx.app.settings.origin + path
