"""Receipts by their reference."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from api.admission import BEGUN
from api.core.requests import AnyRequest
from api.core.transaction import Ctx
from deliberation.core.errors import NotFound
from deliberation.elections.ballots.queries import receipt_view
from deliberation.i18n.formats import last_minute
from web.shell.render import render, see_page
from web.shell.templating import page_address
from web.vote.identity_provider.handlers import known_elector


@get("/recu")
async def ask_reference(
    request: AnyRequest, ctx: Ctx, reference: FromQuery[str] = ""
) -> Response[Any]:
    """Page where a voter types the reference of a receipt."""
    wanted = reference.strip().upper()[:20]
    if not wanted:
        return render(request, "vote/receipts/reference.html", typed="")
    try:
        view = await receipt_view(ctx, wanted)
    except NotFound:
        wrong = {"reference": ""}
        page = "vote/receipts/reference.html"
        return render(request, page, status=404, typed=wanted, errors=wrong)
    return see_page(ctx.lang, f"/recu/{view.reference}")


@get("/recu/{reference:str}", opt={BEGUN: True})
async def receipt(request: AnyRequest, ctx: Ctx, reference: FromPath[str]) -> Response[str]:
    """Page of a receipt: the status of its ballot, never the content."""
    view = await receipt_view(ctx, reference)
    poll = view.poll
    return render(
        request,
        "vote/receipts/receipt.html",
        receipt=view,
        page=view.page,
        poll=poll,
        known=known_elector(request, ctx, view.page) is not None,
        until=last_minute(poll.closes_at) if poll.closes_at else None,
        address=ctx.app.settings.origin + page_address(ctx.lang, f"/c/{view.page.card.slug}"),
    )
